#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "gateway/port/identity.hpp"
#include "gateway/store/store.hpp"
#include "tests/soak/residents.hpp"
#include "tests/support/world.hpp"

namespace kleber::soak {

// A home's gateway under a virtual clock: the real connections and broker, the real store in a real
// file, and who lives there. Throws a std::runtime_error where something is not as it should be.
class Home {
  public:
    // What is there at one moment, by the broker, the file and the allocator.
    struct Figures {
        store::Counts kept;
        port::BrokerStatistics broker;
        std::size_t heap_bytes = 0;
        std::uint64_t file_bytes = 0;
        std::uint64_t journal_bytes = 0;  // not yet folded
    };

    // `folder` is there, and empty.
    Home(const std::string& folder, Bug bug, std::uint64_t seed);

    void live(Duration duration);
    // Nobody comes; until everything that may expire has.
    void calm_down();
    // Compares what the broker counts with what is in the file.
    Figures look();

  private:
    static constexpr Duration kStep{15'000};
    static constexpr std::uint64_t kTimersMax = 10;

    void pass(Duration duration);
    void finish_step();
    // Of a rule, which remembers when each of its timers is due.
    void start_rule();
    void set_timer();
    void remember(const std::string& key, bool is_kept);

    const Bug bug_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<support::World> world_;
    Residents residents_;
    port::ClientRef rule_;
    std::uint64_t timer_count_ = 0;
    std::uint64_t step_ = 0;
};

}  // namespace kleber::soak
