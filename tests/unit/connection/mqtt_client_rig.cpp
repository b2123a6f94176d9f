#include "tests/unit/connection/mqtt_client_rig.hpp"

#include <array>

namespace kleber::connection {

namespace {

using namespace std::string_literals;
using codec::mqtt::PacketType;
using codec::mqtt::Sender;

template <typename... Visitors>
struct Overloaded : Visitors... {
    using Visitors::operator()...;
};
template <typename... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

std::string text_of(std::string_view text) {
    return std::string{text};
}
std::string qos_of(Qos qos) {
    return " q" + std::to_string(static_cast<int>(qos));
}

std::string codes_of(const std::vector<ReasonCode>& codes) {
    std::string text;
    for (const ReasonCode code : codes) text += " " + std::to_string(static_cast<int>(code));
    return text;
}

std::string describe(const codec::mqtt::Connect& packet) {
    std::string text = "CONNECT " + text_of(packet.client_id);
    if (packet.clean_start) text += " clean";
    if (packet.is_bridge) text += " bridge";
    text += " keep" + std::to_string(packet.keep_alive);
    if (packet.version == codec::mqtt::ProtocolVersion::V5) {
        text += " expiry" + std::to_string(packet.session_expiry);
        text += " receive" + std::to_string(packet.receive_maximum);
        text += " alias" + std::to_string(packet.topic_alias_maximum);
        text += " max" + std::to_string(packet.maximum_packet_size.value_or(0));
        if (!packet.wants_problem_information) text += " terse";
    }
    if (packet.user_name) text += " user=" + text_of(*packet.user_name);
    if (packet.password) text += " password=" + text_of(as_text(*packet.password));
    if (packet.will) {
        text += " will" + qos_of(packet.will->qos) + (packet.will->retain ? " retain" : "") + " " +
                text_of(packet.will->topic) + "=" + text_of(as_text(packet.will->payload));
        if (packet.will->delay > 0) text += " delay" + std::to_string(packet.will->delay);
        if (packet.will->message_expiry) {
            text += " expiry" + std::to_string(*packet.will->message_expiry);
        }
        codec::mqtt::for_each_user_property(packet.will->properties,
                                            [&](std::string_view name, std::string_view value) {
                                                text += " " + text_of(name) + ":" + text_of(value);
                                            });
    }
    return text;
}

std::string describe(const codec::mqtt::Publish& packet) {
    std::string text = "PUBLISH" + qos_of(packet.qos);
    if (packet.packet_id != 0) text += " id" + std::to_string(packet.packet_id);
    if (packet.dup) text += " dup";
    if (packet.retain) text += " retain";
    if (packet.topic_alias) text += " alias" + std::to_string(*packet.topic_alias);
    if (packet.message_expiry) text += " expiry" + std::to_string(*packet.message_expiry);
    return text + " " + text_of(packet.topic) + "=" + text_of(as_text(packet.payload));
}

std::string describe(const codec::mqtt::Subscribe& packet) {
    std::string text = "SUBSCRIBE " + std::to_string(packet.packet_id);
    if (packet.subscription_id) text += " sub" + std::to_string(*packet.subscription_id);
    for (const codec::mqtt::Subscription& each : packet.subscriptions) {
        text += " " + text_of(each.filter) + qos_of(each.qos);
    }
    return text;
}

std::string describe(const codec::mqtt::Unsubscribe& packet) {
    std::string text = "UNSUBSCRIBE " + std::to_string(packet.packet_id);
    for (const std::string_view filter : packet.filters) text += " " + text_of(filter);
    return text;
}

std::string describe(const codec::mqtt::Ack& packet) {
    static constexpr std::array kNames{"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
    std::string text = kNames[static_cast<std::size_t>(packet.type) - 4];
    text += " " + std::to_string(packet.packet_id);
    if (packet.reason != ReasonCode::Success) text += " " + text_of(name_of(packet.reason));
    return text;
}

std::string describe(const codec::mqtt::Disconnect& packet) {
    return "DISCONNECT " + text_of(name_of(packet.reason));
}

template <typename Packet>
std::string describe_decoded(const Result<Packet, ReasonCode>& decoded) {
    return decoded ? describe(decoded.value()) : "BAD " + text_of(name_of(decoded.error()));
}

}  // namespace

std::string describe_packet(const codec::mqtt::Frame& frame, codec::mqtt::ProtocolVersion version) {
    switch (frame.type()) {
        case PacketType::Connect:
            return describe_decoded(codec::mqtt::decode_connect(frame));
        case PacketType::Publish:
            return describe_decoded(codec::mqtt::decode_publish(frame, version, Sender::Client));
        case PacketType::Puback:
        case PacketType::Pubrec:
        case PacketType::Pubrel:
        case PacketType::Pubcomp:
            return describe_decoded(codec::mqtt::decode_ack(frame, version));
        case PacketType::Subscribe:
            return describe_decoded(codec::mqtt::decode_subscribe(frame, version));
        case PacketType::Unsubscribe:
            return describe_decoded(codec::mqtt::decode_unsubscribe(frame, version));
        case PacketType::Pingreq:
            return codec::mqtt::decode_ping(frame) ? "PINGREQ" : "BAD";
        case PacketType::Disconnect:
            return describe_decoded(codec::mqtt::decode_disconnect(frame, version, Sender::Client));
        default:
            return "BAD type";
    }
}

std::string describe_event(const ClientEvent& event) {
    return std::visit(
        Overloaded{
            [](const Connected& it) {
                return "connected"s + (it.session_present ? " present" : "") +
                       (it.republished_count ? " again" + std::to_string(it.republished_count)
                                             : "");
            },
            [](const Received& it) {
                std::string text = "received" + qos_of(it.qos);
                if (it.is_repeated) text += " dup";
                if (it.retain) text += " retain";
                for (const std::uint32_t id : it.subscription_ids.view()) {
                    text += " sub" + std::to_string(id);
                }
                return text + " " + text_of(it.message->topic()) + "=" +
                       text_of(as_text(it.message->payload()));
            },
            [](const Published& it) {
                return "published " + std::to_string(it.ticket.value) + qos_of(it.qos) + " " +
                       text_of(name_of(it.reason));
            },
            [](const Subscribed& it) {
                return "subscribed " + std::to_string(it.ticket.value) + ":" + codes_of(it.codes);
            },
            [](const Unsubscribed& it) {
                return "unsubscribed " + std::to_string(it.ticket.value) + ":" + codes_of(it.codes);
            },
            [](const Discarded& it) {
                static constexpr std::array kReasons{"expired", "too large",    "qos",
                                                     "retain",  "session lost", "link lost"};
                return "discarded " + std::to_string(it.ticket.value) + " " +
                       kReasons[static_cast<std::size_t>(it.reason)];
            },
            [](const Ended& it) {
                static constexpr std::array kSides{"server", "client", "link"};
                return "ended by "s + kSides[static_cast<std::size_t>(it.by)] + ": " +
                       text_of(name_of(it.reason));
            },
        },
        event);
}

void MqttClientRig::connect(const codec::mqtt::Connack& answer) {
    MqttClient::Turn now = turn();
    client_.connect(now);
    written();
    send(answer);
}

void MqttClientRig::cut() {
    MqttClient::Turn now = turn();
    client_.link_lost(now);
    out_.release_memory();
    tail_.clear();
}

void MqttClientRig::send_bytes(Bytes bytes) {
    tail_.insert(tail_.end(), bytes.begin(), bytes.end());
    MqttClient::Turn now = turn();
    const std::size_t taken = client_.receive(tail_, now);
    tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(taken));
}

void MqttClientRig::send_ack(PacketType type, codec::mqtt::PacketId id, ReasonCode reason) {
    send(codec::mqtt::Ack{.type = type, .packet_id = id, .reason = reason});
}

void MqttClientRig::send_message(std::string_view topic, std::string_view payload, Qos qos,
                                 codec::mqtt::PacketId id, bool dup) {
    send(codec::mqtt::Publish{
        .topic = topic, .payload = as_bytes(payload), .packet_id = id, .qos = qos, .dup = dup});
}

Status<ReasonCode> MqttClientRig::publish(std::string_view topic, std::string_view payload, Qos qos,
                                          std::uint64_t ticket, bool retain) {
    MqttClient::Turn now = turn();
    return client_.publish(
        port::MessageFields{
            .topic = topic, .payload = as_bytes(payload), .qos = qos, .retain = retain},
        Ticket{ticket}, now);
}

void MqttClientRig::wait(Duration time) {
    now_.steady += time;
    MqttClient::Turn now = turn();
    if (client_.deadline() && *client_.deadline() <= now_.steady) client_.on_deadline(now);
}

MqttClientRig::Strings MqttClientRig::written() {
    std::vector<std::uint8_t> bytes;
    std::array<Piece, 8> pieces;
    while (!out_.empty()) {
        const std::size_t count = out_.gather(pieces);
        std::size_t size = 0;
        for (std::size_t i = 0; i < count; ++i) {
            bytes.insert(bytes.end(), pieces[i].data, pieces[i].data + pieces[i].size);
            size += pieces[i].size;
        }
        out_.consume(size);
    }
    Strings packets;
    Bytes rest{bytes};
    while (!rest.empty()) {
        const auto next = codec::mqtt::next_frame(rest, codec::mqtt::kPacketMax);
        if (next.outcome != codec::mqtt::Framing::Complete) {
            packets.push_back("BAD frame");
            break;
        }
        packets.push_back(describe_packet(next.frame, version_));
        rest = rest.subspan(next.size_bytes);
    }
    return packets;
}

MqttClientRig::Strings MqttClientRig::told() {
    Strings texts;
    for (const ClientEvent& event : events_) texts.push_back(describe_event(event));
    events_.clear();
    return texts;
}

}  // namespace kleber::connection
