#include "gateway/connection/client_flights.hpp"

#include <algorithm>

namespace kleber::connection {

ClientFlights::PacketId ClientFlights::take_id() {
    if (flights_.size() + asks_.size() >= 65'535) return 0;
    ++last_id_;
    // 0 is no identifier, and one in use is not free.
    // [MQTT-2.3.1-2] of 3.1.1, [MQTT-2.2.1-3] of 5.0
    while (last_id_ == 0 || flights_.contains(last_id_) || asks_.contains(last_id_)) ++last_id_;
    return last_id_;
}

ClientFlight& ClientFlights::add(PacketId id, ClientFlight flight) {
    flight.is_on_link = true;
    flight.sequence = ++sequence_;
    ++open_count_;
    return flights_.emplace(id, std::move(flight)).first->second;
}

ClientFlight* ClientFlights::find(PacketId id) {
    const auto found = flights_.find(id);
    return found == flights_.end() ? nullptr : &found->second;
}

void ClientFlights::release(ClientFlight& flight, ReasonCode reason) {
    flight.stage = FlightStage::Released;
    flight.reason = reason;
    flight.message = {};
    flight.sequence = ++sequence_;  // PUBRELs follow the order of PUBRECs [MQTT-4.6.0-4]
}

void ClientFlights::erase(PacketId id) {
    const auto found = flights_.find(id);
    if (found == flights_.end()) return;
    if (found->second.is_on_link) --open_count_;
    flights_.erase(found);
}

void ClientFlights::ask(PacketId id, ClientAsk ask) {
    ask.sequence = ++sequence_;
    asks_.emplace(id, ask);
}

std::optional<ClientAsk> ClientFlights::take_ask(PacketId id, AskKind kind) {
    const auto found = asks_.find(id);
    if (found == asks_.end() || found->second.kind != kind) return std::nullopt;
    const ClientAsk ask = found->second;
    asks_.erase(found);
    return ask;
}

std::vector<ClientAsk> ClientFlights::link_ended() {
    for (auto& [id, flight] : flights_) flight.is_on_link = false;
    open_count_ = 0;
    resend_.clear();

    std::vector<ClientAsk> unanswered;
    unanswered.reserve(asks_.size());
    for (const auto& [id, ask] : asks_) unanswered.push_back(ask);
    std::sort(unanswered.begin(), unanswered.end(),
              [](const ClientAsk& a, const ClientAsk& b) { return a.sequence < b.sequence; });
    asks_.clear();
    return unanswered;
}

std::vector<ClientFlights::PacketId> ClientFlights::resume() {
    std::vector<PacketId> released;
    resend_.clear();
    for (const PacketId id : in_order()) {
        if (flights_.at(id).stage == FlightStage::Released) {
            released.push_back(id);
        } else {
            resend_.push_back(id);
        }
    }
    return released;
}

ClientFlights::PacketId ClientFlights::next_resend() {
    // One may have been acknowledged before it was its turn.
    while (!resend_.empty()) {
        const ClientFlight* flight = find(resend_.front());
        if (flight && flight->stage == FlightStage::Published) return resend_.front();
        resend_.pop_front();
    }
    return 0;
}

void ClientFlights::resent(PacketId id) {
    ClientFlight* flight = find(id);
    if (flight && !flight->is_on_link) {
        flight->is_on_link = true;
        ++open_count_;
    }
    resend_.pop_front();
}

std::vector<ClientFlight> ClientFlights::take_all() {
    std::vector<ClientFlight> all;
    all.reserve(flights_.size());
    for (const PacketId id : in_order()) all.push_back(std::move(flights_.at(id)));
    flights_.clear();
    resend_.clear();
    open_count_ = 0;
    return all;
}

std::vector<ClientFlights::PacketId> ClientFlights::in_order() const {
    std::vector<PacketId> ids;
    ids.reserve(flights_.size());
    for (const auto& [id, flight] : flights_) ids.push_back(id);
    std::sort(ids.begin(), ids.end(), [this](PacketId a, PacketId b) {
        return flights_.at(a).sequence < flights_.at(b).sequence;
    });
    return ids;
}

}  // namespace kleber::connection
