#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/time.hpp"

namespace kleber {

enum class LogLevel : std::uint8_t { Error, Warning, Info, Debug };

std::optional<LogLevel> log_level_from(std::string_view name);
std::string_view name_of(LogLevel level);

// Where lines go. The gateway writes to stderr (see app); tests keep them.
class LogSink {
  public:
    virtual ~LogSink() = default;
    // One line without its end.
    virtual void write(LogLevel level, std::string_view line) = 0;
};

// The log's front: drops what is below the level, and what comes faster than the rate of its level
// (a flood of bad clients must not fill a card). What was held back is counted in a line of its own
// once there is room again. Belongs to one thread; the count may be read from any.
class Log {
  public:
    Log(LogSink& sink, LogLevel level, std::uint32_t lines_per_second_max);

    void set_level(LogLevel level) { level_ = level; }
    bool is_wanted(LogLevel level) const { return level <= level_; }
    void write(LogLevel level, Now now, std::string_view line);

    std::uint64_t suppressed_count() const {
        return suppressed_total_.load(std::memory_order_relaxed);
    }

  private:
    struct Budget {
        SteadyTime second{};
        std::uint32_t used = 0;
        std::uint64_t suppressed = 0;
    };

    LogSink& sink_;
    LogLevel level_;
    std::uint32_t lines_per_second_max_;
    std::array<Budget, 4> budgets_{};
    std::atomic<std::uint64_t> suppressed_total_{0};
};

}  // namespace kleber
