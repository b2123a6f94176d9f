#include "gateway/runtime/worker.hpp"

#include <utility>

namespace kleber::runtime {

Worker::Worker(std::size_t waiting_max, std::size_t thread_count) : waiting_max_(waiting_max) {
    for (std::size_t number = 0; number < thread_count; ++number) {
        threads_.emplace_back([this] { run(); });
    }
}

Worker::~Worker() {
    {
        const std::lock_guard lock{mutex_};
        is_stopping_ = true;
    }
    has_work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

bool Worker::give(std::function<void()> work) {
    {
        const std::lock_guard lock{mutex_};
        if (waiting_.size() >= waiting_max_) return false;
        waiting_.push_back(std::move(work));
    }
    has_work_.notify_one();
    return true;
}

void Worker::run() {
    std::unique_lock lock{mutex_};
    while (true) {
        has_work_.wait(lock, [&] { return is_stopping_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        std::function<void()> work = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        work();
        // What it holds goes on this thread, too, and without the lock.
        work = nullptr;
        lock.lock();
    }
}

}  // namespace kleber::runtime
