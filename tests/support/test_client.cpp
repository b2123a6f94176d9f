#include "tests/support/test_client.hpp"

#include "gateway/codec/mqtt/properties.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::support {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

std::string_view kind_of(const ServerPacket::Body& body) {
    static constexpr std::string_view kKinds[] = {
        "CONNACK",    "PUBLISH",  "PUBACK, PUBREC, PUBREL or PUBCOMP",
        "SUBACK",     "UNSUBACK", "PINGRESP",
        "DISCONNECT", "AUTH"};
    return kKinds[body.index()];
}

}  // namespace

// -- sending

void TestClient::open(connection::Peer peer) {
    link_ = world_.dial(std::move(peer), policy_);
    aliases_.clear();
    world_.settle();
}

void TestClient::send_bytes(Bytes bytes) {
    link_->send(bytes);
    world_.settle();
}

void TestClient::send_wire(std::string_view notation) {
    send_bytes(mqtt::wire(notation));
}

void TestClient::send_ack(PacketType type, mqtt::PacketId id, ReasonCode reason) {
    ByteBuffer bytes;
    mqtt::encode_ack(bytes, version_, type, id, reason);
    send_bytes(bytes.bytes());
}

mqtt::PacketId TestClient::send_publish(std::string_view topic, std::string_view payload,
                                        PublishOptions options) {
    const mqtt::PacketId id = options.qos == Qos::AtMostOnce ? mqtt::PacketId{0} : next_id();
    send_publish(id, topic, payload, options);
    return id;
}

void TestClient::send_publish(mqtt::PacketId id, std::string_view topic, std::string_view payload,
                              PublishOptions options) {
    send(mqtt::Publish{.topic = topic,
                       .payload = as_bytes(payload),
                       .properties = options.properties,
                       .packet_id = id,
                       .qos = options.qos,
                       .retain = options.retain,
                       .dup = options.dup,
                       .topic_alias = options.topic_alias,
                       .message_expiry = options.message_expiry});
}

mqtt::PacketId TestClient::send_subscribe(const std::vector<mqtt::Subscription>& filters,
                                          std::optional<std::uint32_t> subscription_id) {
    ByteBuffer list;
    for (const mqtt::Subscription& filter : filters) {
        EXPECT_TRUE(mqtt::append_subscription(list, filter));
    }
    const mqtt::PacketId id = next_id();
    send(mqtt::Subscribe{.packet_id = id,
                         .subscription_id = subscription_id,
                         .subscriptions = mqtt::SubscriptionList{list.bytes()}});
    return id;
}

mqtt::PacketId TestClient::send_unsubscribe(const std::vector<std::string_view>& filters) {
    ByteBuffer list;
    for (const std::string_view filter : filters) EXPECT_TRUE(mqtt::append_filter(list, filter));
    const mqtt::PacketId id = next_id();
    send(mqtt::Unsubscribe{.packet_id = id, .filters = mqtt::FilterList{list.bytes()}});
    return id;
}

void TestClient::drop() {
    link_->drop();
    world_.settle();
}

// -- receiving

std::optional<ServerPacket> TestClient::receive(Where where) {
    std::vector<std::uint8_t> bytes = link_->receive_bytes();
    if (bytes.empty()) return std::nullopt;
    auto packet = decode_server_packet(std::move(bytes), version_);
    if (!packet) {
        fail("the server sent what a client must refuse: " + describe(packet.error()), where);
        return std::nullopt;
    }
    received_.push_back(*packet);
    return *std::move(packet);
}

mqtt::Ack TestClient::expect_ack(PacketType type, mqtt::PacketId id, ReasonCode reason,
                                 Where where) {
    const std::optional<ServerPacket> packet = receive(where);
    const mqtt::Ack* ack = packet ? packet->get<mqtt::Ack>() : nullptr;
    if (ack && ack->type == type && ack->packet_id == id && ack->reason == reason) return *ack;
    fail("expected " + std::string{support::name_of(type)} + " id " + std::to_string(id) + ' ' +
             describe(reason) + ", got " + (packet ? describe(*packet) : "nothing; " + state()),
         where);
    return ack ? *ack : mqtt::Ack{};
}

void TestClient::expect_nothing(Where where) {
    if (const std::optional<ServerPacket> packet = receive(where)) {
        fail("expected nothing, got " + describe(*packet), where);
    }
    if (!link_->pending().empty()) fail("part of a packet has arrived", where);
    if (link_->is_closed()) fail(state(), where);
}

void TestClient::expect_alive(Where where) {
    expect_nothing(where);
    send_pingreq();
    expect<Pingresp>(where);
}

void TestClient::expect_closed(ReasonCode reason, Where where) {
    if (is_v5()) {
        const auto packet = expect<mqtt::Disconnect>(where);
        if (packet.reason != reason) {
            fail("expected DISCONNECT with " + describe(reason) + ", got " +
                     describe(packet.reason) + ": " + std::string{packet.reason_string},
                 where);
        }
    }
    expect_closed_silently(where);
    if (link_->was_closed_by_server() && link_->end().reason != reason) {
        fail("expected the end for " + describe(reason) + "; " + state(), where);
    }
}

void TestClient::expect_closed_silently(Where where) {
    if (const std::optional<ServerPacket> packet = receive(where)) {
        fail(
            "expected the connection to be closed without another packet, got " + describe(*packet),
            where);
    }
    if (!link_->was_closed_by_server()) fail("expected the server to close; " + state(), where);
}

ReceivedMessage TestClient::to_message(const mqtt::Publish& packet, Where where) {
    ReceivedMessage message{.topic = std::string{packet.topic},
                            .payload = std::string{as_text(packet.payload)},
                            .qos = packet.qos,
                            .retain = packet.retain,
                            .dup = packet.dup,
                            .packet_id = packet.packet_id,
                            .topic_alias = packet.topic_alias,
                            .message_expiry = packet.message_expiry,
                            .subscription_ids = {},
                            .properties = {packet.properties.begin(), packet.properties.end()}};
    if (is_v5()) {
        mqtt::for_each_subscription_id(
            packet.properties, [&](std::uint32_t id) { message.subscription_ids.push_back(id); });
    }
    if (packet.topic_alias) {
        if (aliases_.size() < *packet.topic_alias) aliases_.resize(*packet.topic_alias);
        std::string& topic = aliases_[*packet.topic_alias - 1];
        if (!message.topic.empty()) topic = message.topic;
        if (topic.empty()) fail("the server used an alias that stands for nothing", where);
        message.topic = topic;
    }
    return message;
}

ReceivedMessage TestClient::expect_message(Where where) {
    return to_message(expect<mqtt::Publish>(where), where);
}

ReceivedMessage TestClient::expect_message(std::string_view topic, std::string_view payload,
                                           Where where) {
    ReceivedMessage message = expect_message(where);
    if (message.topic != topic || message.payload != payload) {
        fail("expected topic '" + std::string{topic} + "' payload '" + std::string{payload} +
                 "', got topic '" + message.topic + "' payload '" + message.payload + "'",
             where);
    }
    return message;
}

std::vector<ReceivedMessage> TestClient::messages(Where where) {
    std::vector<ReceivedMessage> all;
    while (const std::optional<ServerPacket> packet = receive(where)) {
        if (const auto* publish = packet->get<mqtt::Publish>()) {
            all.push_back(to_message(*publish, where));
        } else {
            fail("expected messages only, got " + describe(*packet), where);
        }
    }
    return all;
}

void TestClient::acknowledge(const ReceivedMessage& message, Where where) {
    if (message.qos == Qos::AtLeastOnce) send_ack(PacketType::Puback, message.packet_id);
    if (message.qos != Qos::ExactlyOnce) return;
    send_ack(PacketType::Pubrec, message.packet_id);
    expect_ack(PacketType::Pubrel, message.packet_id, ReasonCode::Success, where);
    send_ack(PacketType::Pubcomp, message.packet_id);
}

// -- failing

std::string TestClient::state() const {
    if (link_->was_closed_by_server()) {
        return "the server has closed for " + describe(link_->end().reason) + ": " +
               link_->end().detail;
    }
    return link_->is_closed() ? "the link is lost" : "the connection is open";
}

void TestClient::fail_expected(const ServerPacket::Body& wanted,
                               const std::optional<ServerPacket>& got, Where where) {
    fail("expected " + std::string{kind_of(wanted)} + ", got " +
             (got ? describe(*got) : "nothing; " + state()),
         where);
}

void TestClient::fail(const std::string& text, Where where) const {
    ADD_FAILURE_AT(where.file, where.line) << client_id_ << ": " << text;
}

}  // namespace kleber::support
