#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/topic/name.hpp"
#include "tests/unit/codec/any_packet.hpp"

// A whole connection. Whatever a client says and wherever its bytes are cut: the broker is asked
// only for what is valid and in order, and the client is sent only what a server may say.
// Input: a byte of choices, a byte that seeds the cuts, the client's stream.
namespace kleber::connection {
namespace {

namespace mqtt = codec::mqtt;

constexpr port::ClientRef kClient{port::SessionId{1}, port::Generation{1}};

enum Choice : std::uint8_t { RefuseAttach = 1, Echo = 2, SmallLimits = 4, Resume = 8, Lose = 16 };

MqttPolicy policy_for(std::uint8_t choices) {
    MqttPolicy policy;
    policy.allow_anonymous = AllowAnonymous::Yes;
    if ((choices & SmallLimits) == 0) return policy;
    policy.packet_bytes_max = 64;
    policy.connect_packet_bytes_max = 64;
    policy.receive_maximum = 1;
    policy.topic_alias_maximum = 1;
    policy.unsettled_max = 2;
    policy.topic_levels_max = 2;
    policy.topic_bytes_max = 8;
    policy.user_properties_max = 0;
    policy.send_window = {.slots = 1, .bytes = 16};
    policy.keep_alive_max = std::chrono::seconds{5};
    policy.session_expiry_max = std::chrono::seconds{5};
    return policy;
}

// Answers each request in a plausible way, and checks that it may be asked.
class EchoBroker {
  public:
    explicit EchoBroker(std::uint8_t choices) : choices_(choices) {}

    std::vector<port::Reply> replies;

    void handle(port::Request& request) {
        KLEBER_ASSERT(!is_over_);
        const bool is_attach = std::holds_alternative<port::Attach>(request);
        KLEBER_ASSERT(is_attach != was_asked_);
        was_asked_ = true;
        std::visit([&](auto& body) { on(body); }, request);
    }

  private:
    template <typename Body>
    void reply(Body body) {
        replies.emplace_back(port::Token{}, std::move(body));
    }

    void on(port::Attach& attach) {
        KLEBER_ASSERT(attach.details != nullptr && attach.details->credit.slots > 0);
        if (attach.details->will) {
            KLEBER_ASSERT(topic::is_valid_name(attach.details->will->message->topic()));
        }
        if ((choices_ & RefuseAttach) != 0) {
            is_over_ = true;
            return reply(port::Close{.reason = ReasonCode::ServerBusy});
        }
        port::Attached attached;
        attached.client = kClient;
        attached.session_present = (choices_ & Resume) != 0 && !attach.details->clean_start;
        if (attach.details->client_id.empty()) {
            attached.details = std::make_unique<port::Attached::Details>();
            attached.details->assigned_id = "assigned";
        }
        reply(std::move(attached));
        if ((choices_ & Resume) != 0) reply(port::ReleaseDelivery{.id = port::PacketId{9}});
    }
    void on(port::Detach& detach) {
        KLEBER_ASSERT(detach.client == kClient);
        is_over_ = true;
    }
    void on(port::Publish& publish) {
        KLEBER_ASSERT(publish.client == kClient);
        if (is_error(publish.refusal)) {
            KLEBER_ASSERT(!publish.message && publish.id.value != 0);
            reply(port::Settled{
                .id = publish.id, .kind = port::SettledKind::Recorded, .reason = publish.refusal});
            return;
        }
        const port::Message& message = *publish.message;
        KLEBER_ASSERT(topic::is_valid_name(message.topic()) && message.topic().front() != '$');
        KLEBER_ASSERT((message.qos() == Qos::AtMostOnce) == (publish.id.value == 0));
        if ((choices_ & Echo) != 0) {
            const std::uint32_t ids[] = {1, 300};
            port::Deliver delivery;
            delivery.message = publish.message;
            delivery.subscription_ids = port::SubscriptionIds{ids};
            delivery.id = publish.id;
            delivery.qos = message.qos();
            delivery.retain = message.is_retained();
            reply(std::move(delivery));
        }
        if (message.qos() == Qos::AtMostOnce) return;
        reply(port::Settled{.id = publish.id,
                            .kind = message.qos() == Qos::AtLeastOnce
                                        ? port::SettledKind::Received
                                        : port::SettledKind::Recorded});
    }
    void on(port::Release& release) {
        KLEBER_ASSERT(release.client == kClient && release.id.value != 0);
        reply(port::Settled{.id = release.id, .kind = port::SettledKind::Completed});
    }
    void on(port::Acknowledge& acknowledge) {
        KLEBER_ASSERT(acknowledge.client == kClient && acknowledge.id.value != 0);
        if (acknowledge.kind == port::AcknowledgeKind::Recorded) {
            reply(port::ReleaseDelivery{.id = acknowledge.id});
        }
    }
    void on(port::Subscribe& subscribe) {
        KLEBER_ASSERT(!subscribe.details->filters.empty());
        auto codes = std::make_unique<std::vector<ReasonCode>>();
        for (const port::Subscribe::Filter& filter : subscribe.details->filters) {
            KLEBER_ASSERT(topic::is_valid_filter(filter.filter));
            codes->push_back(filter.refusal != ReasonCode::Success
                                 ? filter.refusal
                                 : static_cast<ReasonCode>(filter.options.qos));
        }
        reply(port::Subscribed{.id = subscribe.id, .codes = std::move(codes)});
    }
    void on(port::Unsubscribe& unsubscribe) {
        auto codes = std::make_unique<std::vector<ReasonCode>>();
        codes->resize(unsubscribe.filters->size());
        KLEBER_ASSERT(!codes->empty());
        reply(port::Unsubscribed{.id = unsubscribe.id, .codes = std::move(codes)});
    }
    void on(port::Credit& credit) { KLEBER_ASSERT(credit.credit.bytes > 0); }
    void on(port::Inspect&) { KLEBER_ASSERT(false); }
    void on(port::Administer&) { KLEBER_ASSERT(false); }
    void on(port::Remember&) { KLEBER_ASSERT(false); }

    std::uint8_t choices_;
    bool was_asked_ = false;
    bool is_over_ = false;
};

class Run {
  public:
    explicit Run(std::uint8_t choices)
        : choices_(choices),
          policy_(policy_for(choices)),
          broker_(choices),
          server_(policy_, port::Token{1, 1}, Peer{.address = "192.0.2.1:1", .is_local = false},
                  traffic_, now_.steady) {}

    void feed(Bytes stream, std::uint32_t seed) {
        std::size_t arrived = 0;
        while (arrived < stream.size() && !server_.has_ended()) {
            seed = seed * 1'664'525 + 1'013'904'223;
            const std::size_t step = 1 + (seed >> 24) % 40;
            const Bytes more = stream.subspan(arrived, std::min(step, stream.size() - arrived));
            tail_.insert(tail_.end(), more.begin(), more.end());
            arrived += more.size();
            now_.steady += std::chrono::milliseconds{(seed >> 16) % 64};
            turn();
        }
    }

    // Ends it in one of the ways there are, if it has not ended, and looks at all that was sent.
    void finish() {
        MqttServer::Turn end = make_turn();
        if ((choices_ & Lose) != 0) {
            server_.link_lost(ReasonCode::UnspecifiedError, end);
        } else {
            now_.steady += std::chrono::hours{48};
            server_.on_deadline(end);
            server_.stop(ReasonCode::ServerShuttingDown, end);
        }
        turn();
        KLEBER_ASSERT(server_.has_ended() && !server_.is_reading());
        static_cast<void>(server_.end());
        check_sent();
    }

  private:
    MqttServer::Turn make_turn() { return {.now = now_, .requests = requests_, .out = out_}; }

    void turn() {
        MqttServer::Turn turn = make_turn();
        bool is_idle = false;
        while (!is_idle) {
            is_idle = true;
            if (server_.is_reading() && !tail_.empty()) {
                const std::size_t consumed = server_.receive(tail_, turn);
                KLEBER_ASSERT(consumed <= tail_.size());
                is_idle = consumed == 0;
                tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(consumed));
                KLEBER_ASSERT(tail_.empty() || !server_.is_reading() ||
                              server_.wanted_bytes() > tail_.size());
                KLEBER_ASSERT(server_.wanted_bytes() <= policy_.packet_bytes_max);
            }
            if (!requests_.empty()) is_idle = false;
            std::vector<port::Request> requests = std::move(requests_);
            requests_.clear();
            for (port::Request& request : requests) broker_.handle(request);
            std::vector<port::Reply> replies = std::move(broker_.replies);
            broker_.replies.clear();
            for (port::Reply& reply : replies) server_.take(std::move(reply), turn);
        }
        write();
        server_.drained(turn);
    }

    void write() {
        while (!out_.empty()) {
            std::array<Piece, 3> pieces;
            KLEBER_ASSERT(out_.gather(pieces) > 0);
            sent_.insert(sent_.end(), pieces[0].data, pieces[0].data + pieces[0].size);
            out_.consume(pieces[0].size);
        }
    }

    mqtt::ProtocolVersion version() const {
        if (server_.protocol() == "MQTT 5.0") return mqtt::ProtocolVersion::V5;
        if (server_.protocol() == "MQTT 3.1") return mqtt::ProtocolVersion::V31;
        return mqtt::ProtocolVersion::V311;
    }

    void check_sent() const {
        Bytes rest{sent_};
        for (bool is_first = true; !rest.empty(); is_first = false) {
            const mqtt::FramingResult framed = mqtt::next_frame(rest, mqtt::kPacketMax);
            KLEBER_ASSERT(framed.outcome == mqtt::Framing::Complete);
            KLEBER_ASSERT(is_first == (framed.frame.type() == mqtt::PacketType::Connack));
            const auto packet = mqtt::decode_any(framed.frame, version(), mqtt::Sender::Server);
            KLEBER_ASSERT(packet.has_value());
            rest = rest.subspan(framed.size_bytes);
        }
    }

    const std::uint8_t choices_;
    Now now_{.steady = SteadyTime{std::chrono::hours{1}}};
    const MqttPolicy policy_;
    port::Traffic traffic_;
    EchoBroker broker_;
    MqttServer server_;
    std::vector<port::Request> requests_;
    Outgoing out_;
    std::vector<std::uint8_t> tail_;
    std::vector<std::uint8_t> sent_;
};

void check(Bytes input) {
    if (input.size() < 2 || input.size() > 16'384) return;
    Run run{input[0]};
    run.feed(input.subspan(2), input[1]);
    run.finish();
}

}  // namespace
}  // namespace kleber::connection

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::connection::check({data, size});
    return 0;
}
