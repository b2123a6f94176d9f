// Whether what was answered is what had to be.

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "tests/sim/model.hpp"

namespace kleber::sim {
namespace {

std::uint32_t number_of(const port::Message& message) {
    ByteReader in{message.payload()};
    return message.payload().empty() ? 0 : in.u32();
}

std::string text_of(const port::Deliver& deliver) {
    std::string text = "letter " + std::to_string(number_of(*deliver.message)) + " at " +
                       std::string{deliver.message->topic()} + " QoS " +
                       std::to_string(static_cast<int>(deliver.qos)) + " id " +
                       std::to_string(deliver.id.value);
    if (deliver.retain) text += " retain";
    if (deliver.is_repeated) text += " dup";
    for (const std::uint32_t id : deliver.subscription_ids.view()) {
        text += " for " + std::to_string(id);
    }
    return text;
}

bool is_same_set(std::vector<std::uint32_t> a, std::span<const std::uint32_t> b) {
    std::vector<std::uint32_t> sorted{b.begin(), b.end()};
    std::sort(a.begin(), a.end());
    std::sort(sorted.begin(), sorted.end());
    return a == sorted;
}

}  // namespace

void Model::take(int connection, const port::Reply& reply) {
    if (const auto* deliver = std::get_if<port::Deliver>(&reply.body)) {
        return take_delivery(connection, *deliver);
    }
    Expectations& expected = expectations_[connection];
    if (const auto* release = std::get_if<port::ReleaseDelivery>(&reply.body)) {
        if (expected.deliveries.empty() || !expected.deliveries.front().is_release ||
            expected.deliveries.front().delivery.id != release->id.value) {
            throw Difference{"unexpected release of " + std::to_string(release->id.value)};
        }
        expected.deliveries.pop_front();
        return;
    }
    Answer answer;
    if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
        answer = {.kind = Answer::Kind::Attached, .detail = attached->session_present, .codes = {}};
    } else if (const auto* settled = std::get_if<port::Settled>(&reply.body)) {
        answer = {.kind = Answer::Kind::Settled,
                  .id = settled->id.value,
                  .detail = static_cast<int>(settled->kind),
                  .codes = {settled->reason}};
    } else if (const auto* subscribed = std::get_if<port::Subscribed>(&reply.body)) {
        answer = {.kind = Answer::Kind::Subscribed,
                  .id = subscribed->id.value,
                  .codes = *subscribed->codes};
    } else if (const auto* unsubscribed = std::get_if<port::Unsubscribed>(&reply.body)) {
        answer = {.kind = Answer::Kind::Unsubscribed,
                  .id = unsubscribed->id.value,
                  .codes = *unsubscribed->codes};
    } else {
        answer = {.kind = Answer::Kind::Close, .codes = {std::get<port::Close>(reply.body).reason}};
    }
    if (expected.answers.empty() || !(expected.answers.front() == answer)) {
        throw Difference{"unexpected answer of kind " +
                         std::to_string(static_cast<int>(answer.kind)) + " to packet " +
                         std::to_string(answer.id) + " on connection " +
                         std::to_string(connection)};
    }
    expected.answers.pop_front();
}

void Model::take_delivery(int connection, const port::Deliver& deliver) {
    Session* session = session_of(connection);
    Expectations& expectations = expectations_[connection];
    if (!session) throw Difference{"delivery to who is not there: " + text_of(deliver)};
    if (expectations.deliveries.empty()) return take_replay(*session, deliver);
    const Expected expected = std::move(expectations.deliveries.front());
    expectations.deliveries.pop_front();
    const Delivery& delivery = expected.delivery;
    const bool is_same = !expected.is_release &&
                         delivery.message->letter.number == number_of(*deliver.message) &&
                         delivery.message->letter.topic == deliver.message->topic() &&
                         delivery.message->expires_at == deliver.message->expires_at() &&
                         delivery.qos == deliver.qos && delivery.retain == deliver.retain &&
                         expected.is_repeated == deliver.is_repeated &&
                         is_same_set(delivery.ids, deliver.subscription_ids.view());
    if (!is_same) {
        throw Difference{"client " + std::to_string(session->client) + " expected " +
                         (expected.is_release
                              ? "a release"
                              : "letter " + std::to_string(delivery.message->letter.number)) +
                         ", got " + text_of(deliver)};
    }
    if (delivery.qos == Qos::AtMostOnce) return;
    if (expected.is_repeated) {
        if (delivery.id != deliver.id.value) throw Difference{"repeated under another id"};
        return;
    }
    for (Delivery& each : session->in_flight) {
        if (each.id == deliver.id.value) throw Difference{"packet id in use"};
    }
    for (Delivery& each : session->in_flight) {
        if (each.serial == delivery.serial) each.id = deliver.id.value;
    }
    if (deliver.id.value == 0) throw Difference{"packet id 0"};
}

// Nothing else is expected: then it must be retained.
void Model::take_replay(Session& session, const port::Deliver& deliver) {
    drop_finished_replays(session);
    const std::string_view topic = deliver.message->topic();
    if (session.replays.empty() || !is_due(session, session.replays.front(), topic)) {
        throw Difference{"client " + std::to_string(session.client) + " expected nothing, got " +
                         text_of(deliver)};
    }
    Replay& replay = session.replays.front();
    const Subscription& subscription = replay.subscription;
    const MessageRef& message = retained_.at(topic).message;
    const Qos qos = std::min(message->letter.qos, subscription.options.qos);
    std::vector<std::uint32_t> ids;
    if (subscription.id != 0) ids = {subscription.id};
    if (!session.can_send(subscription.options.qos) || qos != deliver.qos || !deliver.retain ||
        deliver.is_repeated || !is_same_set(ids, deliver.subscription_ids.view()) ||
        message->letter.number != number_of(*deliver.message)) {
        throw Difference{"client " + std::to_string(session.client) + " got retained " +
                         text_of(deliver)};
    }
    coverage_.add(Seen::RetainedReplays);
    replay.serials.erase(replay.serials.find(retained_.find(topic)->first));
    send(session,
         {.message = message, .ids = ids, .qos = qos, .retain = true, .serial = ++last_serial_});
    take_delivery(session.connection, deliver);
}

void Model::expect_nothing_more() {
    for (const auto& [connection, expected] : expectations_) {
        if (expected.answers.empty() && expected.deliveries.empty()) continue;
        std::string text = "connection " + std::to_string(connection) + " was not told: ";
        if (!expected.answers.empty()) {
            text += "answer of kind " +
                    std::to_string(static_cast<int>(expected.answers.front().kind)) +
                    " to packet " + std::to_string(expected.answers.front().id);
        } else if (expected.deliveries.front().is_release) {
            text += "release of " + std::to_string(expected.deliveries.front().delivery.id);
        } else {
            text += "letter " +
                    std::to_string(expected.deliveries.front().delivery.message->letter.number);
        }
        throw Difference{text};
    }
    expectations_.clear();
}

void Model::expect_same(const port::BrokerStatistics& statistics) const {
    std::uint64_t online = 0;
    std::uint64_t subscriptions = 0;
    std::uint64_t queued = 0;
    std::uint64_t queued_bytes = 0;
    for (const auto& [client, session] : sessions_) {
        online += session.is_online() ? 1 : 0;
        subscriptions += session.subscriptions.size();
        queued += session.in_flight.size() + session.waiting.size();
        for (const auto* deliveries : {&session.in_flight, &session.waiting}) {
            for (const Delivery& delivery : *deliveries) {
                if (delivery.state == State::Released) continue;
                queued_bytes += delivery.message->weight_bytes;
            }
        }
    }
    const auto compare = [](const char* what, std::uint64_t expected, std::uint64_t got) {
        if (expected == got) return;
        throw Difference{std::string{what} + ": expected " + std::to_string(expected) + ", got " +
                         std::to_string(got)};
    };
    compare("clients online", online, statistics.clients_online);
    compare("clients offline", sessions_.size() - online, statistics.clients_offline);
    compare("subscriptions", subscriptions, statistics.subscriptions);
    compare("queued messages", queued, statistics.queued_messages);
    compare("queued bytes", queued_bytes, statistics.queued_bytes);
    compare("retained messages", retained_.size(), statistics.retained_messages);
    compare("takeovers", takeovers_, statistics.takeovers);
    compare("resumes", resumes_, statistics.resumes);
    compare("sessions expired", expired_, statistics.sessions_expired);
    compare("wills published", wills_, statistics.wills_published);
    compare("shared redeliveries", redeliveries_, statistics.shared_redeliveries);
    static constexpr std::array<const char*, port::kDropReasonCount> kDrops = {
        "dropped, queue full", "dropped, expired", "dropped, too large", "dropped, no receiver",
        "dropped, not allowed"};
    for (std::size_t reason = 0; reason < dropped_.size(); ++reason) {
        compare(kDrops[reason], dropped_[reason], statistics.dropped[reason]);
    }
}

void Model::expect_same(const port::ClientRow& row, int client) const {
    const Session& session = sessions_.at(client);
    if (row.is_online != session.is_online() || row.queued != session.waiting.size() ||
        row.in_flight != session.in_flight.size() || row.dropped != session.dropped ||
        row.subscriptions != session.subscriptions.size()) {
        throw Difference{"client " + std::to_string(client) + " is not as inspected"};
    }
}

}  // namespace kleber::sim
