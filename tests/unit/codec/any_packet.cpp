#include "tests/unit/codec/any_packet.hpp"

#include <array>
#include <utility>

namespace kleber::codec::mqtt {
namespace {

template <typename Packet>
Result<AnyPacket, ReasonCode> any(Result<Packet, ReasonCode> decoded) {
    if (!decoded) return fail(decoded.error());
    return AnyPacket{std::move(*decoded)};
}

template <typename Ping>
Result<AnyPacket, ReasonCode> any_ping(const Frame& frame) {
    const Status<ReasonCode> decoded = decode_ping(frame);
    if (!decoded) return fail(decoded.error());
    return AnyPacket{Ping{}};
}

// Collects " name=value" for what is said.
class Description {
  public:
    explicit Description(std::string_view name) : text_(name) {}

    Description& say(std::string_view name) {
        text_ += ' ';
        text_ += name;
        return *this;
    }
    Description& text(std::string_view name, std::string_view value) {
        say(name) += "=";
        text_ += value;
        return *this;
    }
    Description& text_if_any(std::string_view name, std::string_view value) {
        return value.empty() ? *this : text(name, value);
    }
    Description& number(std::string_view name, std::uint64_t value, std::uint64_t usual) {
        return value == usual ? *this : text(name, std::to_string(value));
    }
    template <typename Number>
    Description& number(std::string_view name, const std::optional<Number>& value) {
        return value ? text(name, std::to_string(*value)) : *this;
    }
    Description& flag(std::string_view name, bool is_set) { return is_set ? say(name) : *this; }
    Description& qos(Qos qos) { return number("qos", static_cast<unsigned>(qos), 0); }
    Description& reason(ReasonCode reason) {
        return reason == ReasonCode::Success ? *this : text("reason", name_of(reason));
    }
    Description& codes(Bytes codes) {
        for (const std::uint8_t code : codes) number("code", code, 256);
        return *this;
    }
    Description& user_properties(Bytes properties) {
        for_each_user_property(properties, [&](std::string_view name, std::string_view value) {
            text("user", std::string{name} + ":" + std::string{value});
        });
        return *this;
    }
    // What travels with a message.
    Description& forwarded(Bytes properties) {
        for_each_property(properties, [&](const Property& property) {
            switch (property.id) {
                case PropertyId::PayloadFormat:
                    number("format", property.number, 256);
                    break;
                case PropertyId::ContentType:
                    text("content", property.text());
                    break;
                case PropertyId::ResponseTopic:
                    text("response", property.text());
                    break;
                case PropertyId::CorrelationData:
                    text("correlation", property.text());
                    break;
                default:
                    break;
            }
        });
        return user_properties(properties);
    }
    Description& authentication(const std::optional<std::string_view>& method,
                                const std::optional<Bytes>& data) {
        if (method) text("method", *method);
        if (data) text("data", as_text(*data));
        return *this;
    }
    std::string done() { return std::move(text_); }

  private:
    Description& operator+=(std::string_view more) {
        text_ += more;
        return *this;
    }

    std::string text_;
};

std::string words(const Will& will) {
    return Description{"will"}
        .text("topic", will.topic)
        .text("payload", as_text(will.payload))
        .qos(will.qos)
        .flag("retain", will.retain)
        .number("delay", will.delay, 0)
        .number("expiry", will.message_expiry)
        .forwarded(will.properties)
        .done();
}

std::string words(const Connect& packet) {
    constexpr std::array<std::string_view, 6> kNames{"", "", "", "3.1", "3.1.1", "5"};
    Description description{"CONNECT"};
    description.say(kNames[static_cast<std::size_t>(packet.version)])
        .text("id", packet.client_id)
        .flag("bridge", packet.is_bridge)
        .flag("clean", packet.clean_start)
        .number("keep_alive", packet.keep_alive, 0)
        .number("session_expiry", packet.session_expiry, 0)
        .number("receive_maximum", packet.receive_maximum, 65'535)
        .number("maximum_packet", packet.maximum_packet_size)
        .number("alias_maximum", packet.topic_alias_maximum, 0)
        .flag("wants_response_information", packet.wants_response_information)
        .flag("no_problem_information", !packet.wants_problem_information)
        .authentication(packet.authentication_method, packet.authentication_data)
        .user_properties(packet.properties);
    if (packet.will) description.say("[" + words(*packet.will) + "]");
    if (packet.user_name) description.text("user_name", *packet.user_name);
    if (packet.password) description.text("password", as_text(*packet.password));
    return description.done();
}

std::string words(const Connack& packet) {
    return Description{"CONNACK"}
        .reason(packet.reason)
        .flag("session_present", packet.session_present)
        .number("session_expiry", packet.session_expiry)
        .number("receive_maximum", packet.receive_maximum, 65'535)
        .number("maximum_qos", static_cast<unsigned>(packet.maximum_qos), 2)
        .flag("no_retain", !packet.retain_available)
        .number("maximum_packet", packet.maximum_packet_size)
        .text_if_any("assigned", packet.assigned_client_id)
        .number("alias_maximum", packet.topic_alias_maximum, 0)
        .flag("no_wildcards", !packet.wildcard_subscription_available)
        .flag("no_subscription_ids", !packet.subscription_ids_available)
        .flag("no_shared", !packet.shared_subscription_available)
        .number("keep_alive", packet.server_keep_alive)
        .text_if_any("response_information", packet.response_information)
        .text_if_any("server", packet.server_reference)
        .authentication(packet.authentication_method, packet.authentication_data)
        .text_if_any("because", packet.reason_string)
        .user_properties(packet.properties)
        .done();
}

std::string words(const Publish& packet) {
    Description description{"PUBLISH"};
    description.text("topic", packet.topic)
        .text("payload", as_text(packet.payload))
        .qos(packet.qos)
        .number("packet_id", packet.packet_id, 0)
        .flag("retain", packet.retain)
        .flag("dup", packet.dup)
        .number("alias", packet.topic_alias)
        .number("expiry", packet.message_expiry);
    for_each_subscription_id(
        packet.properties, [&](std::uint32_t id) { description.number("subscription_id", id, 0); });
    return description.forwarded(packet.properties).done();
}

std::string words(const Ack& packet) {
    constexpr std::array<std::string_view, 4> kNames{"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
    const auto index =
        static_cast<std::size_t>(packet.type) - static_cast<std::size_t>(PacketType::Puback);
    return Description{kNames[index]}
        .number("packet_id", packet.packet_id, 0)
        .reason(packet.reason)
        .text_if_any("because", packet.reason_string)
        .user_properties(packet.properties)
        .done();
}

std::string words(const Subscribe& packet) {
    Description description{"SUBSCRIBE"};
    description.number("packet_id", packet.packet_id, 0)
        .number("subscription_id", packet.subscription_id)
        .user_properties(packet.properties);
    for (const Subscription& subscription : packet.subscriptions) {
        description.text("filter", subscription.filter)
            .qos(subscription.qos)
            .flag("no_local", subscription.no_local)
            .flag("retain_as_published", subscription.retain_as_published)
            .number("retain_handling", static_cast<unsigned>(subscription.retain_handling), 0);
    }
    return description.done();
}

template <typename Packet>
std::string words_of_answer(std::string_view name, const Packet& packet) {
    return Description{name}
        .number("packet_id", packet.packet_id, 0)
        .codes(packet.reason_codes)
        .text_if_any("because", packet.reason_string)
        .user_properties(packet.properties)
        .done();
}
std::string words(const Suback& packet) {
    return words_of_answer("SUBACK", packet);
}
std::string words(const Unsuback& packet) {
    return words_of_answer("UNSUBACK", packet);
}

std::string words(const Unsubscribe& packet) {
    Description description{"UNSUBSCRIBE"};
    description.number("packet_id", packet.packet_id, 0).user_properties(packet.properties);
    for (const std::string_view filter : packet.filters) description.text("filter", filter);
    return description.done();
}

std::string words(const Pingreq&) {
    return "PINGREQ";
}
std::string words(const Pingresp&) {
    return "PINGRESP";
}

std::string words(const Disconnect& packet) {
    return Description{"DISCONNECT"}
        .reason(packet.reason)
        .number("session_expiry", packet.session_expiry)
        .text_if_any("server", packet.server_reference)
        .text_if_any("because", packet.reason_string)
        .user_properties(packet.properties)
        .done();
}

std::string words(const Auth& packet) {
    return Description{"AUTH"}
        .reason(packet.reason)
        .authentication(packet.authentication_method, packet.authentication_data)
        .text_if_any("because", packet.reason_string)
        .user_properties(packet.properties)
        .done();
}

struct Encoder {
    ByteBuffer& out;
    ProtocolVersion version;
    std::size_t packet_bytes_max;

    Status<ReasonCode> operator()(const Connect& packet) const {
        return encode(out, packet, packet_bytes_max);
    }
    Status<ReasonCode> operator()(const Auth& packet) const {
        return encode(out, packet, packet_bytes_max);
    }
    Status<ReasonCode> operator()(const Pingreq&) const {
        encode_pingreq(out);
        return Success{};
    }
    Status<ReasonCode> operator()(const Pingresp&) const {
        encode_pingresp(out);
        return Success{};
    }
    template <typename Packet>
    Status<ReasonCode> operator()(const Packet& packet) const {
        return encode(out, version, packet, packet_bytes_max);
    }
};

}  // namespace

Result<AnyPacket, ReasonCode> decode_any(const Frame& frame, ProtocolVersion version,
                                         Sender sender) {
    switch (frame.type()) {
        case PacketType::Connect:
            return any(decode_connect(frame));
        case PacketType::Connack:
            return any(decode_connack(frame, version));
        case PacketType::Publish:
            return any(decode_publish(frame, version, sender));
        case PacketType::Puback:
        case PacketType::Pubrec:
        case PacketType::Pubrel:
        case PacketType::Pubcomp:
            return any(decode_ack(frame, version));
        case PacketType::Subscribe:
            return any(decode_subscribe(frame, version));
        case PacketType::Suback:
            return any(decode_suback(frame, version));
        case PacketType::Unsubscribe:
            return any(decode_unsubscribe(frame, version));
        case PacketType::Unsuback:
            return any(decode_unsuback(frame, version));
        case PacketType::Pingreq:
            return any_ping<Pingreq>(frame);
        case PacketType::Pingresp:
            return any_ping<Pingresp>(frame);
        case PacketType::Disconnect:
            return any(decode_disconnect(frame, version, sender));
        case PacketType::Auth:
            if (version != ProtocolVersion::V5) return fail(ReasonCode::MalformedPacket);
            return any(decode_auth(frame, sender));
    }
    return fail(ReasonCode::MalformedPacket);
}

Status<ReasonCode> encode_any(ByteBuffer& out, ProtocolVersion version, const AnyPacket& packet,
                              std::size_t packet_bytes_max) {
    return std::visit(Encoder{out, version, packet_bytes_max}, packet);
}

std::string describe(const AnyPacket& packet) {
    return std::visit([](const auto& each) { return words(each); }, packet);
}

}  // namespace kleber::codec::mqtt
