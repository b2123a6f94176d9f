#include "gateway/net/connection_limits.hpp"

namespace kleber::net {

void ConnectionLimits::set(std::uint32_t total_max, std::uint32_t per_address_max) {
    const std::lock_guard lock{mutex_};
    total_max_ = total_max;
    per_address_max_ = per_address_max;
}

bool ConnectionLimits::admit(const std::string& host) {
    if (whole_ && !whole_->admit(host)) return false;
    if (count_in(host)) return true;
    if (whole_) whole_->release(host);
    return false;
}

bool ConnectionLimits::count_in(const std::string& host) {
    const std::lock_guard lock{mutex_};
    if (total_max_ > 0 && count_ >= total_max_) return false;
    if (per_address_max_ > 0 && !host.empty()) {
        std::uint32_t& there = by_host_[host];
        if (there >= per_address_max_) return false;
        ++there;
    }
    ++count_;
    return true;
}

void ConnectionLimits::release(const std::string& host) {
    if (whole_) whole_->release(host);
    const std::lock_guard lock{mutex_};
    --count_;
    // Who came before the limit was set is not in the table.
    const auto there = by_host_.find(host);
    if (there != by_host_.end() && --there->second == 0) by_host_.erase(there);
}

std::uint32_t ConnectionLimits::count() const {
    const std::lock_guard lock{mutex_};
    return count_;
}

}  // namespace kleber::net
