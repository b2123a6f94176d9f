#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"
#include "gateway/store/store.hpp"

namespace kleber::store {

// An instant of a test: so many milliseconds after the machine was started. The wall clock goes
// along with it, unless it is said where that stands.
Now at(std::int64_t milliseconds);
Now at(std::int64_t milliseconds, std::int64_t wall_seconds, bool is_trusted);
SteadyTime steady(std::int64_t milliseconds);

struct Text {
    std::string_view topic = "home/kitchen/light";
    std::string_view payload = "on";
    SteadyTime expires_at = port::kNever;
};
port::MessageRef message(const Text& text);

// Records with every field set to something of its own.
port::Change session_put(std::uint32_t session, const std::string& client);
port::Change session_with_will(std::uint32_t session, const std::string& client);
port::Change session_with_certificate(std::uint32_t session);
port::Change session_erased(std::uint32_t session);
port::Change subscription_put(std::uint32_t session, const std::string& filter);
port::Change subscription_erased(std::uint32_t session, const std::string& filter);
port::Change message_put(std::uint32_t number, const Text& text);
port::Change message_erased(std::uint32_t number);
port::Change delivery_put(std::uint32_t session, std::uint64_t serial, std::uint32_t number,
                          port::KeptState state = port::KeptState::Waiting);
port::Change delivery_erased(std::uint32_t session, std::uint64_t serial);
port::Change inbound_put(std::uint32_t session, std::uint16_t id);
port::Change inbound_erased(std::uint32_t session, std::uint16_t id);
port::Change retained_put(const Text& text);
port::Change retained_erased(const std::string& topic);
port::Change memory_put(std::uint32_t session, const std::string& key,
                        const std::string& bytes = "what it was");
port::Change memory_erased(std::uint32_t session, const std::string& key);

template <typename... Changes>
port::ChangeBatch batch(const Now& now, Changes... changes) {
    port::ChangeBatch made;
    made.now = now;
    (made.changes.push_back(std::move(changes)), ...);
    return made;
}

// One line that says all of it.
std::string describe(const port::Change& change);
// The part of that line that says whose it is.
std::string key_of(const port::Change& change);

// What a journal keeps, the naive way.
class Model {
  public:
    void apply(const port::ChangeBatch& batch);
    // Described, in the order of their keys.
    std::vector<std::string> all() const;

  private:
    std::map<std::string, std::string> records_;
};

// What the store gives back, described and sorted.
std::vector<std::string> loaded(Store& store);

}  // namespace kleber::store
