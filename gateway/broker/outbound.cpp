#include "gateway/broker/outbound.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace kleber::broker {
namespace {

// What was kept comes back whole, whatever the limits are now.
constexpr port::QueueLimits kNoLimits{.messages_max = std::numeric_limits<std::uint32_t>::max(),
                                      .bytes_max = std::numeric_limits<std::uint32_t>::max()};

Delivery make_delivery(const port::MessageRef& message, const Outbound::Terms& terms,
                       std::span<const std::uint32_t> subscription_ids) {
    Delivery delivery;
    delivery.message = message;
    delivery.subscription_ids = port::SubscriptionIds{subscription_ids};
    delivery.group = terms.group;
    delivery.qos = terms.qos;
    delivery.retain = terms.retain;
    return delivery;
}

}  // namespace

Outbound::Outcome Outbound::deliver(Session& session, const port::MessageRef& message,
                                    const Terms& terms,
                                    std::span<const std::uint32_t> subscription_ids, Turn& turn) {
    const bool may_wait = session.is_online || terms.qos != Qos::AtMostOnce;
    if (!may_wait) return Outcome::Dropped;  // the absent miss QoS 0: that is its meaning
    if (can_send(session, terms.qos)) {
        // The common case, without a Delivery in between.
        if (terms.qos == Qos::AtMostOnce) {
            const std::uint32_t weight = message->weight_bytes();
            session.bytes_left -= weight;
            ++statistics_.messages_delivered;
            statistics_.payload_bytes_delivered += message->payload().size();
            turn.outbox.to(session.seat)
                .emplace_back(session.token, port::Deliver{message,
                                                           port::SubscriptionIds{subscription_ids},
                                                           {},
                                                           Qos::AtMostOnce,
                                                           false,
                                                           terms.retain});
            return Outcome::Sent;
        }
        Delivery delivery = make_delivery(message, terms, subscription_ids);
        count(delivery);
        send(session, std::move(delivery), turn);
        return Outcome::Sent;
    }
    return enqueue(session, make_delivery(message, terms, subscription_ids));
}

bool Outbound::has_room(const Session& session, const port::Message& message) {
    const std::uint32_t count = session.deliveries ? session.deliveries->waiting_count() : 0;
    const std::uint64_t bytes = session.deliveries ? session.deliveries->bytes() : 0;
    return count < session.queue_limits.messages_max &&
           bytes + message.weight_bytes() <= session.queue_limits.bytes_max;
}

void Outbound::send(Session& session, Delivery delivery, Turn& turn) {
    const port::MessageRef message = delivery.message;
    session.bytes_left -= message->weight_bytes();
    ++statistics_.messages_delivered;
    statistics_.payload_bytes_delivered += message->payload().size();
    port::Deliver body{message,        delivery.subscription_ids, {}, delivery.qos, false,
                       delivery.retain};
    if (delivery.qos == Qos::AtMostOnce) {
        uncount(delivery);
        turn.outbox.to(session.seat).emplace_back(session.token, std::move(body));
        return;
    }
    ++session.slots_taken;
    Delivery* started = session.need_deliveries().start(std::move(delivery));
    KLEBER_ASSERT(started != nullptr);  // there are fewer slots than ids
    keep(session, *started);
    body.id = started->id;
    reply(session, *started, {session.token, std::move(body)}, turn);
}

void Outbound::reply(Session& session, const Delivery& delivery, port::Reply reply, Turn& turn) {
    // What a client has heard at QoS 2 it must hear again under the same id, also after a crash.
    const std::uint64_t batch =
        delivery.qos == Qos::ExactlyOnce ? ledger_.barrier(delivery.place) : 0;
    if (batch == 0) {
        turn.outbox.to(session.seat).push_back(std::move(reply));
        return;
    }
    ledger_.expect_commit(turn.now);
    held_.hold(batch, session, std::move(reply));
}

void Outbound::keep(const Session& session, Delivery& delivery) {
    if (!session.is_kept || delivery.qos == Qos::AtMostOnce) return;
    ledger_.put(session, delivery,
                delivery.group == kNoGroup ? std::string_view{} : groups_.at(delivery.group).text);
}

Outbound::Outcome Outbound::enqueue(Session& session, Delivery delivery) {
    count(delivery);
    Delivery* queued = session.need_deliveries().push(
        std::move(delivery), session.queue_limits, [&](Delivery& dropped) {
            ledger_.erase(session, dropped);
            uncount(dropped);
            drop(session, port::DropReason::QueueFull);
        });
    if (!queued) return Outcome::Dropped;
    keep(session, *queued);
    return Outcome::Queued;
}

void Outbound::drain(Session& session, Turn& turn) {
    if (!session.is_online || !session.deliveries) return;
    if (session.has_unchecked) take_back_interrupted(session, turn);
    repeat(session, turn);
    DeliveryQueue& queue = *session.deliveries;
    while (queue.has_waiting() && session.bytes_left > 0) {
        const Delivery& next = queue.first_waiting();
        const bool is_expired = next.message->is_expired(turn.now.steady);
        if (is_expired ||
            (session.has_unchecked && !may_read(authorizer_, session, next.message->topic()))) {
            Delivery dropped = queue.take_first_waiting();
            if (!is_expired) withhold(session, dropped);
            ledger_.erase(session, dropped);
            uncount(dropped);
            if (is_expired) drop(session, port::DropReason::Expired);
            continue;
        }
        if (next.qos != Qos::AtMostOnce && !session.has_slot()) break;
        send(session, queue.take_first_waiting(), turn);
    }
    if (session.has_unchecked && !queue.has_waiting()) session.has_unchecked = false;
}

// What was sent over an earlier connection, and may not be read any more, is not repeated. A
// message of QoS 2 ends as if it had been received: to forget its id would let the client take the
// next message under it for a repeat of this one.
void Outbound::take_back_interrupted(Session& session, Turn& turn) {
    for (std::uint32_t index = 0; index < session.deliveries->in_flight_count();) {
        Delivery& delivery = session.deliveries->in_flight(index);
        if (delivery.state != DeliveryState::Interrupted ||
            may_read(authorizer_, session, delivery.message->topic())) {
            ++index;
            continue;
        }
        if (delivery.qos == Qos::AtLeastOnce) {
            withhold(session, delivery);
            finish(session, &delivery);
            continue;
        }
        drop(session, port::DropReason::NotAllowed);
        ++session.slots_taken;
        become_released(session, delivery, turn);
        ++index;
    }
}

void Outbound::withhold(Session& session, Delivery& delivery) {
    if (delivery.group == kNoGroup) return drop(session, port::DropReason::NotAllowed);
    ledger_.hand_over(session, delivery);
    orphans_.push_back({delivery.group, delivery.message});
}

void Outbound::become_released(Session& session, Delivery& delivery, Turn& turn) {
    if (delivery.message) statistics_.queued_bytes -= delivery.message->weight_bytes();
    delivery.state = DeliveryState::Released;
    ledger_.release(session, delivery);
    delivery.message = {};
    reply(session, delivery, {session.token, port::ReleaseDelivery{delivery.id}}, turn);
}

void Outbound::suspend(Session& session) {
    if (!session.deliveries) return;
    for (std::uint32_t index = 0; index < session.deliveries->in_flight_count(); ++index) {
        Delivery& delivery = session.deliveries->in_flight(index);
        if (delivery.state != DeliveryState::Sent) continue;
        delivery.state = DeliveryState::Interrupted;
        --session.slots_taken;
        // A table may have come since it was sent, and what came to wait later been looked at.
        if (authorizer_) session.has_unchecked = true;
    }
}

void Outbound::leave_group(Session& session, std::uint32_t group) {
    if (!session.deliveries) return;
    // The number may soon be another group's.
    session.deliveries->for_each([&](Delivery& delivery) {
        if (delivery.group == group) delivery.group = kNoGroup;
    });
}

void Outbound::resume(Session& session, Turn& turn) {
    if (!session.deliveries) return;
    // [MQTT-4.4.0-1] In their order, and under the ids that they had.
    for (std::uint32_t index = 0; index < session.deliveries->in_flight_count(); ++index) {
        const Delivery& delivery = session.deliveries->in_flight(index);
        if (delivery.state != DeliveryState::Released) continue;
        reply(session, delivery, {session.token, port::ReleaseDelivery{delivery.id}}, turn);
    }
    drain(session, turn);
}

void Outbound::repeat(Session& session, Turn& turn) {
    const std::uint32_t count = session.deliveries->in_flight_count();
    for (std::uint32_t index = 0; session.slots_taken < count && index < count; ++index) {
        Delivery& delivery = session.deliveries->in_flight(index);
        if (delivery.state != DeliveryState::Interrupted) continue;
        // [MQTT-3.3.4-9] The client may take fewer at a time than it did before.
        if (!session.has_slot()) return;
        ++session.slots_taken;
        session.bytes_left -= delivery.message->weight_bytes();
        delivery.state = DeliveryState::Sent;
        // [MQTT-4.4.0-1] [MQTT-4.6.0-1]
        reply(session, delivery,
              {session.token, port::Deliver{delivery.message, delivery.subscription_ids,
                                            delivery.id, delivery.qos, true, delivery.retain}},
              turn);
    }
}

void Outbound::acknowledge(Session& session, const port::Acknowledge& acknowledge, Turn& turn) {
    Delivery* delivery = session.deliveries ? session.deliveries->find(acknowledge.id) : nullptr;
    const bool is_known = delivery && (acknowledge.kind == port::AcknowledgeKind::Discarded ||
                                       (delivery->qos == Qos::AtLeastOnce) ==
                                           (acknowledge.kind == port::AcknowledgeKind::Received));
    switch (acknowledge.kind) {
        case port::AcknowledgeKind::Recorded:
            if (is_known && is_error(acknowledge.reason)) {
                finish(session, delivery);  // [MQTT-4.3.3-4] the client does not want it
                break;
            }
            if (is_known) {
                if (delivery->state == DeliveryState::Interrupted) ++session.slots_taken;
                become_released(session, *delivery, turn);
                return;
            }
            ++statistics_.unknown_acknowledgements;
            if (is_error(acknowledge.reason)) return;
            // A repeat after a crash is legal: it gets its PUBREL again.
            turn.outbox.to(session.seat)
                .emplace_back(session.token, port::ReleaseDelivery{acknowledge.id});
            return;
        case port::AcknowledgeKind::Received:
        case port::AcknowledgeKind::Discarded:
            if (!is_known) break;
            if (acknowledge.kind == port::AcknowledgeKind::Discarded) {
                drop(session, acknowledge.reason == ReasonCode::PacketTooLarge
                                  ? port::DropReason::TooLarge
                                  : port::DropReason::Expired);
            }
            finish(session, delivery);
            break;
        case port::AcknowledgeKind::Completed:
            if (is_known && delivery->state == DeliveryState::Released) {
                finish(session, delivery);
            } else {
                delivery = nullptr;
            }
            break;
    }
    if (!is_known || !delivery) ++statistics_.unknown_acknowledgements;
    drain(session, turn);
}

void Outbound::finish(Session& session, Delivery* delivery) {
    ledger_.erase(session, *delivery);
    uncount(*delivery);
    if (delivery->state != DeliveryState::Interrupted) --session.slots_taken;
    session.deliveries->finish(delivery);
}

void Outbound::add_credit(Session& session, port::SendCredit credit, Turn& turn) {
    session.bytes_left += credit.bytes;
    session.slots_max = static_cast<std::uint16_t>(session.slots_max + credit.slots);
    drain(session, turn);
}

void Outbound::forget(Session& session) {
    if (!session.deliveries) return;
    session.deliveries->for_each([&](Delivery& delivery) {
        ledger_.abandon(delivery);
        uncount(delivery);
    });
    session.deliveries.reset();
}

void Outbound::restore(Session& session, Delivery delivery) {
    ledger_.restored(delivery);
    session.has_unchecked = true;
    ++statistics_.queued_messages;
    if (delivery.message) statistics_.queued_bytes += delivery.message->weight_bytes();
    if (delivery.state == DeliveryState::Waiting) {
        session.need_deliveries().push(std::move(delivery), kNoLimits, [](Delivery&) {});
        return;
    }
    if (delivery.state == DeliveryState::Released) ++session.slots_taken;
    session.need_deliveries().restore(std::move(delivery));
}

void Outbound::drop(Session& session, port::DropReason reason) {
    ++session.dropped_count;
    ++statistics_.dropped[static_cast<std::size_t>(reason)];
}

void Outbound::count(const Delivery& delivery) {
    ++statistics_.queued_messages;
    statistics_.queued_bytes += delivery.message->weight_bytes();
}

void Outbound::uncount(const Delivery& delivery) {
    --statistics_.queued_messages;
    if (delivery.message) statistics_.queued_bytes -= delivery.message->weight_bytes();
}

}  // namespace kleber::broker
