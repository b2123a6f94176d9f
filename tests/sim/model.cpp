// Coming and going, and what clients ask.

#include "tests/sim/model.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/topic/match.hpp"

namespace kleber::sim {

Model::Session* Model::session_of(int connection) {
    for (auto& [client, session] : sessions_) {
        if (session.connection == connection) return &session;
    }
    return nullptr;
}

void Model::attach(int client, int connection, const Attach& attach) {
    Session* session = session_at(client);
    if (session && session->is_online()) {
        ++takeovers_;
        coverage_.add(Seen::Takeovers);
        expect(session->connection,
               {.kind = Answer::Kind::Close, .codes = {ReasonCode::SessionTakenOver}});
        lose(*session, port::WillFate::Publish, true);
        session = session_at(client);
    }
    if (session && attach.clean_start) {
        end(*session);
        session = nullptr;
    }
    const bool is_present = session != nullptr;
    if (!session) {
        if (sessions_.size() >= limits_.sessions_max) {
            coverage_.add(Seen::SessionsRefused);
            expect(connection, {.kind = Answer::Kind::Close, .codes = {ReasonCode::QuotaExceeded}});
            return;
        }
        session = &sessions_[client];
        session->client = client;
        session->epoch = ++last_epoch_;
    } else {
        ++resumes_;
        coverage_.add(Seen::Resumes);
    }
    session->connection = connection;
    session->will_at.reset();
    session->expires_at.reset();
    session->expiry = attach.expiry;
    session->will = attach.will;
    session->slots_max = attach.credit.slots;
    session->bytes_left = session->bytes_max = attach.credit.bytes;
    session->takes_large = attach.takes_large;
    expect(connection, {.kind = Answer::Kind::Attached, .detail = is_present});
    resume(*session);
}

void Model::detach(int connection, port::WillFate will, Duration expiry) {
    Session* session = session_of(connection);
    if (!session) return;
    if (expiry != port::kAsAttached) session->expiry = expiry;
    lose(*session, will, false);
}

void Model::kick(int client) {
    Session* session = session_at(client);
    if (!session || !session->is_online()) return;
    coverage_.add(Seen::Kicks);
    expect(session->connection,
           {.kind = Answer::Kind::Close, .codes = {ReasonCode::AdministrativeAction}});
    lose(*session, port::WillFate::Publish, false);
}

void Model::lose(Session& session, port::WillFate fate, bool is_taken_over) {
    session.connection = -1;
    for (Delivery& delivery : session.in_flight) {
        if (delivery.state == State::Sent) delivery.state = State::Interrupted;
    }
    if (fate == port::WillFate::Discard) session.will.reset();
    const bool stays = session.expiry > Duration::zero();
    if (session.will && stays && session.will->delay > Duration::zero()) {
        session.will_at = now_ + session.will->delay;
    } else if (session.will) {
        publish_will(session);
    }
    if (!stays) return end(session);
    if (!is_taken_over) redistribute(session, false);
    if (session.expiry != port::kForever) session.expires_at = now_ + session.expiry;
}

void Model::publish_will(Session& session) {
    const Will will = *session.will;
    if (session.will_at) coverage_.add(Seen::DelayedWills);
    session.will.reset();
    session.will_at.reset();
    ++wills_;
    coverage_.add(Seen::Wills);
    Message message{
        .letter = will.letter, .weight_bytes = will.weight_bytes, .publisher = session.epoch};
    if (will.letter.expiry_seconds) {
        message.expires_at = now_ + std::chrono::seconds{*will.letter.expiry_seconds};
    }
    route(std::make_shared<const Message>(message));
}

void Model::end(Session& session) {
    if (session.will) publish_will(session);
    redistribute(session, true);
    const std::vector<Subscription> subscriptions = session.subscriptions;
    for (const Subscription& each : subscriptions) leave(session, each.filter);
    sessions_.erase(session.client);
}

void Model::advance(SteadyTime now) {
    now_ = now;
    for (auto at = retained_.begin(); at != retained_.end();) {
        const bool is_expired = at->second.message->expires_at <= now;
        if (is_expired) coverage_.add(Seen::RetainedExpiries);
        at = is_expired ? retained_.erase(at) : std::next(at);
    }
    // At any instant there is at most one of each kind.
    for (auto& [client, session] : sessions_) {
        if (session.will_at && *session.will_at <= now) publish_will(session);
    }
    for (auto& [client, session] : sessions_) {
        if (!session.expires_at || *session.expires_at > now) continue;
        ++expired_;
        coverage_.add(Seen::Expiries);
        end(session);
        break;
    }
}

std::optional<SteadyTime> Model::deadline() const {
    std::optional<SteadyTime> earliest;
    for (const auto& [client, session] : sessions_) {
        for (const std::optional<SteadyTime>& at : {session.will_at, session.expires_at}) {
            if (at && (!earliest || *at < *earliest)) earliest = at;
        }
    }
    return earliest;
}

bool Model::has_deadline_like(SteadyTime time) const {
    const auto is_like = [&](const std::optional<SteadyTime>& at) {
        return at && (*at - time) % std::chrono::seconds{1} == Duration::zero();
    };
    return std::any_of(sessions_.begin(), sessions_.end(), [&](const auto& each) {
        return is_like(each.second.will_at) || is_like(each.second.expires_at);
    });
}

void Model::publish(int connection, const Letter& letter, SteadyTime expires_at,
                    std::uint32_t weight_bytes, std::uint16_t id) {
    Session* session = session_of(connection);
    if (!session) return;
    const auto settle = [&](ReasonCode reason) {
        const auto kind = letter.qos == Qos::AtLeastOnce ? port::SettledKind::Received
                                                         : port::SettledKind::Recorded;
        expect(connection, {.kind = Answer::Kind::Settled,
                            .id = id,
                            .detail = static_cast<int>(kind),
                            .codes = {reason}});
    };
    if (letter.qos == Qos::ExactlyOnce && !session->inbound.insert(id).second) {
        coverage_.add(Seen::ExactlyOnceRepeats);
        return settle(ReasonCode::Success);
    }
    const Routed routed =
        route(std::make_shared<const Message>(Message{.letter = letter,
                                                      .expires_at = expires_at,
                                                      .weight_bytes = weight_bytes,
                                                      .publisher = session->epoch}));
    if (letter.qos == Qos::AtMostOnce) return;
    if (routed == Routed::NobodyThere) return settle(ReasonCode::NoMatchingSubscribers);
    const bool is_refused = routed == Routed::NotRetained && letter.qos == Qos::AtLeastOnce;
    settle(is_refused ? ReasonCode::QuotaExceeded : ReasonCode::Success);
}

void Model::release(int connection, std::uint16_t id) {
    Session* session = session_of(connection);
    if (!session) return;
    session->inbound.erase(id);
    expect(connection, {.kind = Answer::Kind::Settled,
                        .id = id,
                        .detail = static_cast<int>(port::SettledKind::Completed),
                        .codes = {ReasonCode::Success}});
}

void Model::subscribe(int connection, std::uint16_t id, const std::vector<Subscription>& filters) {
    Session* session = session_of(connection);
    if (!session) return;
    Answer answer{.kind = Answer::Kind::Subscribed, .id = id, .codes = {}};
    for (const Subscription& wanted : filters) {
        auto& all = session->subscriptions;
        const auto known = std::find_if(all.begin(), all.end(), [&](const Subscription& each) {
            return each.filter.text == wanted.filter.text;
        });
        const bool is_new = known == all.end();
        if (is_new && all.size() >= limits_.subscriptions_max) {
            coverage_.add(Seen::SubscriptionsRefused);
            answer.codes.push_back(ReasonCode::QuotaExceeded);
            continue;
        }
        answer.codes.push_back(static_cast<ReasonCode>(wanted.options.qos));
        if (is_new) {
            all.push_back(wanted);
            if (!wanted.filter.group.empty()) join(*session, wanted.filter);
        } else {
            *known = wanted;
        }
        const auto handling = wanted.options.retain_handling;
        if (handling == port::RetainHandling::Send ||
            (handling == port::RetainHandling::SendIfNew && is_new)) {
            start_replay(*session, wanted);
        }
    }
    expect(connection, std::move(answer));
}

void Model::unsubscribe(int connection, std::uint16_t id, const std::vector<FilterText>& filters) {
    Session* session = session_of(connection);
    if (!session) return;
    Answer answer{.kind = Answer::Kind::Unsubscribed, .id = id, .codes = {}};
    for (const FilterText& filter : filters) {
        const std::size_t removed = std::erase_if(
            session->subscriptions,
            [&](const Subscription& each) { return each.filter.text == filter.text; });
        answer.codes.push_back(removed > 0 ? ReasonCode::Success
                                           : ReasonCode::NoSubscriptionExisted);
        if (removed == 0) continue;
        std::erase_if(session->replays, [&](const Replay& replay) {
            return replay.subscription.filter.text == filter.text;
        });
        leave(*session, filter);
    }
    expect(connection, std::move(answer));
}

}  // namespace kleber::sim
