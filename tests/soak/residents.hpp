#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sim/random.hpp"
#include "tests/soak/device.hpp"
#include "tests/support/world.hpp"

namespace kleber::soak {

// What is wrong on purpose: a soak that does not find it proves nothing.
enum class Bug : std::uint8_t { None, KeepsSessions, LeaksMemory, NeverFolds, Count };
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Bug::Count)> kBugNames{
    "none",
    "sessions never expire",
    "300 bytes leak with each visitor",
    "the journal is never folded",
};

// Who lives in the home, and who passes by. All sessions are lasting; those of sensors, the logger
// and the station never expire.
class Residents {
  public:
    static constexpr std::size_t kSensors = 20;
    static constexpr std::size_t kPhones = 8;
    // Records that are there while all is quiet: the sensors, the logger and the station; a
    // subscription of the logger and two of the station; a topic of each sensor.
    static constexpr std::uint64_t kQuietSessions = kSensors + 2;
    static constexpr std::uint64_t kQuietSubscriptions = 3;
    static constexpr std::uint64_t kQuietRetained = kSensors;
    // The longest expiry: how long it takes until it is quiet.
    static constexpr std::uint32_t kNewsExpiry = 3600;

    Residents(Bug bug, std::uint64_t seed);

    // They arrive.
    void move_in(support::World& world);
    // A step of a quiet home: sensors alone.
    void measure(std::uint64_t step);
    // A step of a busy one.
    void live(support::World& world, std::uint64_t step);
    // Visitors and phones go.
    void leave();
    void hear();

  private:
    struct Phone {
        Device device;
        std::uint64_t changes_at = 0;  // a step
    };

    void see_visitors(support::World& world, std::uint64_t step);
    void see_phones(support::World& world, std::uint64_t step);

    const Bug bug_;
    sim::Random random_;
    std::deque<Device> sensors_;
    Device logger_;
    Device station_;
    std::deque<Phone> phones_;
    std::deque<Device> visitors_;
    std::uint64_t visitor_count_ = 0;
    std::uint64_t news_count_ = 0;
    std::vector<std::string> leak_;
};

}  // namespace kleber::soak
