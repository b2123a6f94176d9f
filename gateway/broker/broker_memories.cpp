// What participants have remembered with their sessions.

#include <utility>

#include "gateway/broker/broker.hpp"

namespace kleber::broker {

void Broker::on(port::SeatId, port::Remember&& remember, Turn& turn) {
    Session* session = sessions_.find(remember.client);
    if (!session) return;
    port::Remember::Details& details = *remember.details;
    const bool is_promised = remember.id != port::PacketId{};
    if (is_promised) ledger_.begin_promise(remember.client);
    ReasonCode reason = ReasonCode::Success;
    if (details.bytes) {
        reason = this->remember(*session, details.key, std::move(*details.bytes));
    } else {
        forget(*session, details.key);
    }
    const PromiseId promise = is_promised ? ledger_.end_promise() : kNoPromise;
    if (!is_promised && !is_error(reason)) return;
    settle(*session, {remember.id, port::SettledKind::Remembered, reason}, promise, turn);
}

bool Broker::has_room(const Session& session, std::string_view key, std::string_view bytes) const {
    std::uint64_t taken = key.size() + bytes.size();
    if (session.memories) {
        const Memories::Entry* before = session.memories->find(key);
        if (!before && session.memories->count() >= limits_.memories_max) return false;
        taken += session.memories->bytes();
        if (before) taken -= key.size() + before->bytes.size();
    }
    return taken <= limits_.memory_bytes_max;
}

ReasonCode Broker::remember(Session& session, const std::string& key, std::string bytes) {
    if (!has_room(session, key, bytes)) return ReasonCode::QuotaExceeded;
    if (!session.memories) session.memories = std::make_unique<Memories>();
    Memories::Entry& entry = session.memories->put(key, std::move(bytes));
    if (session.is_kept) ledger_.put_memory(session, entry.place, {key, entry.bytes});
    return ReasonCode::Success;
}

void Broker::forget(Session& session, const std::string& key) {
    if (Memories::Entry* entry = session.memories ? session.memories->find(key) : nullptr) {
        ledger_.erase_memory(session, entry->place, key);
        session.memories->erase(key);
        if (session.memories->empty()) session.memories.reset();
    } else if (session.is_kept) {
        ledger_.confirm_no_memory(session, key);
    }
}

}  // namespace kleber::broker
