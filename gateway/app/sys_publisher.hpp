#pragma once

#include "gateway/app/state_store.hpp"
#include "gateway/auth/failed_logins.hpp"
#include "gateway/base/time.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/runtime/sys_reporter.hpp"

namespace kleber::app {

// Publishes the gateway's numbers below $SYS/broker/: one wake-up of the first lane an interval.
class SysPublisher {
  public:
    // All outlive it.
    SysPublisher(runtime::Runtime& runtime, const StateStore& store,
                 const auth::FailedLogins& failed_logins);

    // From now on, at once for the first time. 0: no numbers, and no wake-up; what was published is
    // taken back. Before the runtime runs, or on the first lane's thread.
    void set_interval(Duration interval);
    Duration interval() const { return interval_; }

    // All that is counted, now. On the first lane's thread.
    runtime::SysSample sample();
    // Its load averages stand still while the interval is 0.
    const runtime::SysReporter& reporter() const { return reporter_; }
    SteadyTime started() const { return started_; }

  private:
    class Timer;

    void publish();
    void send(const std::vector<runtime::SysValue>& values);

    runtime::Runtime& runtime_;
    const StateStore& store_;
    const auth::FailedLogins& failed_logins_;
    const SteadyTime started_;
    runtime::SysReporter reporter_;
    port::Token timer_;
    Duration interval_{0};
    SteadyTime due_{};
};

}  // namespace kleber::app
