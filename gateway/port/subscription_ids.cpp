#include "gateway/port/subscription_ids.hpp"

#include <algorithm>

namespace kleber::port {

void SubscriptionIds::copy(std::span<const std::uint32_t> ids) {
    counted_.reset(new std::uint32_t[ids.size() + 1]);
    counted_[0] = static_cast<std::uint32_t>(ids.size());
    std::copy(ids.begin(), ids.end(), counted_.get() + 1);
}

}  // namespace kleber::port
