#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

#include "gateway/runtime/wake_up.hpp"

namespace kleber::runtime {

// What threads exchange: batches, in order of posting. Any thread posts, one takes.
template <typename T>
class Mailbox {
  public:
    // Above `size_max` items a poster waits, so that memory stays bounded and whoever is too fast
    // is slowed down. The taker must not wait for the poster in turn.
    explicit Mailbox(std::size_t size_max) : size_max_(size_max) {}

    // Leaves `items` empty, with its memory. Wakes the taker if it had nothing.
    void post(std::vector<T>& items, WakeUp& taker) {
        if (items.empty()) return;
        bool was_empty;
        {
            std::unique_lock lock{mutex_};
            has_room_.wait(lock, [&] { return items_.size() < size_max_; });
            was_empty = items_.empty();
            for (T& item : items) items_.push_back(std::move(item));
        }
        items.clear();
        if (was_empty) taker.wake();
    }
    // Puts all that has come into `items`, which is empty.
    void take(std::vector<T>& items) {
        {
            const std::lock_guard lock{mutex_};
            items_.swap(items);
        }
        if (!items.empty()) has_room_.notify_all();
    }

  private:
    const std::size_t size_max_;
    std::mutex mutex_;
    std::condition_variable has_room_;
    std::vector<T> items_;
};

}  // namespace kleber::runtime
