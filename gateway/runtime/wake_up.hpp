#pragma once

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::runtime {

// Ends another thread's waiting: an eventfd, which its poller watches.
class WakeUp {
  public:
    WakeUp();
    int descriptor() const { return event_.get(); }
    void wake();   // from any thread
    void clear();  // by the one that was woken

  private:
    FileDescriptor event_;
};

}  // namespace kleber::runtime
