#pragma once

#include <csignal>

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {

// While it lives, Ctrl-C and SIGTERM to this thread are something to read instead of the end, and a
// pipe whose reader has gone is an error of write() instead of a signal.
class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    int descriptor() const { return signals_.get(); }
    // Takes note of what has come.
    void clear();
    // They end the process again: for what takes long and cannot be waited for together with
    // others.
    void lift();
    void restore();

  private:
    sigset_t set_{};
    sigset_t before_{};
    void (*pipe_before_)(int) = nullptr;
    runtime::FileDescriptor signals_;
};

}  // namespace kleber::app
