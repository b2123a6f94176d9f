#pragma once

#include <mutex>
#include <string>

#include "gateway/base/log.hpp"

namespace kleber::app {

// Lines to stderr, one write each. Under systemd with the journal's priority in front, else with
// the time.
//
// 2026-11-20: the mutex keeps lines of several lanes apart; it is taken once a line.
class LogToStderr : public LogSink {
  public:
    LogToStderr();
    void write(LogLevel level, std::string_view line) override;

  private:
    std::mutex mutex_;
    std::string buffer_;
    bool is_for_journal_;
};

}  // namespace kleber::app
