// Where a message goes: subscriptions, shared groups, retained messages.

#include <algorithm>
#include <utility>

#include "gateway/topic/match.hpp"
#include "tests/sim/model.hpp"

namespace kleber::sim {

Model::Routed Model::route(const MessageRef& message) {
    const Letter& letter = message->letter;
    const bool is_refused = letter.retain && !retain(message);
    bool has_receiver = false;
    for (auto& [client, session] : sessions_) {
        Delivery delivery{.message = message, .ids = {}};
        int matching = 0;
        for (const Subscription& each : session.subscriptions) {
            if (!each.filter.group.empty() || !topic::matches(each.filter.filter, letter.topic)) {
                continue;
            }
            if (each.options.no_local && message->publisher == session.epoch) {
                coverage_.add(Seen::OwnMessagesSpared);
                continue;
            }
            ++matching;
            delivery.qos = std::max(delivery.qos, each.options.qos);
            delivery.retain |= letter.retain && each.options.retain_as_published;
            if (each.id != 0) delivery.ids.push_back(each.id);
        }
        if (matching == 0) continue;
        if (matching > 1) coverage_.add(Seen::OverlappingSubscriptions);
        has_receiver = true;
        delivery.qos = std::min(delivery.qos, letter.qos);
        deliver(session, std::move(delivery));
    }
    for (Group& group : groups_) {
        if (!topic::matches(group.filter.filter, letter.topic)) continue;
        has_receiver = true;
        if (deliver_to_group(group, message, nullptr)) continue;
        ++dropped_[static_cast<std::size_t>(port::DropReason::NoReceiver)];
        coverage_.add(Seen::DropsNoReceiver);
    }
    if (is_refused) return Routed::NotRetained;
    return has_receiver ? Routed::Delivered : Routed::NobodyThere;
}

bool Model::retain(const MessageRef& message) {
    const std::string_view topic = message->letter.topic;
    if (message->letter.number == 0) {
        retained_.erase(topic);
        return true;
    }
    std::uint64_t bytes = message->weight_bytes;
    std::uint64_t count = 1;
    for (const auto& [name, kept] : retained_) {
        if (name == topic) continue;
        bytes += kept.message->weight_bytes;
        ++count;
    }
    const bool is_new = !retained_.contains(topic);
    if (bytes > limits_.retained_bytes_max || (is_new && count > limits_.retained_messages_max)) {
        ++dropped_[static_cast<std::size_t>(port::DropReason::QueueFull)];
        coverage_.add(Seen::RetainedRefusals);
        return false;
    }
    retained_[topic] = {message, ++last_serial_};
    return true;
}

// In turn, whoever can be sent to at once; else who is there and has room for it; else who is away.
bool Model::deliver_to_group(Group& group, const MessageRef& message, const Session* except) {
    const auto options_of = [&](const Session& session) -> const Subscription& {
        return *std::find_if(
            session.subscriptions.begin(), session.subscriptions.end(),
            [&](const Subscription& each) { return each.filter.text == group.filter.text; });
    };
    const auto serve = [&](auto&& is_fit) {
        for (std::size_t step = 0; step < group.members.size(); ++step) {
            const std::size_t place = (group.turn + step) % group.members.size();
            Session& session = *session_at(group.members[place]);
            const Subscription& subscription = options_of(session);
            const Qos qos = std::min(message->letter.qos, subscription.options.qos);
            if (&session == except || !is_fit(session, qos)) continue;
            group.turn = (place + 1) % group.members.size();
            Delivery delivery{.message = message, .ids = {}, .group = group.number, .qos = qos};
            delivery.retain = message->letter.retain && subscription.options.retain_as_published;
            if (subscription.id != 0) delivery.ids = {subscription.id};
            deliver(session, std::move(delivery));
            return true;
        }
        return false;
    };
    return serve([&](const Session& session, Qos qos) { return session.can_send(qos); }) ||
           serve([&](const Session& session, Qos) {
               return session.is_online() && has_room(session, *message);
           }) ||
           serve([&](const Session& session, Qos qos) {
               return !session.is_online() && qos != Qos::AtMostOnce && has_room(session, *message);
           });
}

// Of a member that goes, others get what it has not acknowledged, but what is under way at QoS 2.
void Model::redistribute(Session& session, bool is_ending) {
    const std::vector<Subscription> subscriptions = session.subscriptions;
    for (auto each = subscriptions.rbegin(); each != subscriptions.rend(); ++each) {
        if (each->filter.group.empty()) continue;
        Group& group = *find_group(each->filter);
        const bool somebody_is_there =
            std::any_of(group.members.begin(), group.members.end(), [&](int client) {
                return client != session.client && (is_ending || session_at(client)->is_online());
            });
        if (!somebody_is_there) continue;
        std::vector<MessageRef> orphans;
        const auto take_out = [&](std::vector<Delivery>& deliveries) {
            std::erase_if(deliveries, [&](const Delivery& delivery) {
                const bool goes =
                    delivery.group == group.number &&
                    (delivery.qos != Qos::ExactlyOnce || delivery.state == State::Waiting);
                if (goes) orphans.push_back(delivery.message);
                return goes;
            });
        };
        take_out(session.in_flight);
        take_out(session.waiting);
        for (const MessageRef& message : orphans) {
            if (deliver_to_group(group, message, &session)) {
                ++redeliveries_;
                coverage_.add(Seen::SharedRedeliveries);
            } else if (is_ending || !deliver_to_group(group, message, nullptr)) {
                ++dropped_[static_cast<std::size_t>(port::DropReason::NoReceiver)];
                coverage_.add(Seen::DropsNoReceiver);
            }
        }
    }
}

Model::Group* Model::find_group(const FilterText& filter) {
    const auto at = std::find_if(groups_.begin(), groups_.end(), [&](const Group& group) {
        return group.filter.text == filter.text;
    });
    return at == groups_.end() ? nullptr : &*at;
}

void Model::join(Session& session, const FilterText& filter) {
    if (!find_group(filter)) {
        groups_.push_back({.number = ++last_group_, .filter = filter, .members = {}});
    }
    find_group(filter)->members.push_back(session.client);
}

void Model::leave(Session& session, const FilterText& filter) {
    Group* group = find_group(filter);
    if (!group || filter.group.empty()) return;
    const auto at = std::find(group->members.begin(), group->members.end(), session.client);
    if (at - group->members.begin() < static_cast<std::ptrdiff_t>(group->turn)) --group->turn;
    group->members.erase(at);
    for (auto* deliveries : {&session.in_flight, &session.waiting}) {
        for (Delivery& delivery : *deliveries) {
            if (delivery.group == group->number) delivery.group = -1;
        }
    }
    const int number = group->number;
    if (group->members.empty()) {
        std::erase_if(groups_, [&](const Group& each) { return each.number == number; });
    }
}

void Model::start_replay(Session& session, const Subscription& subscription) {
    if (!subscription.filter.group.empty()) return;
    std::erase_if(session.replays, [&](const Replay& replay) {
        return replay.subscription.filter.text == subscription.filter.text;
    });
    Replay replay{.subscription = subscription, .serials = {}};
    for (const auto& [topic, kept] : retained_) {
        if (topic::matches(subscription.filter.filter, topic)) replay.serials[topic] = kept.serial;
    }
    session.replays.push_back(std::move(replay));
}

// Not so if it has changed since, or was cleared: then the client has been told.
bool Model::is_due(const Session& session, const Replay& replay, std::string_view topic) const {
    const auto kept = retained_.find(topic);
    const auto serial = replay.serials.find(topic);
    if (kept == retained_.end() || serial == replay.serials.end()) return false;
    if (kept->second.serial != serial->second) return false;
    const Message& message = *kept->second.message;
    if (message.expires_at <= now_) return false;
    return !replay.subscription.options.no_local || message.publisher != session.epoch;
}

void Model::drop_finished_replays(Session& session) {
    const auto has_more = [&](const Replay& replay) {
        return std::any_of(replay.serials.begin(), replay.serials.end(),
                           [&](const auto& each) { return is_due(session, replay, each.first); });
    };
    while (!session.replays.empty() && !has_more(session.replays.front())) {
        session.replays.pop_front();
    }
}

void Model::expect_replays_done() {
    for (auto& [client, session] : sessions_) {
        while (!session.replays.empty()) {
            const Replay& replay = session.replays.front();
            if (!session.can_send(replay.subscription.options.qos)) {
                coverage_.add(Seen::RetainedReplaysPaused);
                break;
            }
            for (const auto& [topic, serial] : replay.serials) {
                if (!is_due(session, replay, topic)) continue;
                throw Difference{"client " + std::to_string(client) +
                                 " was not sent what is retained at " + std::string{topic}};
            }
            session.replays.pop_front();
        }
    }
}

}  // namespace kleber::sim
