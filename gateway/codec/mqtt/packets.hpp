#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/qos.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/codec/mqtt/lists.hpp"
#include "gateway/codec/mqtt/properties.hpp"

// The packets of MQTT 3.1, 3.1.1 and 5.0 as plain structs. All text and bytes are views: into the
// frame after decoding, into the caller's memory for encoding. Times are in seconds, as on the
// wire. What an older version cannot say has its default after decoding and is left out when
// encoding. An empty reason string, server reference or the like counts as none.
//
// `properties` is the raw property section (without its length): after decoding the whole of it,
// known to be valid; for encoding the source of user properties. Everything else in it is ignored
// by the encoder in favour of the named fields. In Publish and Will it is also the source of all
// that travels with the message (see properties.hpp) and of subscription identifiers: there
// `payload_format` and `has_...` are what a decoder found and are not read by the encoder.
namespace kleber::codec::mqtt {

enum class ProtocolVersion : std::uint8_t { V31 = 3, V311 = 4, V5 = 5 };

// Who made the packet; some properties and reason codes are for one side alone.
enum class Sender : std::uint8_t { Client, Server };

enum class PacketType : std::uint8_t {
    Connect = 1,
    Connack = 2,
    Publish = 3,
    Puback = 4,
    Pubrec = 5,
    Pubrel = 6,
    Pubcomp = 7,
    Subscribe = 8,
    Suback = 9,
    Unsubscribe = 10,
    Unsuback = 11,
    Pingreq = 12,
    Pingresp = 13,
    Disconnect = 14,
    Auth = 15,
};

using PacketId = std::uint16_t;

struct Will {
    std::string_view topic{};
    Bytes payload{};
    Bytes properties{};
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool has_response_topic = false;
    std::optional<std::uint8_t> payload_format{};  // 0 bytes, 1 text
    std::optional<std::uint32_t> message_expiry{};
    std::uint32_t delay = 0;
};

struct Connect {
    ProtocolVersion version = ProtocolVersion::V5;
    bool is_bridge = false;  // mosquitto's mark for a bridge (0x80 on the level), 3.1 and 3.1.1
    bool clean_start = true;
    std::uint16_t keep_alive = 0;
    std::string_view client_id{};
    std::optional<Will> will{};
    std::optional<std::string_view> user_name{};
    std::optional<Bytes> password{};

    std::uint32_t session_expiry = 0;
    std::uint16_t receive_maximum = 65'535;
    std::uint16_t topic_alias_maximum = 0;
    std::optional<std::uint32_t> maximum_packet_size{};
    bool wants_response_information = false;
    bool wants_problem_information = true;
    std::optional<std::string_view> authentication_method{};
    std::optional<Bytes> authentication_data{};
    Bytes properties{};
};

struct Connack {
    bool session_present = false;
    ReasonCode reason = ReasonCode::Success;

    std::optional<std::uint32_t> session_expiry{};
    std::uint16_t receive_maximum = 65'535;
    Qos maximum_qos = Qos::ExactlyOnce;
    bool retain_available = true;
    std::optional<std::uint32_t> maximum_packet_size{};
    std::string_view assigned_client_id{};
    std::uint16_t topic_alias_maximum = 0;
    std::string_view reason_string{};
    bool wildcard_subscription_available = true;
    bool subscription_ids_available = true;
    bool shared_subscription_available = true;
    std::optional<std::uint16_t> server_keep_alive{};
    std::string_view response_information{};
    std::string_view server_reference{};
    std::optional<std::string_view> authentication_method{};
    std::optional<Bytes> authentication_data{};
    Bytes properties{};
};

struct Publish {
    std::string_view topic{};  // empty if the alias stands for it
    Bytes payload{};
    Bytes properties{};
    PacketId packet_id = 0;  // 0 at QoS 0, never 0 above
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
    bool dup = false;
    bool is_topic_known = false;  // equal to what decode_publish() was given
    bool has_response_topic = false;
    bool has_subscription_ids = false;  // only from a server, see for_each_subscription_id
    std::optional<std::uint8_t> payload_format{};  // 0 bytes, 1 text (which is not checked here)
    std::optional<std::uint16_t> topic_alias{};    // never 0
    std::optional<std::uint32_t> message_expiry{};
};

// PUBACK, PUBREC, PUBREL or PUBCOMP.
struct Ack {
    PacketType type = PacketType::Puback;
    PacketId packet_id = 0;
    ReasonCode reason = ReasonCode::Success;
    std::string_view reason_string{};
    Bytes properties{};
};

struct Subscribe {
    PacketId packet_id = 0;
    std::optional<std::uint32_t> subscription_id{};
    SubscriptionList subscriptions{};  // never empty after decoding
    Bytes properties{};
};

struct Suback {
    PacketId packet_id = 0;
    Bytes reason_codes{};  // one ReasonCode a subscription, in their order
    std::string_view reason_string{};
    Bytes properties{};
};

struct Unsubscribe {
    PacketId packet_id = 0;
    FilterList filters{};  // never empty after decoding
    Bytes properties{};
};

struct Unsuback {
    PacketId packet_id = 0;
    Bytes reason_codes{};  // one ReasonCode a filter, in their order; none before MQTT 5
    std::string_view reason_string{};
    Bytes properties{};
};

struct Disconnect {
    ReasonCode reason = ReasonCode::Success;
    std::optional<std::uint32_t> session_expiry{};
    std::string_view reason_string{};
    std::string_view server_reference{};
    Bytes properties{};
};

struct Auth {
    ReasonCode reason = ReasonCode::Success;
    std::optional<std::string_view> authentication_method{};
    std::optional<Bytes> authentication_data{};
    std::string_view reason_string{};
    Bytes properties{};
};

}  // namespace kleber::codec::mqtt
