#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/base/deadlines.hpp"
#include "gateway/base/time.hpp"
#include "gateway/broker/ledger.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/broker/place.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/report.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::broker {

// The last retained message of each topic, until it is cleared, replaced or expired.
class Retained {
  public:
    Retained(const Limits& limits, port::BrokerStatistics& statistics, Ledger& ledger,
             std::uint64_t seed);
    void set_limits(const Limits& limits) { limits_ = limits; }

    // Keeps the message for its topic in place of the last one; without payload, clears the topic.
    // False if a limit does not allow it: then the last one stays.
    bool set(const port::MessageRef& message);
    // As it was when the gateway ended, whatever the limits are now.
    void restore(const port::MessageRef& message);
    void expire(SteadyTime now);
    std::optional<SteadyTime> deadline() const { return deadlines_.next(); }

    // Counts all that were set. What a walk finds with a higher number than at its beginning was
    // set while it was under way.
    std::uint64_t last_serial() const { return last_serial_; }

    topic::Cursor begin(std::string_view filter) { return tree_.begin(filter); }
    void close(topic::Cursor& cursor) { tree_.close(cursor); }
    struct Step {
        topic::Cursor::State state = topic::Cursor::State::Done;
        port::MessageRef message;  // if Found
        std::uint64_t serial = 0;
    };
    Step next(topic::Cursor& cursor, std::size_t& steps_left);

  private:
    struct Entry {
        port::MessageRef message;
        std::uint64_t serial = 0;
        Place place = kNoPlace;  // of its record, see ledger.hpp
    };

    std::uint32_t insert(const port::MessageRef& message);
    void erase(topic::NodeId node);

    Limits limits_;
    port::BrokerStatistics& statistics_;
    Ledger& ledger_;
    topic::Tree tree_;  // name -> number of its entry
    std::vector<Entry> entries_;
    std::vector<std::uint32_t> free_;
    Deadlines deadlines_;  // of entries
    std::uint64_t last_serial_ = 0;
};

}  // namespace kleber::broker
