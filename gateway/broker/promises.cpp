#include "gateway/broker/promises.hpp"

#include "gateway/base/assert.hpp"

namespace kleber::broker {

PromiseId Promises::make(port::ClientRef client) {
    PromiseId id;
    if (free_.empty()) {
        id = static_cast<PromiseId>(slots_.size());
        slots_.emplace_back();
    } else {
        id = free_.back();
        free_.pop_back();
    }
    slots_[id] = {client, 1};
    return id;
}

void Promises::release(PromiseId id) {
    if (id == kNoPromise) return;
    Slot& slot = slots_[id];
    KLEBER_ASSERT(slot.open_count > 0);
    if (--slot.open_count > 0) return;
    if (slot.client.session == port::kNoSession) {
        free(id);
    } else {
        news_.push_back(slot.client);
    }
}

void Promises::abandon(PromiseId id) {
    if (slots_[id].open_count == 0) {
        free(id);
    } else {
        slots_[id].client.session = port::kNoSession;
    }
}

}  // namespace kleber::broker
