#include "gateway/net/connection_limits.hpp"

namespace kleber::net {

void ConnectionLimits::set(std::uint32_t total_max, std::uint32_t per_address_max) {
    const std::lock_guard lock{mutex_};
    total_max_ = total_max;
    per_address_max_ = per_address_max;
}

bool ConnectionLimits::admit(const std::string& origin) {
    if (whole_ && !whole_->admit(origin)) return false;
    if (count_in(origin)) return true;
    if (whole_) whole_->release(origin);
    return false;
}

bool ConnectionLimits::count_in(const std::string& origin) {
    const std::lock_guard lock{mutex_};
    if (total_max_ > 0 && count_ >= total_max_) return false;
    if (per_address_max_ > 0 && !origin.empty()) {
        std::uint32_t& there = by_origin_[origin];
        if (there >= per_address_max_) return false;
        ++there;
    }
    ++count_;
    return true;
}

void ConnectionLimits::release(const std::string& origin) {
    if (whole_) whole_->release(origin);
    const std::lock_guard lock{mutex_};
    --count_;
    // Who came before the limit was set is not in the table.
    const auto there = by_origin_.find(origin);
    if (there != by_origin_.end() && --there->second == 0) by_origin_.erase(there);
}

std::uint32_t ConnectionLimits::count() const {
    const std::lock_guard lock{mutex_};
    return count_;
}

}  // namespace kleber::net
