#include "gateway/net/connect_rates.hpp"

#include <algorithm>

namespace kleber::net {

void ConnectRates::set(std::uint32_t per_second) {
    if (per_second == per_second_) return;
    per_second_ = per_second;
    paces_.clear();
}

bool ConnectRates::admit(const std::string& origin, SteadyTime now) {
    if (per_second_ == 0 || origin.empty()) return true;
    if (paces_.size() >= forgets_at_) forget_the_rested(now);
    return paces_.try_emplace(origin, per_second_).first->second.take(1, now);
}

// Seldom, so that it costs little a connection.
void ConnectRates::forget_the_rested(SteadyTime now) {
    std::erase_if(paces_, [&](const auto& one) { return one.second.is_rested(now); });
    forgets_at_ = std::max(kOriginsMin, 2 * paces_.size());
}

}  // namespace kleber::net
