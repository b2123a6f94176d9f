// Letters: what is owed, what may arrive, what is retained.

#include "tests/sim_store/model.hpp"

#include <algorithm>

#include "gateway/topic/match.hpp"

namespace kleber::sim_store {
namespace {

using namespace std::chrono_literals;

// Expiries are counted in whole seconds here and there.
constexpr Duration kSlack = 2s;

std::string name_of(int client) {
    return "client-" + std::to_string(client);
}

std::string describe(std::uint32_t number, const Letter& letter) {
    return "letter " + std::to_string(number) + " on " + std::string{letter.topic} + " at QoS " +
           std::to_string(static_cast<int>(letter.qos)) +
           (letter.is_will ? " (the will of " : " (of ") + name_of(letter.publisher) + ")";
}

}  // namespace

Model::Model(int client_count, bool has_small_queues, Coverage& coverage)
    : coverage_(coverage),
      has_small_queues_(has_small_queues),
      sessions_(static_cast<std::size_t>(client_count)) {}

std::uint32_t Model::write(Letter letter) {
    const auto number = static_cast<std::uint32_t>(letters_.size());
    letter.first_sent = tick();
    letter.last_sent = letter.first_sent;
    letters_.push_back(letter);
    if (letter.retain) retained_[letter.topic].push_back(number);
    return number;
}

void Model::sent(std::uint32_t number) {
    Letter& letter = letters_[number];
    letter.last_sent = tick();
    letter.last_sent_at = now_;
    letter.last_handled = kAlways;
    under_way_.insert(number);
}

void Model::turned(bool all_is_safe) {
    for (const std::uint32_t number : under_way_) letters_[number].last_handled = tick();
    under_way_.clear();
    if (all_is_safe) settle_sessions();
    publish_wills();
}

void Model::acknowledged(std::uint32_t number) {
    Letter& letter = letters_[number];
    coverage_.add(Seen::Acknowledgements);
    letter.is_acknowledged = true;
    if (letter.expiry_seconds == 0 && !letter.is_clearing) owe(number, letter.first_sent);
}

// To those who were subscribed all the time since then.
void Model::owe(std::uint32_t number, Event since) {
    const Letter& letter = letters_[number];
    for (Session& session : sessions_) {
        if (!is_lasting(session)) continue;
        for (const auto& [filter, subscription] : session.subscriptions) {
            if (!subscription.sure_since || *subscription.sure_since >= since) continue;
            if (std::min(subscription.qos, letter.qos) == Qos::AtMostOnce) continue;
            if (!topic::matches(without_share(filter), letter.topic)) continue;
            if (is_shared(filter)) {
                if (since < member_ended_ || group_received_.contains(number)) continue;
                group_owed_.emplace(number, crash_count_);
            } else if (!session.received.contains(number)) {
                session.owed.emplace(number, crash_count_);
            }
        }
    }
}

void Model::publish_wills() {
    for (Session& session : sessions_) {
        if (!session.pending_will || !session.is_leaving_safe) continue;
        if (now_ <= session.pending_will->due_before + kSlack) continue;
        coverage_.add(Seen::WillsOwed);
        owe(session.pending_will->number, session.pending_will->lost);
        session.pending_will.reset();
    }
}

bool Model::may_receive(const Session& session, const Letter& letter) const {
    // What waited for another member comes to one that is new.
    const Event handled = letter.topic.starts_with(kSharedTopics) ? event_ : letter.last_handled;
    if (handled < session.born) return false;  // it was for the session before
    for (const auto& [filter, subscription] : session.subscriptions) {
        if (!topic::matches(without_share(filter), letter.topic)) continue;
        for (const Stay& stay : subscription.stays) {
            if (stay.from <= handled && letter.first_sent <= stay.to) return true;
        }
    }
    return false;
}

void Model::received(int client, std::uint32_t number, std::string_view topic, Qos qos) {
    if (number == 0) return;  // one that clears
    const std::string who = name_of(client) + " received ";
    if (number >= letters_.size()) throw Difference{who + "what nobody wrote"};
    const Letter& letter = letters_[number];
    const std::string what = who + describe(number, letter);
    if (letter.topic != topic || qos > letter.qos) throw Difference{what + ", changed"};
    Session& session = at(client);
    if (!may_receive(session, letter)) throw Difference{what + ", not subscribed to it"};
    if (letter.is_will) coverage_.add(Seen::Wills);
    if (qos == Qos::ExactlyOnce && !session.received_exactly_once.insert(number).second) {
        throw Difference{what + " twice"};
    }
    const bool is_first = session.received.insert(number).second;
    const auto forgive = [&](std::map<std::uint32_t, std::uint64_t>& owed) {
        const auto found = owed.find(number);
        if (found == owed.end()) return;
        if (found->second < crash_count_) coverage_.add(Seen::OwedAfterCrash);
        owed.erase(found);
    };
    if (letter.topic.starts_with(kSharedTopics)) {
        coverage_.add(Seen::SharedDeliveries);
        group_received_.insert(number);
        forgive(group_owed_);
        if (qos == Qos::ExactlyOnce && !group_received_exactly_once_.insert(number).second) {
            throw Difference{what + ", as another member did"};
        }
        return;
    }
    forgive(session.owed);
    // One that expired before it left may come after a crash: the broker cannot know.
    if (has_small_queues_ || letter.is_will || letter.expiry_seconds > 0 || !is_first) return;
    // [MQTT-4.6.0-6] One that was sent for the last time before another was sent at all.
    Event& latest = session.latest[{letter.publisher, letter.topic, letter.qos, qos}];
    if (letter.last_sent < latest) throw Difference{what + " after a later one"};
    latest = std::max(latest, letter.first_sent);
}

// By one that was certainly handled later, and is kept for certain.
bool Model::is_superseded(const Letter& letter, std::string_view topic) const {
    const std::vector<std::uint32_t>& all = retained_.at(topic);
    return std::any_of(all.begin(), all.end(), [&](std::uint32_t number) {
        const Letter& other = letters_[number];
        return other.is_acknowledged && letter.last_handled < other.first_sent;
    });
}

void Model::check_retained(const std::map<std::string, std::uint32_t>& found) {
    for (const auto& [topic, number] : found) {
        const std::string what = "retained on " + topic + ": letter " + std::to_string(number);
        if (number == 0 || number >= letters_.size() || letters_[number].topic != topic ||
            !letters_[number].retain) {
            throw Difference{what + ", which is none"};
        }
        const Letter& letter = letters_[number];
        if (is_superseded(letter, topic)) throw Difference{what + ", which is old"};
        const Duration expiry = std::chrono::seconds{letter.expiry_seconds};
        if (expiry > Duration::zero() && now_ > letter.last_sent_at + expiry + kSlack) {
            throw Difference{what + ", which has expired"};
        }
    }
    for (const auto& [topic, numbers] : retained_) {
        coverage_.add(Seen::RetainedChecked);
        std::size_t candidates = 0;
        bool may_be_none = !is_superseded(Letter{.last_handled = 0}, topic);
        for (const std::uint32_t number : numbers) {
            const Letter& letter = letters_[number];
            if (is_superseded(letter, topic)) continue;
            ++candidates;
            may_be_none = may_be_none || letter.is_clearing || letter.expiry_seconds > 0;
        }
        if (candidates > 1) coverage_.add(Seen::RetainedInDoubt);
        if (!may_be_none && !found.contains(std::string{topic})) {
            throw Difference{"nothing is retained on " + std::string{topic}};
        }
    }
}

void Model::check_nothing_owed(std::uint64_t drops_max) const {
    std::uint64_t missing = 0;
    std::string first;
    for (std::size_t client = 0; client < sessions_.size(); ++client) {
        missing += sessions_[client].owed.size();
        for (const auto& [number, since] : sessions_[client].owed) {
            if (first.empty()) {
                first = name_of(static_cast<int>(client)) + " never received " +
                        describe(number, letters_[number]);
            }
        }
    }
    missing += group_owed_.size();
    for (const auto& [number, since] : group_owed_) {
        if (first.empty()) first = "no member received " + describe(number, letters_[number]);
    }
    if (missing > drops_max) throw Difference{first};
}

}  // namespace kleber::sim_store
