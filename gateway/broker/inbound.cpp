#include "gateway/broker/inbound.hpp"

#include <algorithm>

namespace kleber::broker {

bool InboundIds::has(port::PacketId id) const {
    if (many_) return many_->test(id.value);
    return std::find(few_.begin(), few_.end(), id) != few_.end();
}

bool InboundIds::insert(port::PacketId id) {
    if (has(id)) return false;
    if (many_) {
        many_->set(id.value);
        return true;
    }
    if (few_.size() < kFewMax) {
        few_.push_back(id);
        return true;
    }
    many_ = std::make_unique<std::bitset<65'536>>();
    for (const port::PacketId known : few_) many_->set(known.value);
    many_->set(id.value);
    few_ = {};
    return true;
}

bool InboundIds::erase(port::PacketId id) {
    if (many_) {
        if (!many_->test(id.value)) return false;
        many_->reset(id.value);
        if (many_->none()) many_.reset();
        return true;
    }
    const auto at = std::find(few_.begin(), few_.end(), id);
    if (at == few_.end()) return false;
    few_.erase(at);
    return true;
}

}  // namespace kleber::broker
