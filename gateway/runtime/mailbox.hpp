#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace kleber::runtime {

// What threads exchange: batches, in order of posting. Any thread posts, one takes.
template <typename T>
class Mailbox {
  public:
    // Above `size_max` items a poster waits, so that memory stays bounded and whoever is too fast
    // is slowed down. The taker must not wait for the poster in turn.
    explicit Mailbox(std::size_t size_max) : size_max_(size_max) {}

    // Leaves `items` empty, with its memory. The taker is to be woken afterwards.
    void post(std::vector<T>& items) {
        {
            std::unique_lock lock{mutex_};
            has_room_.wait(lock, [&] { return items_.size() < size_max_; });
            for (T& item : items) items_.push_back(std::move(item));
        }
        items.clear();
    }
    // Puts all that has come into `items`, which is empty.
    void take(std::vector<T>& items) {
        {
            const std::lock_guard lock{mutex_};
            items_.swap(items);
        }
        if (!items.empty()) has_room_.notify_all();
    }
    bool is_empty() const {
        const std::lock_guard lock{mutex_};
        return items_.empty();
    }

  private:
    const std::size_t size_max_;
    mutable std::mutex mutex_;
    std::condition_variable has_room_;
    std::vector<T> items_;
};

}  // namespace kleber::runtime
