#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/base/log.hpp"
#include "gateway/base/time.hpp"

namespace kleber::app {

// Passes lines on to the log, and remembers the last ones that are warnings or errors, for somebody
// who asks what is wrong.
//
// 2026-11-20: lanes write and the first lane reads, so there is a mutex; it is taken once a
// warning.
class LastWarnings : public LogSink {
  public:
    static constexpr std::size_t kMax = 10;
    static constexpr std::size_t kLineBytesMax = 1024;

    // `clock` says when a line came.
    using Clock = WallTime (*)();
    LastWarnings(LogSink& next, Clock clock) : next_(next), clock_(clock) {}

    void write(LogLevel level, std::string_view line) override;

    struct Row {
        WallTime time{};
        LogLevel level = LogLevel::Warning;
        std::string line;

        bool operator==(const Row&) const = default;
    };
    // The oldest first.
    std::vector<Row> rows() const;

  private:
    LogSink& next_;
    const Clock clock_;
    mutable std::mutex mutex_;
    std::deque<Row> rows_;
};

}  // namespace kleber::app
