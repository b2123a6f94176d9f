// Whole exchanges of a TestClient.

#include "tests/support/test_client.hpp"

namespace kleber::support {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

mqtt::Connect TestClient::completed(mqtt::Connect packet) const {
    packet.version = version_;
    packet.client_id = client_id_;
    return packet;
}

mqtt::Connack TestClient::connect(mqtt::Connect packet, Where where) {
    open();
    send(completed(packet));
    const auto connack = expect<mqtt::Connack>(where);
    if (connack.reason != ReasonCode::Success) {
        fail("expected to be accepted, got " + describe(connack.reason) + ": " +
                 std::string{connack.reason_string},
             where);
    }
    return connack;
}

void TestClient::expect_refused(mqtt::Connect packet, ReasonCode reason, Where where) {
    open();
    send(completed(packet));
    const auto connack = expect<mqtt::Connack>(where);
    if (connack.reason != reason || connack.session_present) {
        fail("expected CONNACK with " + describe(reason) + " and no session, got " +
                 describe(connack.reason) + ": " + std::string{connack.reason_string},
             where);
    }
    expect_closed_silently(where);
}

void TestClient::disconnect(ReasonCode reason) {
    send(mqtt::Disconnect{.reason = reason});
}

ReasonCode TestClient::subscribe(std::string_view filter, Qos qos, Where where) {
    return subscribe(mqtt::Subscription{.filter = filter, .qos = qos}, {}, where);
}

ReasonCode TestClient::subscribe(const mqtt::Subscription& subscription,
                                 std::optional<std::uint32_t> subscription_id, Where where) {
    const mqtt::PacketId id = send_subscribe({subscription}, subscription_id);
    const auto suback = expect<mqtt::Suback>(where);
    if (suback.packet_id != id || suback.reason_codes.size() != 1) {
        fail("this SUBACK answers something else", where);
        return ReasonCode::UnspecifiedError;
    }
    return static_cast<ReasonCode>(suback.reason_codes[0]);
}

ReasonCode TestClient::unsubscribe(std::string_view filter, Where where) {
    const mqtt::PacketId id = send_unsubscribe({filter});
    const auto unsuback = expect<mqtt::Unsuback>(where);
    if (unsuback.packet_id != id || unsuback.reason_codes.size() != (is_v5() ? 1U : 0U)) {
        fail("this UNSUBACK answers something else", where);
        return ReasonCode::UnspecifiedError;
    }
    return is_v5() ? static_cast<ReasonCode>(unsuback.reason_codes[0]) : ReasonCode::Success;
}

ReasonCode TestClient::publish(std::string_view topic, std::string_view payload,
                               PublishOptions options, Where where) {
    const mqtt::PacketId id = send_publish(topic, payload, options);
    if (options.qos == Qos::AtMostOnce) return ReasonCode::Success;
    const bool is_once = options.qos == Qos::ExactlyOnce;
    const auto ack = expect<mqtt::Ack>(where);
    if (ack.type != (is_once ? PacketType::Pubrec : PacketType::Puback) || ack.packet_id != id) {
        fail("this " + std::string{support::name_of(ack.type)} + " answers something else", where);
    }
    if (is_once && !is_error(ack.reason)) {
        send_ack(PacketType::Pubrel, id);
        expect_ack(PacketType::Pubcomp, id, ReasonCode::Success, where);
    }
    return ack.reason;
}

}  // namespace kleber::support
