#include "tests/unit/connection/server_conversation.hpp"

#include <sstream>

#include "gateway/codec/mqtt/decode.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

namespace {

std::string seconds_of(Duration duration) {
    if (duration == port::kForever) return "forever";
    return std::to_string(duration.count() / 1000) + "s";
}

std::string properties_of(Bytes properties) {
    std::ostringstream out;
    mqtt::for_each_property(properties, [&](const mqtt::Property& property) {
        out << " +" << static_cast<unsigned>(property.id) << "=";
        if (!property.name.empty()) out << property.name << ":";
        if (property.bytes.empty()) {
            out << property.number;
        } else {
            out << property.text();
        }
    });
    return out.str();
}

std::string reason_of(ReasonCode reason) {
    return reason == ReasonCode::Success ? "" : " (" + std::string{name_of(reason)} + ")";
}

std::string codes_of(Bytes codes) {
    std::ostringstream out;
    for (const std::uint8_t code : codes) out << " " << static_cast<unsigned>(code);
    return out.str();
}

struct RequestText {
    std::ostringstream out;
    SteadyTime now;

    void message(const port::Message& message) {
        out << message.topic() << "=" << as_text(message.payload()) << " qos"
            << static_cast<int>(message.qos()) << (message.is_retained() ? " retain" : "");
        if (message.expires_at() != port::kNever) {
            out << " expires " << seconds_of(message.expires_at() - now);
        }
        out << properties_of(message.properties());
    }
    void client(port::ClientRef client) {
        if (client != kTestClient) out << " OF ANOTHER";
    }

    void operator()(const port::Attach& attach) {
        const port::Attach::Details& details = *attach.details;
        out << "attach '" << details.client_id << "'" << (details.clean_start ? " clean" : "")
            << " expiry " << seconds_of(details.session_expiry) << " slots " << details.credit.slots
            << " bytes " << details.credit.bytes << " " << details.protocol;
        if (!details.user.empty()) out << " user " << details.user;
        if (!details.will) return;
        out << " will ";
        message(*details.will->message);
        if (details.will->delay.count() > 0) out << " after " << seconds_of(details.will->delay);
        if (details.will->message_expiry != port::kForever) {
            out << " for " << seconds_of(details.will->message_expiry);
        }
    }
    void operator()(const port::Detach& detach) {
        out << "detach" << reason_of(detach.reason)
            << (detach.will == port::WillFate::Publish ? " will" : "");
        if (detach.session_expiry != port::kAsAttached) {
            out << " expiry " << seconds_of(detach.session_expiry);
        }
        client(detach.client);
    }
    void operator()(const port::Publish& publish) {
        out << "publish " << publish.id.value << " ";
        if (!publish.message) {
            out << "refused" << reason_of(publish.refusal);
            return client(publish.client);
        }
        message(*publish.message);
        client(publish.client);
        if (publish.message->publisher() != kTestClient.session) out << " BY ANOTHER";
    }
    void operator()(const port::Release& release) {
        out << "release " << release.id.value;
        client(release.client);
    }
    void operator()(const port::Acknowledge& acknowledge) {
        static constexpr const char* kKinds[] = {"received", "recorded", "completed", "discarded"};
        out << kKinds[static_cast<int>(acknowledge.kind)] << " " << acknowledge.id.value
            << reason_of(acknowledge.reason);
        client(acknowledge.client);
    }
    void operator()(const port::Subscribe& subscribe) {
        out << "subscribe " << subscribe.id.value;
        if (subscribe.details->subscription_id != 0) {
            out << " as " << subscribe.details->subscription_id;
        }
        for (const port::Subscribe::Filter& filter : subscribe.details->filters) {
            out << " " << filter.filter.substr(0, 20) << ":" << static_cast<int>(filter.options.qos)
                << (filter.options.no_local ? "n" : "")
                << (filter.options.retain_as_published ? "p" : "");
            if (filter.options.retain_handling != port::RetainHandling::Send) {
                out << "h" << static_cast<int>(filter.options.retain_handling);
            }
            out << reason_of(filter.refusal);
        }
        client(subscribe.client);
    }
    void operator()(const port::Unsubscribe& unsubscribe) {
        out << "unsubscribe " << unsubscribe.id.value;
        for (const std::string& filter : *unsubscribe.filters) out << " " << filter;
        client(unsubscribe.client);
    }
    void operator()(const port::Credit& credit) {
        out << "credit " << credit.credit.slots << " " << credit.credit.bytes;
        client(credit.client);
    }
    void operator()(const port::Inspect&) { out << "inspect"; }
    void operator()(const port::Administer&) { out << "administer"; }
    void operator()(const port::Remember&) { out << "remember"; }
};

std::string connack_text(const mqtt::Frame& frame, ProtocolVersion version) {
    const mqtt::Connack packet = mqtt::decode_connack(frame, version).value();
    std::ostringstream out;
    out << "CONNACK" << reason_of(packet.reason) << (packet.session_present ? " present" : "");
    if (packet.session_expiry) out << " expiry " << *packet.session_expiry;
    if (packet.receive_maximum != 65'535) out << " receive " << packet.receive_maximum;
    if (packet.maximum_packet_size) out << " size " << *packet.maximum_packet_size;
    if (!packet.assigned_client_id.empty()) out << " id " << packet.assigned_client_id;
    if (packet.topic_alias_maximum != 0) out << " aliases " << packet.topic_alias_maximum;
    if (packet.server_keep_alive) out << " keep " << *packet.server_keep_alive;
    if (!packet.reason_string.empty()) out << " '" << packet.reason_string << "'";
    return out.str();
}

std::string publish_text(const mqtt::Frame& frame, ProtocolVersion version) {
    const mqtt::Publish packet = mqtt::decode_publish(frame, version, mqtt::Sender::Server).value();
    std::ostringstream out;
    out << "PUBLISH";
    if (packet.packet_id != 0) out << " " << packet.packet_id;
    out << " " << packet.topic << "="
        << as_text(packet.payload.first(std::min<std::size_t>(packet.payload.size(), 40))) << " qos"
        << static_cast<int>(packet.qos) << (packet.retain ? " retain" : "")
        << (packet.dup ? " dup" : "") << properties_of(packet.properties);
    return out.str();
}

std::string packet_text(const mqtt::Frame& frame, ProtocolVersion version) {
    using enum mqtt::PacketType;
    switch (frame.type()) {
        case Connack:
            return connack_text(frame, version);
        case Publish:
            return publish_text(frame, version);
        case Puback:
        case Pubrec:
        case Pubrel:
        case Pubcomp: {
            static constexpr const char* kNames[] = {"PUBACK", "PUBREC", "PUBREL", "PUBCOMP"};
            const mqtt::Ack packet = mqtt::decode_ack(frame, version).value();
            return kNames[static_cast<int>(packet.type) - 4] + std::string{" "} +
                   std::to_string(packet.packet_id) + reason_of(packet.reason) +
                   (packet.reason_string.empty() ? ""
                                                 : " '" + std::string{packet.reason_string} + "'");
        }
        case Suback: {
            const mqtt::Suback packet = mqtt::decode_suback(frame, version).value();
            return "SUBACK " + std::to_string(packet.packet_id) + codes_of(packet.reason_codes);
        }
        case Unsuback: {
            const mqtt::Unsuback packet = mqtt::decode_unsuback(frame, version).value();
            return "UNSUBACK " + std::to_string(packet.packet_id) + codes_of(packet.reason_codes);
        }
        case Pingresp:
            return "PINGRESP";
        case Disconnect: {
            const mqtt::Disconnect packet =
                mqtt::decode_disconnect(frame, version, mqtt::Sender::Server).value();
            return "DISCONNECT" + reason_of(packet.reason) +
                   (packet.reason_string.empty() ? ""
                                                 : " '" + std::string{packet.reason_string} + "'");
        }
        default:
            return "?";
    }
}

}  // namespace

mqtt::Connect connect_packet(ProtocolVersion version) {
    return {.version = version, .client_id = "c"};
}

ByteBuffer wire(const mqtt::Connect& packet) {
    ByteBuffer out;
    KLEBER_ASSERT(mqtt::encode(out, packet).has_value());
    return out;
}

ByteBuffer publish(ProtocolVersion version, std::string_view topic, std::string_view payload,
                   Qos qos, std::uint16_t id) {
    return wire(
        version,
        mqtt::Publish{.topic = topic, .payload = as_bytes(payload), .packet_id = id, .qos = qos});
}

ByteBuffer subscribe(ProtocolVersion version, std::uint16_t id,
                     std::initializer_list<mqtt::Subscription> subscriptions) {
    ByteBuffer list;
    for (const mqtt::Subscription& subscription : subscriptions) {
        KLEBER_ASSERT(mqtt::append_subscription(list, subscription));
    }
    return wire(version, mqtt::Subscribe{.packet_id = id,
                                         .subscriptions = mqtt::SubscriptionList{list.bytes()}});
}

ByteBuffer unsubscribe(ProtocolVersion version, std::uint16_t id,
                       std::initializer_list<std::string_view> filters) {
    ByteBuffer list;
    for (const std::string_view filter : filters) KLEBER_ASSERT(mqtt::append_filter(list, filter));
    return wire(version,
                mqtt::Unsubscribe{.packet_id = id, .filters = mqtt::FilterList{list.bytes()}});
}

ByteBuffer ack(ProtocolVersion version, mqtt::PacketType type, std::uint16_t id,
               ReasonCode reason) {
    ByteBuffer out;
    mqtt::encode_ack(out, version, type, id, reason);
    return out;
}

ByteBuffer from_hex(std::string_view digits) {
    ByteBuffer out;
    std::istringstream in{std::string{digits}};
    unsigned byte = 0;
    while (in >> std::hex >> byte) out.u8(static_cast<std::uint8_t>(byte));
    return out;
}

ByteBuffer section(std::initializer_list<TestProperty> properties, std::size_t user_properties) {
    ByteBuffer out;
    for (const TestProperty& property : properties) {
        if (const auto* text = std::get_if<std::string_view>(&property.value)) {
            KLEBER_ASSERT(mqtt::append_property(out, property.id, *text));
        } else if (const auto* byte = std::get_if<std::uint8_t>(&property.value)) {
            mqtt::append_property(out, property.id, *byte);
        } else {
            mqtt::append_property(out, property.id, std::get<std::uint32_t>(property.value));
        }
    }
    for (std::size_t i = 0; i < user_properties; ++i) {
        KLEBER_ASSERT(mqtt::append_user_property(out, "k", "v"));
    }
    return out;
}

ServerConversation::ServerConversation(MqttPolicy policy, bool is_local)
    : policy_(std::move(policy)) {
    relink(is_local);
}

void ServerConversation::relink(bool is_local) {
    relink({.address = "10.0.0.9:50112", .is_local = is_local});
}

void ServerConversation::relink(Peer peer) {
    requests_.clear();
    out_.release_memory();
    tail_.clear();
    server_ = std::make_unique<MqttServer>(policy_, port::Token{1, 2}, std::move(peer), traffic_,
                                           now_.steady);
}

void ServerConversation::attach(ProtocolVersion version) {
    attach(connect_packet(version));
}

void ServerConversation::attach(const mqtt::Connect& packet) {
    send(wire(packet));
    reply_attached();
    requests_.clear();
    bytes();
}

void ServerConversation::send(Bytes bytes) {
    tail_.append(bytes);
    receive_tail();
}

void ServerConversation::receive_tail() {
    if (!server().is_reading()) return;
    MqttServer::Turn turn = this->turn();
    const std::size_t consumed = server().receive(tail_.bytes(), turn);
    KLEBER_ASSERT(consumed <= tail_.size());
    tail_.consume(consumed);
}

void ServerConversation::reply_attached(bool session_present, std::string_view assigned_id) {
    port::Attached attached;
    attached.client = kTestClient;
    attached.session_present = session_present;
    if (!assigned_id.empty()) {
        attached.details = std::make_unique<port::Attached::Details>();
        attached.details->assigned_id = assigned_id;
    }
    reply(std::move(attached));
    receive_tail();
}

void ServerConversation::verdict(port::Verdict verdict) {
    MqttServer::Turn turn = this->turn();
    server().take(std::move(verdict), turn);
}

void ServerConversation::on_deadline() {
    MqttServer::Turn turn = this->turn();
    server().on_deadline(turn);
}

void ServerConversation::link_lost(ReasonCode why) {
    MqttServer::Turn turn = this->turn();
    server().link_lost(why, turn);
}

void ServerConversation::stop(ReasonCode reason) {
    MqttServer::Turn turn = this->turn();
    server().stop(reason, turn);
}

void ServerConversation::drained() {
    MqttServer::Turn turn = this->turn();
    server().drained(turn);
}

std::string ServerConversation::requests() {
    std::string text;
    for (const port::Request& request : requests_) {
        RequestText one{.out = {}, .now = now_.steady};
        std::visit(one, request);
        if (!text.empty()) text += "; ";
        text += one.out.str();
    }
    requests_.clear();
    return text;
}

std::vector<std::uint8_t> ServerConversation::bytes() {
    std::vector<std::uint8_t> bytes;
    while (!out_.empty()) {
        Piece piece;
        KLEBER_ASSERT(out_.gather({&piece, 1}) == 1);
        bytes.insert(bytes.end(), piece.data, piece.data + piece.size);
        out_.consume(piece.size);
    }
    return bytes;
}

std::string ServerConversation::packets() {
    const std::vector<std::uint8_t> sent = bytes();
    const ProtocolVersion version = server().protocol() == "MQTT 5.0"   ? ProtocolVersion::V5
                                    : server().protocol() == "MQTT 3.1" ? ProtocolVersion::V31
                                                                        : ProtocolVersion::V311;
    std::string text;
    Bytes rest{sent};
    while (!rest.empty()) {
        const mqtt::FramingResult framed = mqtt::next_frame(rest, mqtt::kPacketMax);
        KLEBER_ASSERT(framed.outcome == mqtt::Framing::Complete);
        if (!text.empty()) text += "; ";
        text += packet_text(framed.frame, version);
        rest = rest.subspan(framed.size_bytes);
    }
    return text;
}

std::string ServerConversation::end() const {
    if (!server().has_ended()) return "not ended";
    static constexpr const char* kBy[] = {"client", "server", "link"};
    const MqttServer::End& end = server().end();
    std::string text = kBy[static_cast<int>(end.by)] + std::string{": "};
    text += name_of(end.reason);
    if (!end.detail.empty() && end.detail != name_of(end.reason)) text += ": " + end.detail;
    return text;
}

}  // namespace kleber::connection
