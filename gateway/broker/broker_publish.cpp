// The way of a message: from a publish to its receivers.

#include <algorithm>
#include <utility>

#include "gateway/broker/broker.hpp"

namespace kleber::broker {

void Broker::on(port::SeatId, port::Publish&& publish, Turn& turn) {
    Session* session = sessions_.find(publish.client);
    if (!session) {
        // The gateway itself publishes without a session, and wants no answer.
        if (publish.client.session == port::kNoSession) this->publish(publish.message, turn);
        return;
    }
    if (is_error(publish.refusal)) [[unlikely]]
        return refuse_repeat(*session, publish, turn);
    const Qos qos = publish.message->qos();
    if (qos == Qos::AtMostOnce) {  // nothing to remember and nothing to answer
        this->publish(publish.message, turn);
        return;
    }
    const auto kind =
        qos == Qos::AtLeastOnce ? port::SettledKind::Received : port::SettledKind::Recorded;
    if (refuses_promises() && session->hears_refusals &&
        !(session->inbound_ids && session->inbound_ids->has(publish.id)) &&
        is_promise(*session, *publish.message)) {
        settle(*session, {publish.id, kind, ReasonCode::QuotaExceeded}, kNoPromise, turn);
        return;
    }
    if (qos == Qos::ExactlyOnce) {
        if (!session->inbound_ids) session->inbound_ids = std::make_unique<InboundIds>();
        if (!session->inbound_ids->insert(publish.id)) {
            // [MQTT-4.3.3-10] A repeat: it is acknowledged again and not delivered again.
            reply_when_safe(*session,
                            {session->token, port::Settled{publish.id, port::SettledKind::Recorded,
                                                           ReasonCode::Success}},
                            turn);
            return;
        }
    }
    ledger_.begin_promise(publish.client);
    if (qos == Qos::ExactlyOnce && session->is_kept) ledger_.put_inbound(*session, publish.id);
    const Routed routed = this->publish(publish.message, turn);
    const PromiseId promise = ledger_.end_promise();
    ReasonCode reason = ReasonCode::Success;
    if (routed == Routed::NobodyThere) reason = ReasonCode::NoMatchingSubscribers;
    // It was delivered, if not retained. A PUBREC that refuses would end the exchange: if that was
    // lost, the repeat would be delivered a second time.
    if (routed == Routed::NotRetained && qos == Qos::AtLeastOnce) {
        reason = ReasonCode::QuotaExceeded;
    }
    // [MQTT-4.3.2-4] of 5.0, [MQTT-4.3.3-8] of 5.0
    settle(*session, {publish.id, kind, reason}, promise, turn);
}

void Broker::refuse_repeat(Session& session, const port::Publish& publish, Turn& turn) {
    port::Settled settled{publish.id, port::SettledKind::Recorded, ReasonCode::Success};
    if (session.inbound_ids && session.inbound_ids->has(publish.id)) {
        reply_when_safe(session, {session.token, settled}, turn);
        return;
    }
    settled.reason = publish.refusal;
    settle(session, settled, kNoPromise, turn);
}

void Broker::on(port::SeatId, port::Release&& release, Turn& turn) {
    Session* session = sessions_.find(release.client);
    if (!session) return;
    // Known or not: after a crash on either side a repeat is legal.
    const bool is_known = session->inbound_ids && session->inbound_ids->erase(release.id);
    if (!is_known) ++statistics_.unknown_acknowledgements;
    // Its id may be used again after PUBCOMP: a crash must not bring this one back.
    if (is_known && session->is_kept) ledger_.erase_inbound(*session, release.id);
    port::Reply reply{session->token,
                      port::Settled{release.id, port::SettledKind::Completed, ReasonCode::Success}};
    reply_if_kept(*session, std::move(reply), turn);
}

Broker::Routed Broker::publish(const port::MessageRef& message, Turn& turn) {
    ++statistics_.messages_published;
    statistics_.payload_bytes_published += message->payload().size();
    const bool is_refused = message->is_retained() && !retained_.set(message);
    if (is_refused) ++statistics_.dropped[static_cast<std::size_t>(port::DropReason::QueueFull)];

    Route& route = router_.route(*message);
    bool has_receiver = false;
    for (const Receiver& receiver : route.receivers) {
        Session& session = *receiver.session;
        const Grant& grant =
            message->publisher() == session.id ? receiver.own_grant : receiver.grant;
        if (!grant.is_given) continue;
        has_receiver = true;
        bool retain = message->is_retained();  // [MQTT-3.3.1-13] of 5.0
        // [MQTT-3.3.1-9] of 3.1.1, [MQTT-3.3.1-12] of 5.0
        if (!grant.retain_as_published) retain = false;
        const Outbound::Terms terms{.qos = std::min(message->qos(), grant.qos), .retain = retain};
        outbound_.deliver(session, message, terms, route.ids_of(grant), turn);
    }
    // [MQTT-4.8.2-4] One member of each group.
    for (const RouteGroup& shared : route.groups) {
        has_receiver = true;
        if (!deliver_to_group(shared.group, message, nullptr, route.rights_of(shared), turn)) {
            ++statistics_.dropped[static_cast<std::size_t>(port::DropReason::NoReceiver)];
        }
    }
    if (is_refused) return Routed::NotRetained;
    return has_receiver ? Routed::Delivered : Routed::NobodyThere;
}

std::uint32_t Broker::choose_member(const SharedGroups::Group& group, const port::Message& message,
                                    const Session* except, Right* rights) const {
    const auto may_be_read_by = [&](const Session& session, std::uint32_t place) {
        if (rights == nullptr) return may_read(authorizer_.get(), session, message.topic());
        if (rights[place] == Right::Unasked) {
            const bool is_allowed = may_read(authorizer_.get(), session, message.topic());
            rights[place] = is_allowed ? Right::Yes : Right::No;
        }
        return rights[place] == Right::Yes;
    };
    const auto count = static_cast<std::uint32_t>(group.members.size());
    // In turn, the first that can take it at once; else one that is online and has room; else one
    // that is away.
    enum : std::uint8_t { Nobody, Away, Busy, Ready };
    std::uint8_t best = Nobody;
    std::uint32_t chosen = kNobody;
    for (std::uint32_t step = 0; step < count && best < Ready; ++step) {
        const std::uint32_t place = (group.turn + step) % count;
        const Subscription& subscription = subscriptions_.at(group.members[place]);
        const Session& session = *subscription.session;
        if (&session == except) continue;
        if (!may_be_read_by(session, place)) continue;
        const Qos qos = std::min(message.qos(), subscription.options.qos);
        std::uint8_t rank = Nobody;
        if (Outbound::can_send(session, qos)) {
            rank = Ready;
        } else if (!Outbound::has_room(session, message)) {
            continue;
        } else if (session.is_online) {
            rank = Busy;
        } else if (qos != Qos::AtMostOnce) {
            rank = Away;
        }
        if (rank > best) {
            best = rank;
            chosen = place;
        }
    }
    return chosen;
}

bool Broker::deliver_to_group(std::uint32_t group, const port::MessageRef& message,
                              const Session* except, Right* rights, Turn& turn) {
    SharedGroups::Group& members = subscriptions_.groups().at(group);
    const std::uint32_t chosen = choose_member(members, *message, except, rights);
    if (chosen == kNobody) return false;
    members.turn = (chosen + 1) % static_cast<std::uint32_t>(members.members.size());
    const Subscription& subscription = subscriptions_.at(members.members[chosen]);
    const std::uint32_t* id = &subscription.subscription_id;
    outbound_.deliver(*subscription.session, message,
                      {.qos = std::min(message->qos(), subscription.options.qos),
                       .retain = message->is_retained() && subscription.options.retain_as_published,
                       .group = group},
                      {id, *id == 0 ? 0U : 1U}, turn);
    return true;
}

void Broker::redistribute(Session& session, Turn& turn) {
    subscriptions_.for_each_group(session, [&](std::uint32_t group) {
        const SharedGroups::Group& members = subscriptions_.groups().at(group);
        const bool is_ending = session.expiry == Duration::zero();
        const bool somebody_is_there =
            std::any_of(members.members.begin(), members.members.end(), [&](std::uint32_t member) {
                const Session& other = *subscriptions_.at(member).session;
                return &other != &session && (is_ending || other.is_online);
            });
        if (!somebody_is_there) return;
        const auto may_be_read = [&](const port::Message& message) {
            return std::any_of(members.members.begin(), members.members.end(),
                               [&](std::uint32_t member) {
                                   const Session& other = *subscriptions_.at(member).session;
                                   return &other != &session && other.is_online &&
                                          may_read(authorizer_.get(), other, message.topic());
                               });
        };
        std::vector<port::MessageRef> orphans;
        outbound_.extract(
            session,
            [&](const Delivery& delivery) {
                const bool is_in_flight = delivery.state != DeliveryState::Waiting;
                // [MQTT-4.8.2-5] These stay with their member, all others go on.
                if (delivery.qos == Qos::ExactlyOnce && is_in_flight) return false;
                if (delivery.group != group) return false;
                // It would come back to the session under another id, for nobody.
                return is_ending || !authorizer_ || may_be_read(*delivery.message);
            },
            [&](Delivery delivery) { orphans.push_back(std::move(delivery.message)); });
        for (const port::MessageRef& message : orphans) {
            if (deliver_to_group(group, message, &session, nullptr, turn)) {
                ++statistics_.shared_redeliveries;
            } else if (is_ending || !deliver_to_group(group, message, nullptr, nullptr, turn)) {
                // Not even the session itself, which may be back, could keep it.
                ++statistics_.dropped[static_cast<std::size_t>(port::DropReason::NoReceiver)];
            }
        }
    });
}

void Broker::adopt_orphans(Session& session, Turn& turn) {
    for (const Outbound::Orphan& orphan : outbound_.take_orphans()) {
        if (deliver_to_group(orphan.group, orphan.message, &session, nullptr, turn)) {
            ++statistics_.shared_redeliveries;
        } else {
            ++session.dropped_count;
            ++statistics_.dropped[static_cast<std::size_t>(port::DropReason::NotAllowed)];
        }
    }
}

}  // namespace kleber::broker
