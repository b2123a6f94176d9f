#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <random>
#include <set>

#include "tests/unit/connection/mqtt_client_rig.hpp"

// A client against the plainest honest server, with links that are cut anywhere: nothing is lost,
// nothing of QoS 2 comes twice, in either direction.
namespace kleber::connection {
namespace {

using codec::mqtt::Ack;
using codec::mqtt::PacketType;
using codec::mqtt::ProtocolVersion;
using codec::mqtt::Publish;

// Keeps its session for ever and sends one message at a time.
class PlainServer {
  public:
    explicit PlainServer(ProtocolVersion version) : version_(version) {}

    void send(std::string text, Qos qos) { waiting_.emplace_back(std::move(text), qos); }
    bool is_idle() const { return waiting_.empty(); }

    void take(const codec::mqtt::Frame& frame, ByteBuffer& out) {
        switch (frame.type()) {
            case PacketType::Connect:
                put(out, codec::mqtt::Connack{.session_present = has_session_});
                has_session_ = true;
                is_waiting_ = false;
                break;
            case PacketType::Publish: {
                const auto packet =
                    codec::mqtt::decode_publish(frame, version_, codec::mqtt::Sender::Client);
                ASSERT_TRUE(packet);
                const Publish& publish = packet.value();
                const bool is_twice = publish.qos == Qos::ExactlyOnce;
                if (!is_twice || recorded_.insert(publish.packet_id).second) {
                    ++got[std::string{as_text(publish.payload)}];
                }
                put(out, Ack{.type = is_twice ? PacketType::Pubrec : PacketType::Puback,
                             .packet_id = publish.packet_id});
                break;
            }
            default:
                take_ack(codec::mqtt::decode_ack(frame, version_).value(), out);
        }
        send_next(out);
    }

    void send_next(ByteBuffer& out) {
        if (!has_session_ || is_waiting_ || waiting_.empty()) return;
        is_waiting_ = true;
        if (is_released_) {
            put(out, Ack{.type = PacketType::Pubrel, .packet_id = kId});
            return;
        }
        const auto& [text, qos] = waiting_.front();
        put(out, Publish{.topic = "t",
                         .payload = as_bytes(text),
                         .packet_id = kId,
                         .qos = qos,
                         .dup = was_sent_});
        was_sent_ = true;
    }

    std::map<std::string, int> got;

  private:
    static constexpr codec::mqtt::PacketId kId = 1;

    template <typename Packet>
    void put(ByteBuffer& out, const Packet& packet) {
        ASSERT_TRUE(codec::mqtt::encode(out, version_, packet));
    }
    void take_ack(const Ack& ack, ByteBuffer& out) {
        if (ack.type == PacketType::Pubrel) {
            recorded_.erase(ack.packet_id);
            put(out, Ack{.type = PacketType::Pubcomp, .packet_id = ack.packet_id});
        } else if (ack.type == PacketType::Pubrec) {
            is_released_ = true;
            put(out, Ack{.type = PacketType::Pubrel, .packet_id = kId});
        } else {
            waiting_.pop_front();
            is_waiting_ = is_released_ = was_sent_ = false;
        }
    }

    ProtocolVersion version_;
    bool has_session_ = false;
    std::set<codec::mqtt::PacketId> recorded_;
    std::deque<std::pair<std::string, Qos>> waiting_;
    bool is_waiting_ = false;  // for an answer on this link
    bool was_sent_ = false;
    bool is_released_ = false;
};

// Both ends, and what is on its way between them.
class Cuts {
  public:
    Cuts(std::uint32_t seed, ProtocolVersion version, Acknowledging acknowledging)
        : random_(seed),
          server_(version),
          client_({.version = version,
                   .client_id = "me",
                   .clean_start = false,
                   .session_expiry_seconds = 1000,
                   .acknowledging = acknowledging,
                   .in_flight_max = 3}) {}

    void run() {
        for (int i = 0; i < kMessages; ++i) {
            const Qos qos = i % 2 ? Qos::AtLeastOnce : Qos::ExactlyOnce;
            ASSERT_TRUE(
                client_.publish("t", std::to_string(i), qos, static_cast<std::uint64_t>(i)));
            server_.send(std::to_string(i), qos);
        }
        for (int step = 0; step < 20'000 && !is_done(); ++step) {
            if (client_.client().has_ended() || random_() % 40 == 0) cut();
            random_() % 2 ? client_to_server() : server_to_client();
            own_some();
        }
        EXPECT_TRUE(is_done());
        for (int i = 0; i < kMessages; ++i) {
            const std::string text = std::to_string(i);
            EXPECT_GE(server_.got[text], 1);
            EXPECT_GE(received_[text], 1);
            if (i % 2 == 0) {
                EXPECT_EQ(server_.got[text], 1);
                EXPECT_EQ(received_[text], 1);
            }
        }
    }

  private:
    static constexpr int kMessages = 30;

    bool is_done() const { return published_ == kMessages && server_.is_idle(); }

    void cut() {
        client_.cut();
        to_server_.clear();
        to_client_.clear();
        MqttClient::Turn turn = client_.turn();
        client_.client().connect(turn);
    }
    // Some bytes arrive, all that is whole is answered.
    void client_to_server() {
        std::array<Piece, 4> pieces;
        const std::size_t count = client_.out().gather(pieces);
        for (std::size_t i = 0; i < count; ++i) to_server_.append({pieces[i].data, pieces[i].size});
        client_.out().consume(client_.out().size_bytes());
        while (true) {
            const auto next = codec::mqtt::next_frame(to_server_.bytes(), codec::mqtt::kPacketMax);
            if (next.outcome != codec::mqtt::Framing::Complete) break;
            server_.take(next.frame, to_client_);
            to_server_.consume(next.size_bytes);
        }
        MqttClient::Turn turn = client_.turn();
        client_.client().drained(turn);
    }
    void server_to_client() {
        const std::size_t size = std::min<std::size_t>(to_client_.size(), random_() % 16);
        client_.send_bytes(to_client_.bytes().first(size));
        to_client_.consume(size);
        for (const ClientEvent& event : client_.events()) {
            if (const auto* received = std::get_if<Received>(&event)) {
                ++received_[std::string{as_text(received->message->payload())}];
                to_own_.push_back(received->receipt);
            }
            published_ += std::holds_alternative<Published>(event);
        }
        client_.told();
    }
    void own_some() {
        if (to_own_.empty() || random_() % 4 != 0) return;
        MqttClient::Turn turn = client_.turn();
        client_.client().acknowledge(to_own_.front(), ReasonCode::Success, turn);
        to_own_.pop_front();
    }

    std::mt19937 random_;
    PlainServer server_;
    MqttClientRig client_;
    ByteBuffer to_server_;
    ByteBuffer to_client_;
    std::map<std::string, int> received_;
    std::deque<Receipt> to_own_;
    int published_ = 0;
};

TEST(MqttClientCuts, LoseNothingAndDoubleNothing) {
    for (const ProtocolVersion version : {ProtocolVersion::V311, ProtocolVersion::V5}) {
        for (const Acknowledging how : {Acknowledging::Automatic, Acknowledging::Manual}) {
            for (std::uint32_t seed = 1; seed <= 50; ++seed) {
                SCOPED_TRACE(seed);
                Cuts{seed, version, how}.run();
                if (HasFailure()) return;
            }
        }
    }
}

}  // namespace
}  // namespace kleber::connection
