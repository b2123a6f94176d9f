#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kleber::runtime {

// A thread that does what it is given, one thing after the other: for work that may wait for a
// disk, or take long. What comes of it goes back by Lane::post(). Several threads take what waits
// in its order, and end it in any.
class Worker {
  public:
    // So many may wait to be done.
    explicit Worker(std::size_t waiting_max, std::size_t thread_count = 1);
    // Returns when all that was given is done.
    ~Worker();
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // From any thread; never waits. False: too many wait, and this one is dropped.
    bool give(std::function<void()> work);

  private:
    void run();

    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable has_work_;
    std::deque<std::function<void()>> waiting_;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace kleber::runtime
