#pragma once

#include <cstdint>
#include <memory>
#include <span>

namespace kleber::port {

// The subscription identifiers that go with one delivery: mostly none, and then of one word only.
class SubscriptionIds {
  public:
    SubscriptionIds() = default;
    explicit SubscriptionIds(std::span<const std::uint32_t> ids) {
        if (!ids.empty()) copy(ids);
    }
    SubscriptionIds(const SubscriptionIds& other) : SubscriptionIds(other.view()) {}
    SubscriptionIds(SubscriptionIds&&) noexcept = default;
    SubscriptionIds& operator=(SubscriptionIds other) noexcept {
        counted_.swap(other.counted_);
        return *this;
    }

    std::span<const std::uint32_t> view() const {
        if (!counted_) return {};
        return {counted_.get() + 1, counted_[0]};
    }

  private:
    void copy(std::span<const std::uint32_t> ids);

    std::unique_ptr<std::uint32_t[]> counted_;  // the count, then the ids
};

}  // namespace kleber::port
