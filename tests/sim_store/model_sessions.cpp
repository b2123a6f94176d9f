// Sessions and subscriptions: which are there, which are not, which may be.

#include <algorithm>
#include <utility>

#include "tests/sim_store/model.hpp"

namespace kleber::sim_store {
namespace {

using namespace std::chrono_literals;

constexpr Duration kSlack = 2s;
// Whoever was connected at a crash has so long to come back, at least.
constexpr Duration kGrace = 60s;
constexpr SteadyTime kLongAfter = SteadyTime::max() - 24h * 365;

}  // namespace

// There for certain, also after a crash.
bool Model::is_lasting(const Session& session) const {
    if (session.exists != Exists::Yes || session.expiry == Duration::zero()) return false;
    return session.is_connected || now_ + kSlack < session.ends_after;
}

// Perhaps it will all be gone.
void Model::forget_promises(Session& session) {
    session.owed.clear();
    // [MQTT-4.8.2-5] What it had of the group goes to others, or with it.
    group_owed_.clear();
    member_ended_ = tick();
    for (auto& [filter, subscription] : session.subscriptions) subscription.sure_since.reset();
}

void Model::begin_anew(Session& session) {
    forget_promises(session);
    session.born = session.connecting_since;
    session.subscriptions.clear();
    session.received.clear();
    session.received_exactly_once.clear();
    session.latest.clear();
}

void Model::connecting(int client, bool is_clean, Duration expiry, std::uint32_t will,
                       Duration will_delay) {
    Session& session = at(client);
    session.is_connecting = true;
    session.is_clean = is_clean;
    session.expiry = expiry;
    session.connecting_since = tick();
    session.connecting_at = now_;
    session.next_will = will;
    session.next_will_delay = will_delay;
    session.pending_will.reset();  // it may come, or not
    if (is_clean) forget_promises(session);
}

void Model::connected(int client, bool session_present) {
    Session& session = at(client);
    const std::string who = "client-" + std::to_string(client);
    const bool is_there =
        session.exists == Exists::Yes && !session.is_clean && now_ + kSlack < session.ends_after;
    const bool is_expired = session.connecting_at > session.ends_before + kSlack;
    const bool is_gone =
        session.is_clean || session.is_ending || session.exists == Exists::No || is_expired;
    if (is_there && !session_present) throw Difference{"the session of " + who + " is lost"};
    if (is_gone && session_present) throw Difference{"the session of " + who + " is still there"};
    if (session_present) {
        coverage_.add(Seen::Resumes);
        if (session.has_crashed) coverage_.add(Seen::ResumesAfterCrash);
        // Perhaps it expired, and this is one of an attempt that was never answered.
        if (!is_there) forget_promises(session);
        if (session.was_ending) coverage_.add(Seen::LostEnds);
    } else {
        if (session.exists != Exists::No && is_expired) coverage_.add(Seen::ExpiredSessions);
        begin_anew(session);
    }
    tick();
    session.exists = Exists::Yes;
    session.is_connected = true;
    session.is_connecting = false;
    session.has_lost_attempt = false;
    session.is_ending = session.was_ending = false;
    session.has_crashed = false;
    session.is_leaving_safe = false;
    session.ends_after = session.ends_before = kLongAfter;
    session.will.reset();
    if (session.next_will != 0) session.will = Will{session.next_will, session.next_will_delay};
}

void Model::left(int client, bool has_said_so) {
    Session& session = at(client);
    if (!session.is_connected && !session.is_connecting) return;
    tick();
    const SteadyTime end = now_ + session.expiry;
    if (session.is_connected) {
        session.ends_after = session.ends_before = end;
        if (session.expiry == Duration::zero()) session.exists = Exists::No;
        if (session.will && !has_said_so) {
            session.pending_will = session.will;
            session.pending_will->lost = event_;
            session.pending_will->due_before = now_ + session.will->delay;
        }
    } else if (session.expiry == Duration::zero()) {
        session.exists = Exists::No;
    } else {
        session.ends_before = kLongAfter;  // its time begins when that is safe
        session.has_lost_attempt = true;
        if (session.is_clean || session.exists == Exists::No) session.exists = Exists::Perhaps;
    }
    if (session.is_connecting) session.is_ending = false;  // it may be one that has begun since
    session.will.reset();
    session.is_connected = session.is_connecting = false;
    session.is_leaving_safe = false;
}

void Model::ended(int client) {
    Session& session = at(client);
    left(client, true);
    coverage_.add(Seen::EndedSessions);
    forget_promises(session);
    if (session.exists == Exists::No) return;
    session.exists = Exists::Perhaps;
    session.is_ending = true;
}

// Everything that clients did so far is safe.
void Model::settle_sessions() {
    for (Session& session : sessions_) {
        if (session.is_connected || session.is_connecting) continue;
        session.is_leaving_safe = true;
        if (std::exchange(session.has_lost_attempt, false)) {
            session.ends_before = now_ + std::max(session.expiry, kGrace);
        }
        if (std::exchange(session.is_ending, false)) session.exists = Exists::No;
    }
}

void Model::restarted() {
    ++crash_count_;
    for (Session& session : sessions_) {
        session.has_crashed = true;
        // Nobody knows whether the broker heard of it.
        if (std::exchange(session.is_ending, false)) session.was_ending = true;
        if (session.is_leaving_safe) continue;
        session.ends_before =
            std::max(session.ends_before, now_ + std::max(session.expiry, kGrace));
        if (!session.pending_will) continue;
        Will& will = *session.pending_will;
        will.due_before = std::max(will.due_before, now_ + std::max(will.delay, kGrace));
    }
    // Bytes that nobody read are gone.
    for (const std::uint32_t number : under_way_) letters_[number].last_handled = tick();
    under_way_.clear();
}

void Model::subscribing(int client, std::string_view filter) {
    Subscription& subscription = at(client).subscriptions[filter];
    if (subscription.stays.empty() || subscription.stays.back().to != kAlways) {
        subscription.stays.push_back({.from = tick()});
    }
    subscription.sure_since.reset();
}

void Model::subscribed(int client, std::string_view filter, Qos granted) {
    Subscription& subscription = at(client).subscriptions[filter];
    subscription.sure_since = tick();
    subscription.qos = granted;
}

void Model::unsubscribing(int client, std::string_view filter) {
    Session& session = at(client);
    session.subscriptions[filter].sure_since.reset();
    // A will that a crash makes come again finds other subscribers.
    std::erase_if(session.owed, [&](const auto& owed) { return letters_[owed.first].is_will; });
    std::erase_if(group_owed_, [&](const auto& owed) { return letters_[owed.first].is_will; });
}

void Model::unsubscribed(int client, std::string_view filter) {
    for (Stay& stay : at(client).subscriptions[filter].stays) {
        stay.to = std::min(stay.to, event_ + 1);
    }
    tick();
}

}  // namespace kleber::sim_store
