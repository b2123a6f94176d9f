// What survives: changes to be made safe, what waits for that, and the way back at start.

#include <algorithm>
#include <utility>
#include <variant>

#include "gateway/broker/broker.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::broker {
namespace {

// A client that was online when the gateway ended has so long to come back before it is taken for
// lost.
constexpr Duration kGrace = std::chrono::seconds{60};

}  // namespace

void Broker::keep() {
    ledger_.keep();
}

std::unique_ptr<port::ChangeBatch> Broker::take_changes(const Now& now, bool everything,
                                                        port::Outbox& outbox) {
    std::unique_ptr<port::ChangeBatch> batch = ledger_.take(now, everything);
    // Even without a batch: all of it may have become needless.
    Turn turn{now, outbox};
    release_held(turn);
    if (ledger_.promises().has_news()) settle_kept(turn);
    return batch;
}

void Broker::committed(const port::ChangeBatch& batch, const Now& now, port::Outbox& outbox) {
    Turn turn{now, outbox};
    ledger_.set_now(now.steady);
    ledger_.committed(batch);
    release_held(turn);
    settle_kept(turn);
}

bool Broker::is_promise(const Session& publisher, const port::Message& message) {
    if (message.is_retained()) return true;
    if (message.qos() == Qos::ExactlyOnce && publisher.is_kept) return true;
    const auto must_wait = [](const Session& session, Qos qos) {
        return session.is_kept && qos != Qos::AtMostOnce &&
               (qos == Qos::ExactlyOnce || !Outbound::can_send(session, qos));
    };
    Route& route = router_.route(message);
    for (const Receiver& receiver : route.receivers) {
        const Grant& grant =
            message.publisher() == receiver.session->id ? receiver.own_grant : receiver.grant;
        if (grant.is_given && must_wait(*receiver.session, std::min(message.qos(), grant.qos))) {
            return true;
        }
    }
    return std::any_of(route.groups.begin(), route.groups.end(), [&](const RouteGroup& shared) {
        const SharedGroups::Group& group = subscriptions_.groups().at(shared.group);
        const std::uint32_t chosen =
            choose_member(group, message, nullptr, route.rights_of(shared));
        if (chosen == kNobody) return false;
        const Subscription& subscription = subscriptions_.at(group.members[chosen]);
        return must_wait(*subscription.session, std::min(message.qos(), subscription.options.qos));
    });
}

void Broker::set_in_trouble(bool is_in_trouble, const Now& now, port::Outbox& outbox) {
    is_in_trouble_ = is_in_trouble;
    if (!refuses_promises()) return;
    Turn turn{now, outbox};
    for (std::uint32_t slot = 0; slot < sessions_.slot_count(); ++slot) {
        Session* session = sessions_.at_slot(slot);
        if (session && session->held && session->hears_refusals) refuse_held(*session, turn);
    }
}

// The message may have been kept, or be: at QoS 1 it may come twice. A refusal at QoS 2 would end
// an exchange that another message then repeats: that waits, and what comes after it, in its order.
void Broker::refuse_held(Session& session, Turn& turn) {
    Ring<HeldAcknowledgement>& held = *session.held;
    while (!held.empty() && held[0].settled.kind == port::SettledKind::Received) {
        port::Settled settled = held[0].settled;
        if (const PromiseId promise = held[0].promise; promise != kNoPromise) {
            if (ledger_.promises().is_kept(promise)) {
                ledger_.promises().forget(promise);
            } else {
                ledger_.promises().abandon(promise);
                settled.reason = ReasonCode::QuotaExceeded;
            }
        }
        turn.outbox.to(session.seat).emplace_back(session.token, settled);
        held.pop_front();
    }
}

// -- what waits

void Broker::settle(Session& session, port::Settled settled, PromiseId promise, Turn& turn) {
    // [MQTT-4.6.0-2] [MQTT-4.6.0-3] An earlier one that still waits holds back the later ones.
    if (promise == kNoPromise && (!session.held || session.held->empty())) {
        turn.outbox.to(session.seat).emplace_back(session.token, settled);
        return;
    }
    if (!session.held) session.held = std::make_unique<Ring<HeldAcknowledgement>>();
    session.held->push_back({promise, settled});
}

void Broker::settle_kept(Turn& turn) {
    news_.clear();
    ledger_.promises().take_news(news_);
    for (const port::ClientRef client : news_) {
        Session* session = sessions_.find(client);
        if (!session || !session->held) continue;
        Ring<HeldAcknowledgement>& held = *session->held;
        while (!held.empty()) {
            const HeldAcknowledgement& first = held[0];
            if (first.promise != kNoPromise) {
                if (!ledger_.promises().is_kept(first.promise)) break;
                ledger_.promises().forget(first.promise);
            }
            turn.outbox.to(session->seat).emplace_back(session->token, first.settled);
            held.pop_front();
        }
    }
}

void Broker::drop_held(Session& session) {
    session.held_subacks = 0;
    if (!session.held) return;
    for (std::uint32_t index = 0; index < session.held->size(); ++index) {
        const PromiseId promise = (*session.held)[index].promise;
        if (promise != kNoPromise) ledger_.promises().abandon(promise);
    }
    session.held.reset();
}

void Broker::reply_when_safe(Session& session, port::Reply reply, Turn& turn) {
    const std::uint64_t batch = ledger_.barrier();
    if (batch != 0) {
        ledger_.expect_commit(turn.now);
        if (std::holds_alternative<port::Subscribed>(reply.body)) ++session.held_subacks;
        held_.hold(batch, session, std::move(reply));
        if (held_.is_crowded()) {
            held_.sweep([&](const Held::Item& item) { return !find_attached(item.client); });
        }
    } else if (auto* attached = std::get_if<port::Attached>(&reply.body)) {
        go_online(session, std::move(*attached), turn);
    } else {
        turn.outbox.to(session.seat).push_back(std::move(reply));
    }
}

void Broker::reply_if_kept(Session& session, port::Reply reply, Turn& turn) {
    if (session.is_kept) {
        reply_when_safe(session, std::move(reply), turn);
    } else {
        turn.outbox.to(session.seat).push_back(std::move(reply));
    }
}

Session* Broker::find_attached(port::ClientRef client) {
    Session* session = sessions_.at_slot(port::slot_of(client.session));
    const bool is_it = session && session->id == client.session &&
                       session->generation == client.generation &&
                       (session->is_online || session->is_attaching);
    return is_it ? session : nullptr;
}

void Broker::release_held(Turn& turn) {
    while (held_.has_ready(ledger_.committed_batch())) {
        Held::Item item = held_.take();
        Session* session = find_attached(item.client);
        if (!session) continue;
        if (auto* attached = std::get_if<port::Attached>(&item.reply.body)) {
            go_online(*session, std::move(*attached), turn);
            continue;
        }
        const bool is_suback = std::holds_alternative<port::Subscribed>(item.reply.body);
        turn.outbox.to(session->seat).push_back(std::move(item.reply));
        if (is_suback && --session->held_subacks == 0) replayer_.wake(*session);
    }
}

// -- the way back

void Broker::restore(port::Change&& change) {
    if (auto* put = std::get_if<port::SessionPut>(&change)) {
        port::SessionPut::Record& record = *put->record;
        Session* session = sessions_.restore(put->session, std::move(record.client_id));
        if (!session) return;
        session->user = std::move(record.user);
        session->common_name = std::move(record.common_name);
        session->is_identified = record.is_identified;
        session->expiry = record.expiry;
        session->is_kept = record.expiry > Duration::zero();
        session->place = Ledger::kRestored;
        session->was_cut_off = record.is_online;
        session->queue_limits = limits_.restored_queue;
        if (record.will) session->will = std::make_unique<port::Will>(std::move(*record.will));
        const std::uint32_t slot = port::slot_of(put->session);
        if (record.ends_at != port::kNever) expiry_deadlines_.set(slot, record.ends_at);
        if (record.will_due != port::kNever) will_deadlines_.set(slot, record.will_due);
    } else if (auto* subscription = std::get_if<port::SubscriptionPut>(&change)) {
        Session* session = sessions_.at_slot(port::slot_of(subscription->session));
        if (!session || session->id != subscription->session) return;
        const port::SubscriptionPut::Record& record = *subscription->record;
        subscriptions_.add(*session, record.filter, record.options, record.subscription_id);
    } else if (auto* message = std::get_if<port::MessagePut>(&change)) {
        ledger_.restore_message(message->number, message->message);
    } else if (auto* delivery = std::get_if<port::DeliveryPut>(&change)) {
        Session* session = sessions_.at_slot(port::slot_of(delivery->session));
        if (session && session->id == delivery->session) {
            restore_delivery(*session, std::move(*delivery));
        }
    } else if (auto* inbound = std::get_if<port::InboundPut>(&change)) {
        Session* session = sessions_.at_slot(port::slot_of(inbound->session));
        if (!session || session->id != inbound->session) return;
        if (!session->inbound_ids) session->inbound_ids = std::make_unique<InboundIds>();
        session->inbound_ids->insert(inbound->id);
    } else if (auto* memory = std::get_if<port::MemoryPut>(&change)) {
        Session* session = sessions_.at_slot(port::slot_of(memory->session));
        if (!session || session->id != memory->session) return;
        if (!session->memories) session->memories = std::make_unique<Memories>();
        port::Memory& record = *memory->record;
        session->memories->put(record.key, std::move(record.bytes)).place = Ledger::kRestored;
    } else if (auto* retained = std::get_if<port::RetainedPut>(&change)) {
        retained_.restore(retained->message);
    }
}

void Broker::restore_delivery(Session& session, port::DeliveryPut&& put) {
    Delivery delivery;
    delivery.subscription_ids = std::move(put.subscription_ids);
    delivery.serial = put.serial;
    delivery.id = put.id;
    delivery.qos = put.qos;
    delivery.retain = put.retain;
    if (put.share) delivery.group = subscriptions_.group_of(session, *put.share);
    if (put.state == port::KeptState::Released) {
        delivery.state = DeliveryState::Released;
    } else {
        delivery.state = put.state == port::KeptState::Sent ? DeliveryState::Interrupted
                                                            : DeliveryState::Waiting;
        delivery.message = ledger_.restored_message(put.message);
        if (!delivery.message) return;  // of a damaged database
    }
    outbound_.restore(session, std::move(delivery));
}

void Broker::finish_restore(const Now& now) {
    ledger_.set_now(now.steady);
    sessions_.finish_restore();
    ledger_.finish_restore();
    for (std::uint32_t slot = 0; slot < sessions_.slot_count(); ++slot) {
        Session* session = sessions_.at_slot(slot);
        if (!session) continue;
        session->since = now.wall;
        if (!session->was_cut_off) continue;
        // After an earlier start its time counts already.
        if (will_deadlines_.at(slot) || expiry_deadlines_.at(slot)) continue;
        // Its time counts from now: how long it was really alone nobody knows.
        SteadyTime will_due = port::kNever;
        if (session->will) {
            will_due = now.steady + std::max(session->will->delay, kGrace);
            will_deadlines_.set(slot, will_due);
        }
        const Duration expiry = std::max(session->expiry, kGrace);
        const SteadyTime ends_at = expiry == port::kForever ? port::kNever : now.steady + expiry;
        if (ends_at != port::kNever) expiry_deadlines_.set(slot, ends_at);
        ledger_.put(*session, ends_at, will_due);
    }
}

}  // namespace kleber::broker
