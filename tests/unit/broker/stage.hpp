#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/broker/broker.hpp"
#include "gateway/port/outbox.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"

namespace kleber::broker {

using Lines = std::vector<std::string>;

// "2 deliver a/b=text q1 #3 dup retain ids 4,5": to whom, by token, and what.
std::string describe(const port::Reply& reply);

port::MessageRef make_message(std::string_view topic, std::string_view payload,
                              Qos qos = Qos::AtMostOnce, bool retain = false,
                              SteadyTime expires_at = port::kNever);

// A broker and what it is asked: requests in, lines of replies out. Time stands still until
// pass().
class Stage {
  public:
    explicit Stage(const Limits& limits = {})
        : broker(limits, port::Sharing::OneThread, 7), outbox(1) {}

    // A client: whom its replies name, and as whom it asks.
    struct Client {
        std::uint32_t token = 0;
        port::ClientRef ref{};
    };
    // Fields to be set by name; what a plain, lasting session is by default.
    struct Options {
        std::string client_id{};
        bool clean_start = false;
        Duration session_expiry = port::kForever;
        port::SendCredit credit{.slots = 20, .bytes = 1 << 20};
        port::QueueLimits queue{};
        std::optional<port::Will> will{};
        bool hears_refusals = true;
        std::string user{};
        std::string common_name{};
        bool is_ours = false;
    };

    // Attaches under the next token (1, 2, ...); the replies are in lines().
    Client attach(Options options);
    Client attach(std::string_view client_id) {
        return attach({.client_id = std::string{client_id}});
    }
    Lines detach(const Client& client, port::WillFate will = port::WillFate::Publish,
                 Duration session_expiry = port::kAsAttached);

    Lines publish(const Client& client, const port::MessageRef& message, std::uint16_t id = 0);
    Lines publish(const Client& client, std::string_view topic, std::string_view payload,
                  Qos qos = Qos::AtMostOnce, std::uint16_t id = 0) {
        return publish(client, make_message(topic, payload, qos), id);
    }
    Lines release(const Client& client, std::uint16_t id);
    Lines acknowledge(const Client& client, std::uint16_t id,
                      port::AcknowledgeKind kind = port::AcknowledgeKind::Received,
                      ReasonCode reason = ReasonCode::Success);
    Lines subscribe(const Client& client, std::string_view filter,
                    port::SubscriptionOptions options = {}, std::uint32_t subscription_id = 0);
    Lines unsubscribe(const Client& client, std::string_view filter);
    // Without `bytes` it is forgotten.
    Lines remember(const Client& client, std::string_view key,
                   std::optional<std::string> bytes = {}, std::uint16_t id = 0);
    Lines credit(const Client& client, std::uint32_t bytes);

    Lines handle(port::Request request);
    // Lets time pass, and what was due happen when it was due.
    Lines pass(Duration duration);
    port::ClientRow row(std::string_view client_id);
    const port::BrokerStatistics& statistics() { return broker.statistics(); }
    std::uint64_t dropped(port::DropReason reason) {
        return statistics().dropped[static_cast<std::size_t>(reason)];
    }

    // What was answered since the last call.
    Lines lines();

    Now now;
    Broker broker;
    port::Outbox outbox;

  private:
    std::uint32_t last_token_ = 0;
};

}  // namespace kleber::broker
