#include "gateway/broker/session_table.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/base/hash.hpp"

namespace kleber::broker {

std::uint32_t SessionTable::hash(std::string_view client_id) const {
    return hash_text(client_id, seed_);
}

Session* SessionTable::find(std::string_view client_id) {
    const std::uint32_t slot = by_client_id_.find(hash(client_id), [&](std::uint32_t candidate) {
        return slots_[candidate].session->client_id == client_id;
    });
    return slot == HashIndex::kNone ? nullptr : slots_[slot].session.get();
}

Session& SessionTable::create(std::string client_id) {
    std::uint32_t slot;
    if (free_slots_.empty()) {
        slot = static_cast<std::uint32_t>(slots_.size());
        KLEBER_ASSERT(slot < port::kSessionSlotsMax);
        slots_.emplace_back().use = first_use_;
    } else {
        slot = free_slots_.back();
        free_slots_.pop_back();
    }
    return place(slot, std::move(client_id));
}

Session* SessionTable::restore(port::SessionId id, std::string client_id) {
    const std::uint32_t slot = port::slot_of(id);
    if (slot >= port::kSessionSlotsMax || find(client_id)) return nullptr;
    if (slot >= slots_.size()) slots_.resize(slot + 1);
    if (slots_[slot].session) return nullptr;
    slots_[slot].use = id.value >> port::kSessionSlotBits;
    return &place(slot, std::move(client_id));
}

void SessionTable::finish_restore() {
    for (std::uint32_t slot = slot_count(); slot-- > 0;) {
        if (!slots_[slot].session) free_slots_.push_back(slot);
    }
}

Session& SessionTable::place(std::uint32_t slot, std::string client_id) {
    slots_[slot].session = std::make_unique<Session>();
    Session& session = *slots_[slot].session;
    session.id = port::SessionId{slots_[slot].use << port::kSessionSlotBits | slot};
    session.client_id = std::move(client_id);
    by_client_id_.insert(hash(session.client_id), slot);
    return session;
}

void SessionTable::erase(Session& session) {
    const std::uint32_t slot = port::slot_of(session.id);
    by_client_id_.erase(hash(session.client_id), slot);
    slots_[slot].session.reset();
    ++slots_[slot].use;
    free_slots_.push_back(slot);
}

void SessionTable::shrink() {
    while (!slots_.empty() && !slots_.back().session) {
        // Who gets such a slot again must not be taken for who had it before.
        first_use_ = std::max(first_use_, slots_.back().use);
        slots_.pop_back();
    }
    std::erase_if(free_slots_, [&](std::uint32_t slot) { return slot >= slots_.size(); });
    slots_.shrink_to_fit();
    free_slots_.shrink_to_fit();
}

}  // namespace kleber::broker
