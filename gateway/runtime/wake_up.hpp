#pragma once

#include <atomic>

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::runtime {

// Ends a thread's sleep in its poller: an eventfd. Watch it edge-triggered: nobody reads it, each
// wake() is an event.
//
// A thread that is awake looks into its mailboxes anyway, so a system call is spared then:
//
//     sleeper: about_to_sleep(); look into the mailboxes; if empty, poll; woke_up()
//     poster:  put something into a mailbox; wake_if_asleep()
//
// No wake-up is lost. Putting and looking are critical sections of the mailbox's mutex, one after
// the other. If the look comes second, it finds what was put, and the sleeper does not sleep. If it
// comes first, then so does about_to_sleep() before it, and the mutex makes it visible to
// wake_if_asleep(): that finds the sleeper asleep and wakes it, unless another poster has done so
// meanwhile, whose event is still to come or has made the sleeper start again from the top.
class WakeUp {
  public:
    WakeUp();
    int descriptor() const { return event_.get(); }

    // -- from any thread

    void wake();
    // Only for what the sleeper looks for between about_to_sleep() and sleep.
    void wake_if_asleep() {
        if (is_asleep_.exchange(false, std::memory_order_acq_rel)) wake();
    }

    // -- by the one that sleeps

    void about_to_sleep() { is_asleep_.store(true, std::memory_order_relaxed); }
    void woke_up() { is_asleep_.store(false, std::memory_order_relaxed); }

  private:
    FileDescriptor event_;
    std::atomic<bool> is_asleep_{false};
};

}  // namespace kleber::runtime
