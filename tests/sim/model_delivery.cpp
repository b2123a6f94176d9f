// What one client gets, when, and what is dropped.

#include <algorithm>
#include <utility>

#include "tests/sim/model.hpp"

namespace kleber::sim {
std::size_t Model::Session::slots_taken() const {
    return static_cast<std::size_t>(std::count_if(
        in_flight.begin(), in_flight.end(),
        [](const Delivery& delivery) { return delivery.state != State::Interrupted; }));
}

void Model::deliver(Session& session, Delivery delivery) {
    if (!session.is_online() && delivery.qos == Qos::AtMostOnce) return;
    delivery.serial = ++last_serial_;
    if (session.can_send(delivery.qos)) {
        send(session, std::move(delivery));
    } else {
        enqueue(session, std::move(delivery));
    }
}

void Model::send(Session& session, Delivery delivery) {
    session.bytes_left -= delivery.message->weight_bytes;
    delivery.state = State::Sent;
    expectations_[session.connection].deliveries.push_back({.delivery = delivery});
    if (delivery.qos != Qos::AtMostOnce) session.in_flight.push_back(std::move(delivery));
}

bool Model::has_room(const Session& session, const Message& message) const {
    std::uint64_t bytes = message.weight_bytes;
    for (const Delivery& delivery : session.waiting) bytes += delivery.message->weight_bytes;
    return session.waiting.size() < queue_limits_.messages_max && bytes <= queue_limits_.bytes_max;
}

void Model::drop(Session& session, port::DropReason reason) {
    static constexpr Seen kSeen[] = {Seen::DropsQueueFull, Seen::DropsExpired, Seen::DropsTooLarge,
                                     Seen::DropsNoReceiver};
    ++session.dropped;
    ++dropped_[static_cast<std::size_t>(reason)];
    coverage_.add(kSeen[static_cast<std::size_t>(reason)]);
}

// At a limit QoS 0 goes first, then what the policy says.
void Model::enqueue(Session& session, Delivery delivery) {
    const bool drops_oldest = queue_limits_.policy == port::DropPolicy::Oldest;
    const auto is_qos_0 = [](const Delivery& each) { return each.qos == Qos::AtMostOnce; };
    delivery.state = State::Waiting;
    if (delivery.message->weight_bytes > queue_limits_.bytes_max) {
        return drop(session, port::DropReason::QueueFull);
    }
    auto& waiting = session.waiting;
    while (!has_room(session, *delivery.message)) {
        drop(session, port::DropReason::QueueFull);
        const auto oldest = std::find_if(waiting.begin(), waiting.end(), is_qos_0);
        const bool has_qos_0 = oldest != waiting.end();
        if (is_qos_0(delivery) && !(has_qos_0 && drops_oldest)) return;
        if (has_qos_0 && drops_oldest) {
            waiting.erase(oldest);
        } else if (has_qos_0) {
            waiting.erase(std::find_if(waiting.rbegin(), waiting.rend(), is_qos_0).base() - 1);
        } else if (drops_oldest) {
            waiting.erase(waiting.begin());
        } else {
            return;
        }
    }
    waiting.push_back(std::move(delivery));
}

void Model::resume(Session& session) {
    for (const Delivery& delivery : session.in_flight) {
        if (delivery.state != State::Released) continue;
        coverage_.add(Seen::RepeatedReleases);
        expectations_[session.connection].deliveries.push_back(
            {.delivery = delivery, .is_release = true});
    }
    drain(session);
}

void Model::drain(Session& session) {
    if (!session.is_online()) return;
    for (Delivery& delivery : session.in_flight) {
        if (delivery.state != State::Interrupted) continue;
        if (session.slots_taken() >= session.slots_max) break;
        delivery.state = State::Sent;
        session.bytes_left -= delivery.message->weight_bytes;
        coverage_.add(Seen::RepeatedDeliveries);
        expectations_[session.connection].deliveries.push_back(
            {.delivery = delivery, .is_repeated = true});
    }
    while (!session.waiting.empty() && session.bytes_left > 0) {
        Delivery next = session.waiting.front();
        const bool is_expired = next.message->expires_at <= now_;
        if (!is_expired && next.qos != Qos::AtMostOnce &&
            session.slots_taken() >= session.slots_max) {
            break;
        }
        session.waiting.erase(session.waiting.begin());
        if (is_expired) {
            drop(session, port::DropReason::Expired);
        } else {
            send(session, std::move(next));
        }
    }
}

void Model::credit(int connection, port::SendCredit credit) {
    Session* session = session_of(connection);
    if (!session) return;
    session->bytes_left += credit.bytes;
    if (session->bytes_left > session->bytes_max) throw Difference{"more credit than was used"};
    drain(*session);
}

void Model::finish(Session& session, std::vector<Delivery>::iterator delivery) {
    session.in_flight.erase(delivery);
    drain(session);
}

void Model::acknowledge(int connection, std::uint16_t id, port::AcknowledgeKind kind,
                        ReasonCode reason) {
    Session* session = session_of(connection);
    if (!session) return;
    const auto at = std::find_if(session->in_flight.begin(), session->in_flight.end(),
                                 [&](const Delivery& each) { return each.id == id; });
    const bool is_discarded = kind == port::AcknowledgeKind::Discarded;
    const bool is_known = at != session->in_flight.end() &&
                          (is_discarded || (at->qos == Qos::AtLeastOnce) ==
                                               (kind == port::AcknowledgeKind::Received));
    switch (kind) {
        case port::AcknowledgeKind::Received:
            if (is_known) return finish(*session, at);
            break;
        case port::AcknowledgeKind::Recorded:
            if (is_error(reason)) {
                if (is_known) finish(*session, at);
                return;
            }
            if (is_known) at->state = State::Released;
            // A repeat after a crash is legal.
            expectations_[connection].deliveries.push_back(
                {.delivery = {.message = nullptr, .ids = {}, .id = id}, .is_release = true});
            return;
        case port::AcknowledgeKind::Completed:
            if (is_known && at->state == State::Released) return finish(*session, at);
            break;
        case port::AcknowledgeKind::Discarded: {
            if (!is_known) throw Difference{"discards what is not under way"};
            const bool is_expired = at->message->expires_at <= now_;
            const bool is_too_large = reason == ReasonCode::PacketTooLarge;
            if (is_too_large ? session->takes_large : !is_expired) {
                throw Difference{"discards what is fit to be sent"};
            }
            drop(*session, is_too_large ? port::DropReason::TooLarge : port::DropReason::Expired);
            return finish(*session, at);
        }
    }
    drain(*session);
}

}  // namespace kleber::sim
