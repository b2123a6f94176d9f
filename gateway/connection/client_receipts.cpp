#include "gateway/connection/client_receipts.hpp"

namespace kleber::connection {

Arrival ClientReceipts::arrive(PacketId id, Qos qos, bool is_repeated) {
    const auto [found, is_new] = arrived_.try_emplace(id, Entry{.qos = qos});
    Entry& entry = found->second;
    if (is_new) {
        ++open_count_;
        return Arrival::New;
    }
    // Until PUBREL the same identifier is the same message. [MQTT-4.3.3-10]
    if (entry.qos == qos && (is_repeated || qos == Qos::ExactlyOnce)) {
        if (!entry.is_on_link) ++open_count_;
        entry.is_on_link = true;
        return entry.is_owned ? Arrival::RepeatedOwned : Arrival::Repeated;
    }
    if (entry.is_on_link) return Arrival::IdInUse;
    // The server resumed without sending the old one again: it is done with it.
    entry = {.qos = qos};
    ++open_count_;
    return Arrival::New;
}

std::optional<Qos> ClientReceipts::own(const Receipt& receipt, bool is_refused) {
    const auto found = arrived_.find(receipt.packet_id);
    if (receipt.session != session_ || found == arrived_.end()) return std::nullopt;
    Entry& entry = found->second;
    if (entry.is_owned) return std::nullopt;
    entry.is_owned = true;
    // An acknowledgement now could be taken for that of a later message with this identifier.
    if (!entry.is_on_link) return std::nullopt;
    const Qos qos = entry.qos;
    if (qos == Qos::AtLeastOnce || is_refused) erase(found);
    return qos;
}

void ClientReceipts::erase(PacketId id) {
    const auto found = arrived_.find(id);
    if (found != arrived_.end()) erase(found);
}

Releasing ClientReceipts::release(PacketId id) {
    const auto found = arrived_.find(id);
    if (found == arrived_.end()) return Releasing::Unknown;
    if (found->second.qos != Qos::ExactlyOnce || !found->second.is_owned) {
        return Releasing::NotRecorded;
    }
    erase(found);
    return Releasing::Done;
}

void ClientReceipts::link_ended() {
    for (auto& [id, entry] : arrived_) entry.is_on_link = false;
    open_count_ = 0;
}

void ClientReceipts::forget() {
    arrived_.clear();
    open_count_ = 0;
    ++session_;
}

void ClientReceipts::erase(Entries::iterator entry) {
    if (entry->second.is_on_link) --open_count_;
    arrived_.erase(entry);
}

}  // namespace kleber::connection
