// Coming and going: attachments, subscriptions, wills, the ends of sessions.

#include <algorithm>
#include <utility>

#include "gateway/base/hash.hpp"
#include "gateway/broker/broker.hpp"

namespace kleber::broker {
namespace {

bool wants_retained(port::RetainHandling handling, Subscriptions::Added added) {
    // [MQTT-3.3.1-11] of 5.0
    if (handling == port::RetainHandling::DoNotSend) return false;
    // [MQTT-3.3.1-10] of 5.0
    if (handling == port::RetainHandling::SendIfNew && added != Subscriptions::Added::New) {
        return false;
    }
    return true;
}

}  // namespace

void Broker::on(port::SeatId from, port::Attach&& attach, Turn& turn) {
    port::Attach::Details& details = *attach.details;
    std::unique_ptr<port::Attached::Details> assigned;
    if (details.client_id.empty()) {
        details.client_id = make_client_id();
        assigned = std::make_unique<port::Attached::Details>();
        assigned->assigned_id = details.client_id;
    }

    const std::uint64_t recorded_before = ledger_.recorded_count();
    Session* session = sessions_.find(details.client_id);
    const bool has_record = session && session->place != kNoPlace;
    if (refuses_promises() &&
        (details.session_expiry > Duration::zero() || details.will || has_record)) {
        turn.outbox.to(from).emplace_back(attach.token, port::Close{ReasonCode::QuotaExceeded});
        return;
    }
    if (session && (session->is_online || session->is_attaching)) {
        ++statistics_.takeovers;
        // [MQTT-3.1.4-2] of 3.1.1, [MQTT-3.1.4-3] of 5.0
        turn.outbox.to(session->seat)
            .emplace_back(session->token, port::Close{ReasonCode::SessionTakenOver});
        lose_connection(*session, ReasonCode::SessionTakenOver, port::WillFate::Publish, turn);
        session = sessions_.find(details.client_id);
    }
    // A crash ended it; its record was there for the will's sake.
    const bool was_to_end = session && session->expiry == Duration::zero();
    if (session && (details.clean_start || was_to_end)) {
        // It was the gateway that went, not the client.
        if (session->was_cut_off || was_to_end) session->will.reset();
        // [MQTT-3.1.2-6] of 3.1.1, [MQTT-3.1.2-4] of 5.0
        end_session(*session, turn);
        session = nullptr;
    }
    // [MQTT-3.2.2-2] of 3.1.1, [MQTT-3.2.2-3] of 5.0
    const bool session_present = session != nullptr;
    if (!session) {
        if (sessions_.count() >= limits_.sessions_max) {
            turn.outbox.to(from).emplace_back(attach.token, port::Close{ReasonCode::QuotaExceeded});
            return;
        }
        session = &sessions_.create(std::move(details.client_id));
    } else {
        ++statistics_.resumes;
    }

    const std::uint32_t slot = port::slot_of(session->id);
    will_deadlines_.cancel(slot);  // [MQTT-3.1.3-9] of 5.0: back before the delay was over
    expiry_deadlines_.cancel(slot);
    session->generation = port::Generation{next_generation_++};
    session->is_attaching = true;
    session->was_cut_off = false;
    session->seat = from;
    session->token = attach.token;
    session->slots_max = details.credit.slots;
    session->bytes_left = details.credit.bytes;
    session->queue_limits = details.queue;
    session->expiry = details.session_expiry;
    session->will = details.will ? std::make_unique<port::Will>(std::move(*details.will)) : nullptr;
    identify(*session, details);
    session->address = std::move(details.address);
    session->protocol = std::move(details.protocol);
    session->hears_refusals = details.hears_refusals;
    session->since = turn.now.wall;
    if (session->expiry > Duration::zero()) session->is_kept = ledger_.is_keeping();
    if (session->is_kept || session->will || session->place != kNoPlace) {
        ledger_.put(*session, port::kNever, port::kNever);
    }
    port::Attached attached{
        {session->id, session->generation}, session_present, std::move(assigned)};
    if (ledger_.recorded_count() == recorded_before) {
        go_online(*session, std::move(attached), turn);
    } else {
        // What was there is gone for good, and what will be there stays, before the client hears.
        reply_when_safe(*session, {session->token, std::move(attached)}, turn);
    }
}

void Broker::identify(Session& session, port::Attach::Details& details) {
    const bool is_same = session.is_identified && session.user == details.user &&
                         session.common_name == details.common_name &&
                         session.is_ours == details.is_ours;
    session.user = std::move(details.user);
    session.common_name = std::move(details.common_name);
    session.is_ours = details.is_ours;
    session.is_identified = true;
    if (is_same || !authorizer_) return;
    // Somebody else goes on with it, who may not read what the other could.
    if (session.subscription_count > 0) subscriptions_.make_new_generation();
    session.has_unchecked = session.deliveries != nullptr;
}

void Broker::go_online(Session& session, port::Attached&& attached, Turn& turn) {
    session.is_attaching = false;
    session.is_online = true;
    ++statistics_.clients_online;
    statistics_.clients_online_max =
        std::max(statistics_.clients_online_max, statistics_.clients_online);
    if (session.memories) {
        if (!attached.details) attached.details = std::make_unique<port::Attached::Details>();
        attached.details->memories = session.memories->rows();
    }
    turn.outbox.to(session.seat).emplace_back(session.token, std::move(attached));
    outbound_.resume(session, turn);
    if (outbound_.has_orphans()) adopt_orphans(session, turn);
    replayer_.wake(session);
    publish_state(session, turn);
}

std::string Broker::make_client_id() {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string id;
    do {
        id = "auto-";
        const std::uint64_t number = hash_mix(seed_, ++next_client_number_);
        for (int shift = 60; shift >= 0; shift -= 4) id += kDigits[number >> shift & 0xF];
    } while (sessions_.find(id));
    return id;
}

void Broker::on(port::SeatId, port::Detach&& detach, Turn& turn) {
    Session* session = sessions_.find(detach.client);
    if (!session) return;
    if (detach.session_expiry != port::kAsAttached) session->expiry = detach.session_expiry;
    lose_connection(*session, detach.reason, detach.will, turn);
}

void Broker::lose_connection(Session& session, ReasonCode reason, port::WillFate will, Turn& turn) {
    if (session.is_online) --statistics_.clients_online;
    session.is_online = false;
    session.is_attaching = false;
    session.since = turn.now.wall;
    session.last_end = reason;
    session.has_ended_before = true;
    drop_held(session);
    outbound_.suspend(session);
    publish_state(session, turn);

    if (will == port::WillFate::Discard) session.will.reset();  // [MQTT-3.14.4-3]
    // Nobody waits for that, but a crash must not bring back a will that its client took away.
    const bool is_polite = will == port::WillFate::Discard;
    if (is_polite && session.place != kNoPlace) ledger_.expect_commit(turn.now);
    const std::uint32_t slot = port::slot_of(session.id);
    SteadyTime will_due = port::kNever;
    if (session.will && session.will->delay > Duration::zero() &&
        session.expiry > Duration::zero()) {
        will_due = turn.now.steady + session.will->delay;
        will_deadlines_.set(slot, will_due);
    } else if (session.will) {
        publish_will(session, turn);
    }
    if (session.expiry == Duration::zero()) {
        end_session(session, turn);
        return;
    }
    // Taken over, the member is still there.
    if (reason != ReasonCode::SessionTakenOver) redistribute(session, turn);
    SteadyTime ends_at = port::kNever;
    if (session.expiry != port::kForever) {
        ends_at = turn.now.steady + session.expiry;
        expiry_deadlines_.set(slot, ends_at);
    }
    if (session.place != kNoPlace) ledger_.put(session, ends_at, will_due);
}

void Broker::publish_will(Session& session, Turn& turn) {
    const std::unique_ptr<port::Will> will = std::move(session.will);
    const std::uint32_t slot = port::slot_of(session.id);
    will_deadlines_.cancel(slot);
    // What was allowed when it connected may not be any more.
    const bool is_allowed = !authorizer_ || session.is_ours || !session.is_identified ||
                            authorizer_->may_publish(session.principal(), will->message->topic());
    if (is_allowed) {
        publish_will_of(session, *will, turn);
    } else {
        ++statistics_.dropped[static_cast<std::size_t>(port::DropReason::NotAllowed)];
    }
    // In one batch with what it led to, so that it is not published again after a crash.
    if (session.place != kNoPlace) {
        ledger_.put(session, expiry_deadlines_.at(slot).value_or(port::kNever), port::kNever);
    }
}

void Broker::publish_will_of(const Session& session, const port::Will& will, Turn& turn) {
    ++statistics_.wills_published;
    // Only now is it known whose it is (for no-local) and since when its expiry counts.
    const port::Message& said = *will.message;
    const SteadyTime expires_at = will.message_expiry == port::kForever
                                      ? port::kNever
                                      : turn.now.steady + will.message_expiry;
    publish(port::Message::make({.topic = said.topic(),
                                 .properties = said.properties(),
                                 .payload = said.payload(),
                                 .qos = said.qos(),
                                 .retain = said.is_retained(),
                                 .expires_at = expires_at,
                                 .publisher = session.id},
                                sharing_),
            turn);
}

void Broker::end_session(Session& session, Turn& turn) {
    // [MQTT-3.1.2-8] of 5.0: the end of the session ends the delay of its will.
    if (session.will) publish_will(session, turn);
    session.expiry = Duration::zero();
    redistribute(session, turn);
    outbound_.forget(session);
    replayer_.forget(session);
    subscriptions_.remove_all(session);
    ledger_.erase(session);
    drop_held(session);
    expiry_deadlines_.cancel(port::slot_of(session.id));
    sessions_.erase(session);
}

void Broker::publish_state(const Session& session, Turn& turn) {
    const std::string topic = ClientStates::topic_of(session);
    if (topic.empty()) return;
    // Mostly nobody listens: only then is it worth writing down, and never worth remembering.
    const Route& route = router_.route_once(topic);
    if (route.receivers.empty()) return;
    const port::MessageRef state = states_.state(session, topic);
    for (const Receiver& receiver : route.receivers) {
        outbound_.deliver(*receiver.session, state, {.retain = receiver.grant.retain_as_published},
                          route.ids_of(receiver.grant), turn);
    }
}

void Broker::on(port::SeatId, port::Subscribe&& subscribe, Turn& turn) {
    Session* session = sessions_.find(subscribe.client);
    if (!session) return;
    if (session->is_kept && refuses_promises()) {
        auto refusals = std::make_unique<std::vector<ReasonCode>>(subscribe.details->filters.size(),
                                                                  ReasonCode::QuotaExceeded);
        turn.outbox.to(session->seat)
            .emplace_back(session->token, port::Subscribed{subscribe.id, std::move(refusals)});
        return;
    }
    auto codes = std::make_unique<std::vector<ReasonCode>>();
    codes->reserve(subscribe.details->filters.size());
    for (const port::Subscribe::Filter& filter : subscribe.details->filters) {
        codes->push_back(this->subscribe(*session, filter, subscribe.details->subscription_id));
    }
    reply_if_kept(*session, {session->token, port::Subscribed{subscribe.id, std::move(codes)}},
                  turn);
}

ReasonCode Broker::subscribe(Session& session, const port::Subscribe::Filter& filter,
                             std::uint32_t subscription_id) {
    if (is_error(filter.refusal)) return filter.refusal;
    if (session.subscription_count >= limits_.subscriptions_max &&
        !subscriptions_.has(session, filter.filter)) {
        return ReasonCode::QuotaExceeded;
    }
    const Subscriptions::Added added =
        subscriptions_.add(session, filter.filter, filter.options, subscription_id);
    if (session.is_kept) {
        ledger_.put(session, {filter.filter, filter.options, subscription_id});
    }
    const bool is_shared = filter.filter.starts_with("$share/");
    if (!is_shared && wants_retained(filter.options.retain_handling, added)) {
        if (added == Subscriptions::Added::Replaced) replayer_.cancel(session, filter.filter);
        // [MQTT-3.3.1-6] of 3.1.1, [MQTT-3.3.1-9] of 5.0
        replayer_.start(session, filter.filter, filter.options, subscription_id);
    }
    return static_cast<ReasonCode>(filter.options.qos);
}

void Broker::on(port::SeatId, port::Unsubscribe&& unsubscribe, Turn& turn) {
    Session* session = sessions_.find(unsubscribe.client);
    if (!session) return;
    auto codes = std::make_unique<std::vector<ReasonCode>>();
    codes->reserve(unsubscribe.filters->size());
    for (const std::string& filter : *unsubscribe.filters) {
        codes->push_back(this->unsubscribe(*session, filter));
    }
    reply_if_kept(*session, {session->token, port::Unsubscribed{unsubscribe.id, std::move(codes)}},
                  turn);
}

ReasonCode Broker::unsubscribe(Session& session, const std::string& filter) {
    const std::uint32_t group = subscriptions_.group_of(session, filter);
    if (!subscriptions_.remove(session, filter)) return ReasonCode::NoSubscriptionExisted;
    if (session.is_kept) ledger_.erase_subscription(session, filter);
    if (group != kNoGroup) outbound_.leave_group(session, group);
    replayer_.cancel(session, filter);  // [MQTT-3.10.4-2]
    return ReasonCode::Success;
}

}  // namespace kleber::broker
