#include "tests/unit/broker/stage.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace kleber::broker {
namespace {

template <typename... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <typename... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string text_of(const std::vector<ReasonCode>& codes) {
    std::string text;
    for (const ReasonCode code : codes) {
        text += ' ' + std::to_string(static_cast<unsigned>(code));
    }
    return text;
}

std::string text_of(const port::Deliver& deliver) {
    std::string text = "deliver ";
    text += deliver.message->topic();
    text += '=';
    text += as_text(deliver.message->payload());
    if (deliver.qos != Qos::AtMostOnce) {
        text += " q" + std::to_string(static_cast<unsigned>(deliver.qos)) + " #" +
                std::to_string(deliver.id.value);
    }
    if (deliver.is_repeated) text += " dup";
    if (deliver.retain) text += " retain";
    std::string_view separator = " ids ";
    for (const std::uint32_t id : deliver.subscription_ids.view()) {
        text += std::string{std::exchange(separator, ",")} + std::to_string(id);
    }
    return text;
}

std::string text_of(const port::Settled& settled) {
    static constexpr std::string_view kNames[] = {"puback", "pubrec", "pubcomp", "remembered"};
    std::string text{kNames[static_cast<std::size_t>(settled.kind)]};
    text += ' ' + std::to_string(settled.id.value);
    if (settled.reason != ReasonCode::Success) text += " " + std::string{name_of(settled.reason)};
    return text;
}

}  // namespace

std::string describe(const port::Reply& reply) {
    return std::to_string(reply.to.slot) + ' ' +
           std::visit(
               Overloaded{[](const port::Deliver& deliver) { return text_of(deliver); },
                          [](const port::Settled& settled) { return text_of(settled); },
                          [](const port::ReleaseDelivery& release) {
                              return "pubrel " + std::to_string(release.id.value);
                          },
                          [](const port::Attached& attached) {
                              std::string text =
                                  attached.session_present ? "attached again" : "attached";
                              if (!attached.details) return text;
                              const std::string& id = attached.details->assigned_id;
                              if (!id.empty()) text += " as " + id;
                              for (const port::Memory& memory : attached.details->memories) {
                                  text += ' ' + memory.key + '=' + memory.bytes;
                              }
                              return text;
                          },
                          [](const port::Subscribed& subscribed) {
                              return "suback " + std::to_string(subscribed.id.value) + ":" +
                                     text_of(*subscribed.codes);
                          },
                          [](const port::Unsubscribed& unsubscribed) {
                              return "unsuback " + std::to_string(unsubscribed.id.value) + ":" +
                                     text_of(*unsubscribed.codes);
                          },
                          [](const port::Close& close) {
                              return "close " + std::string{name_of(close.reason)};
                          },
                          [](const port::Report&) { return std::string{"report"}; },
                          [](const port::Administered& administered) {
                              return std::string{administered.was_found ? "found" : "not found"};
                          }},
               reply.body);
}

port::MessageRef make_message(std::string_view topic, std::string_view payload, Qos qos,
                              bool retain, SteadyTime expires_at) {
    return port::Message::make({.topic = topic,
                                .payload = as_bytes(payload),
                                .qos = qos,
                                .retain = retain,
                                .expires_at = expires_at},
                               port::Sharing::OneThread);
}

Lines Stage::lines() {
    while (broker.has_work()) broker.work(now, outbox);
    Lines lines;
    for (const port::Reply& reply : outbox.to(port::SeatId{0})) lines.push_back(describe(reply));
    outbox.to(port::SeatId{0}).clear();
    return lines;
}

Lines Stage::handle(port::Request request) {
    broker.handle(port::SeatId{0}, std::move(request), now, outbox);
    return lines();
}

Stage::Client Stage::attach(Options options) {
    auto details = std::make_unique<port::Attach::Details>();
    details->client_id = std::move(options.client_id);
    details->clean_start = options.clean_start;
    details->session_expiry = options.session_expiry;
    details->credit = options.credit;
    details->queue = options.queue;
    details->will = std::move(options.will);
    details->hears_refusals = options.hears_refusals;
    details->user = std::move(options.user);
    details->common_name = std::move(options.common_name);
    details->is_ours = options.is_ours;
    Client client{.token = ++last_token_};
    broker.handle(port::SeatId{0}, port::Attach{{client.token, 0}, std::move(details)}, now,
                  outbox);
    for (const port::Reply& reply : outbox.to(port::SeatId{0})) {
        const auto* attached = std::get_if<port::Attached>(&reply.body);
        if (attached && reply.to.slot == client.token) client.ref = attached->client;
    }
    return client;
}

Lines Stage::detach(const Client& client, port::WillFate will, Duration session_expiry) {
    return handle(port::Detach{client.ref, ReasonCode::Success, will, session_expiry});
}

Lines Stage::publish(const Client& client, const port::MessageRef& message, std::uint16_t id) {
    // As a connection does it: the message carries who published it.
    return handle(port::Publish{.client = client.ref,
                                .id = port::PacketId{id},
                                .message = port::Message::make({.topic = message->topic(),
                                                                .payload = message->payload(),
                                                                .qos = message->qos(),
                                                                .retain = message->is_retained(),
                                                                .expires_at = message->expires_at(),
                                                                .publisher = client.ref.session},
                                                               port::Sharing::OneThread)});
}

Lines Stage::release(const Client& client, std::uint16_t id) {
    return handle(port::Release{client.ref, port::PacketId{id}});
}

Lines Stage::acknowledge(const Client& client, std::uint16_t id, port::AcknowledgeKind kind,
                         ReasonCode reason) {
    return handle(port::Acknowledge{client.ref, port::PacketId{id}, kind, reason});
}

Lines Stage::subscribe(const Client& client, std::string_view filter,
                       port::SubscriptionOptions options, std::uint32_t subscription_id) {
    auto details = std::make_unique<port::Subscribe::Details>();
    details->filters.push_back(
        {.filter = std::string{filter}, .options = options, .refusal = ReasonCode::Success});
    details->subscription_id = subscription_id;
    return handle(port::Subscribe{client.ref, port::PacketId{1}, std::move(details)});
}

Lines Stage::unsubscribe(const Client& client, std::string_view filter) {
    auto filters = std::make_unique<std::vector<std::string>>();
    filters->emplace_back(filter);
    return handle(port::Unsubscribe{client.ref, port::PacketId{1}, std::move(filters)});
}

Lines Stage::remember(const Client& client, std::string_view key, std::optional<std::string> bytes,
                      std::uint16_t id) {
    auto details = std::make_unique<port::Remember::Details>();
    details->key = key;
    details->bytes = std::move(bytes);
    return handle(port::Remember{client.ref, port::PacketId{id}, std::move(details)});
}

Lines Stage::credit(const Client& client, std::uint32_t bytes) {
    return handle(port::Credit{client.ref, {.slots = 0, .bytes = bytes}});
}

Lines Stage::pass(Duration duration) {
    const SteadyTime until = now.steady + duration;
    for (auto next = broker.deadline(); next && *next <= until; next = broker.deadline()) {
        now.steady = std::max(now.steady, *next);
        broker.on_deadline(now, outbox);
    }
    now.steady = until;
    return lines();
}

port::ClientRow Stage::row(std::string_view client_id) {
    std::uint32_t cursor = 0;
    do {
        broker.handle(
            port::SeatId{0},
            port::Inspect{.token = {}, .subject = port::InspectSubject::Clients, .cursor = cursor},
            now, outbox);
        const port::Reply reply = std::move(outbox.to(port::SeatId{0}).back());
        outbox.to(port::SeatId{0}).pop_back();
        const port::ReportRows& rows = *std::get<port::Report>(reply.body).rows;
        for (const port::ClientRow& row : rows.clients) {
            if (row.client_id == client_id) return row;
        }
        cursor = rows.next;
    } while (cursor != 0);
    return {};
}

}  // namespace kleber::broker
