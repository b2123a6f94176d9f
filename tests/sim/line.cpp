#include "tests/sim/line.hpp"

#include <algorithm>
#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/properties.hpp"

namespace kleber::sim {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

void require(bool condition, const Line& line, std::string_view what) {
    if (condition) return;
    throw Difference{"on the wire of connection " + std::to_string(line.number) + ": " +
                     std::string{what}};
}

template <typename Packet>
const Packet& valid(const Result<Packet, ReasonCode>& decoded, const Line& line) {
    require(bool{decoded}, line, "a packet that cannot be decoded");
    return *decoded;
}

void check_publish(Line& line, const mqtt::Publish& packet, const Written& written,
                   Coverage& coverage) {
    std::string topic{packet.topic};
    if (packet.topic_alias) {
        coverage.add(Seen::AliasesToClients);
        std::string& known = line.aliases[*packet.topic_alias];
        if (!topic.empty()) known = topic;
        topic = known;
    }
    const port::Deliver& deliver = *written.deliver;
    const port::Message& message = *deliver.message;
    require(topic == message.topic(), line, "another topic: " + topic);
    require(std::ranges::equal(packet.payload, message.payload()), line, "another payload");
    require(packet.qos == deliver.qos && packet.packet_id == deliver.id.value &&
                packet.dup == deliver.is_repeated && packet.retain == deliver.retain,
            line, "other flags or another id");
    if (line.version != Line::Version::V5) return;
    require(packet.message_expiry == written.expiry_seconds, line, "another expiry");
    std::vector<std::uint32_t> ids;
    mqtt::for_each_subscription_id(packet.properties, [&](std::uint32_t id) { ids.push_back(id); });
    require(std::ranges::equal(ids, deliver.subscription_ids.view()), line,
            "other subscription identifiers");
    std::vector<std::uint8_t> forwarded(mqtt::forwarded_size(packet.properties));
    mqtt::copy_forwarded(packet.properties, forwarded.data());
    require(std::ranges::equal(forwarded, message.properties()), line, "other properties");
}

void check_codes(const Line& line, Bytes codes, const Written& written) {
    if (line.version == Line::Version::V31) return;  // knows no failure
    require(codes.size() == written.codes.size(), line, "another number of codes");
    for (std::size_t index = 0; index < codes.size(); ++index) {
        const auto code = static_cast<ReasonCode>(codes[index]);
        const bool is_same = line.version == Line::Version::V5
                                 ? code == written.codes[index]
                                 : is_error(code) == is_error(written.codes[index]);
        require(is_same, line, "another code");
    }
}

std::string describe(PacketType type, std::uint16_t id, ReasonCode reason) {
    static constexpr std::string_view kNames[] = {
        "",        "CONNECT",  "CONNACK",   "PUBLISH", "PUBACK",      "PUBREC",
        "PUBREL",  "PUBCOMP",  "SUBSCRIBE", "SUBACK",  "UNSUBSCRIBE", "UNSUBACK",
        "PINGREQ", "PINGRESP", "DISCONNECT"};
    std::string text{kNames[static_cast<std::size_t>(type)]};
    if (id != 0) text += ' ' + std::to_string(id);
    if (reason != ReasonCode::Success) text += ", " + std::string{name_of(reason)};
    return text;
}

std::string describe(std::uint32_t number, std::string_view topic, Qos qos) {
    return ", letter " + std::to_string(number) + " at " + std::string{topic} + ", QoS " +
           std::to_string(static_cast<int>(qos));
}

}  // namespace

std::string describe(const Said& said) {
    std::string text = describe(said.type, said.id, said.reason);
    if (said.type == PacketType::Publish) {
        text += describe(said.letter.number, said.letter.topic, said.letter.qos);
        if (said.letter.retain) text += ", retain";
    }
    if (said.type == PacketType::Connect && said.attach.clean_start) text += ", clean start";
    for (const Model::Subscription& each : said.subscriptions) {
        text += ", " + std::string{each.filter.text} + " QoS " +
                std::to_string(static_cast<int>(each.options.qos));
    }
    for (const FilterText& filter : said.filters) text += ", " + std::string{filter.text};
    return text;
}

std::string describe(const Written& written) {
    std::string text = describe(written.type, written.id, written.reason);
    if (written.session_present) text += ", session present";
    if (!written.deliver) return text;
    const port::Deliver& deliver = *written.deliver;
    ByteReader in{deliver.message->payload()};
    text += describe(in.u32(), deliver.message->topic(), deliver.qos);
    if (deliver.is_repeated) text += ", dup";
    if (deliver.retain) text += ", retain";
    return text;
}

std::optional<Written> read_packet(Line& line, const mqtt::Frame& frame, Coverage& coverage) {
    using enum mqtt::PacketType;
    require(frame.body.size() + 2 <= line.packet_bytes_max, line, "larger than the client takes");
    if (frame.type() == Pingresp) {
        line.skip_pings();
        require(bool{mqtt::decode_ping(frame)} && line.pings > 0, line, "PINGRESP");
        --line.pings;
        return std::nullopt;
    }
    require(!line.written.empty(), line, "a packet that nobody wrote");
    Written written = std::move(line.written.front());
    line.written.pop_front();
    require(frame.type() == written.type, line,
            "type " + std::to_string(static_cast<int>(frame.type())) + " instead of " +
                std::to_string(static_cast<int>(written.type)));
    const bool has_reasons = line.version == Line::Version::V5;
    switch (frame.type()) {
        case Connack: {
            const auto decoded = mqtt::decode_connack(frame, line.version);
            const mqtt::Connack& packet = valid(decoded, line);
            // MQTT 3.1 cannot say it.
            require(packet.session_present == written.session_present ||
                        line.version == Line::Version::V31,
                    line, "session present");
            require(is_error(packet.reason) == is_error(written.reason), line, "CONNACK's reason");
            break;
        }
        case Publish: {
            const auto decoded = mqtt::decode_publish(frame, line.version, mqtt::Sender::Server);
            check_publish(line, valid(decoded, line), written, coverage);
            break;
        }
        case Suback: {
            const auto decoded = mqtt::decode_suback(frame, line.version);
            const mqtt::Suback& packet = valid(decoded, line);
            require(packet.packet_id == written.id, line, "SUBACK's id");
            check_codes(line, packet.reason_codes, written);
            break;
        }
        case Unsuback: {
            const auto decoded = mqtt::decode_unsuback(frame, line.version);
            const mqtt::Unsuback& packet = valid(decoded, line);
            require(packet.packet_id == written.id, line, "UNSUBACK's id");
            if (has_reasons) check_codes(line, packet.reason_codes, written);
            break;
        }
        case Disconnect: {
            const auto decoded = mqtt::decode_disconnect(frame, line.version, mqtt::Sender::Server);
            require(valid(decoded, line).reason == written.reason, line, "DISCONNECT's reason");
            break;
        }
        default: {
            const auto decoded = mqtt::decode_ack(frame, line.version);
            const mqtt::Ack& packet = valid(decoded, line);
            require(packet.packet_id == written.id, line, "an acknowledgement's id");
            require(!has_reasons || packet.reason == written.reason, line,
                    "an acknowledgement's reason");
        }
    }
    return written;
}

}  // namespace kleber::sim
