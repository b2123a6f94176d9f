// What a client says.

#include "tests/sim/client.hpp"

#include <algorithm>
#include <utility>

#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/properties.hpp"

namespace kleber::sim {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

constexpr std::uint32_t kNeverExpires = 0xFFFF'FFFF;

void require(bool encoded) {
    if (!encoded) throw Difference{"a packet of a client that cannot be encoded"};
}

Duration duration_of(std::uint32_t seconds) {
    return seconds == kNeverExpires ? port::kForever : std::chrono::seconds{seconds};
}

std::vector<std::uint8_t> payload_of(const Letter& letter) {
    if (letter.number == 0) return {};
    std::vector<std::uint8_t> payload(4 + letter.padding_bytes, 'x');
    for (int index = 0; index < 4; ++index) {
        payload[static_cast<std::size_t>(index)] =
            static_cast<std::uint8_t>(letter.number >> (24 - 8 * index));
    }
    return payload;
}

}  // namespace

Client::Client(int number, Random& random, const connection::MqttPolicy& policy, Coverage& coverage)
    : number_(number), random_(random), policy_(policy), coverage_(coverage) {
    static constexpr Version kVersions[] = {Version::V31, Version::V311, Version::V5, Version::V5,
                                            Version::V5};
    version_ = random_.one_of(kVersions);
    topic_alias_maximum_ = random_.chance(50) ? 2 : 0;
    if (version_ == Version::V5 && random_.chance(15)) maximum_packet_size_ = 70;
    packet_bytes_max_ = maximum_packet_size_.value_or(mqtt::kPacketMax);
    keep_alive_seconds_ = random_.chance(20) ? 10 : 0;
    is_prompt_ = random_.chance(50);
}

void Client::put(ByteBuffer& bytes, Said said) {
    line_->up.insert(line_->up.end(), bytes.data(), bytes.data() + bytes.size());
    line_->said.push_back(std::move(said));
}

void Client::connect(Line& line) {
    lose_line();
    line_ = &line;
    is_connected_ = false;
    static constexpr std::uint32_t kExpiries[] = {0, 2, 20, kNeverExpires};
    static constexpr std::uint32_t kDelays[] = {0, 0, 1, 5};
    static constexpr std::uint16_t kReceiveMaxima[] = {1, 2, 3, 65'535};
    receive_maximum_ = random_.one_of(kReceiveMaxima);
    const std::string client_id = id();
    mqtt::Connect packet{.version = version_,
                         .clean_start = random_.chance(20),
                         .keep_alive = keep_alive_seconds_,
                         .client_id = client_id};
    const bool is_v5 = version_ == Version::V5;
    Said said{.type = PacketType::Connect};
    said.attach.clean_start = packet.clean_start;
    said.attach.credit = policy_.send_window;
    said.attach.takes_large = !maximum_packet_size_;
    if (is_v5) {
        packet.session_expiry = random_.one_of(kExpiries);
        packet.receive_maximum = receive_maximum_;
        packet.topic_alias_maximum = topic_alias_maximum_;
        packet.maximum_packet_size = maximum_packet_size_;
        said.attach.expiry =
            std::min(duration_of(packet.session_expiry), policy_.session_expiry_max);
        said.attach.credit.slots = std::min(said.attach.credit.slots, receive_maximum_);
    } else if (!packet.clean_start) {
        said.attach.expiry = policy_.session_expiry_max;
    }
    has_expiry_ = packet.session_expiry != 0;

    std::vector<std::uint8_t> payload;
    if (random_.chance(40)) {
        Model::Will will{.letter = make_letter(1'000'000 + random_.below(1'000'000))};
        mqtt::Will in_packet{.topic = will.letter.topic,
                             .qos = will.letter.qos,
                             .retain = will.letter.retain,
                             .message_expiry = will.letter.expiry_seconds};
        payload = payload_of(will.letter);
        in_packet.payload = payload;
        if (is_v5) {
            in_packet.delay = random_.one_of(kDelays);
            will.delay = std::chrono::seconds{in_packet.delay};
        }
        packet.will = in_packet;
        said.attach.will = will;
    }
    ByteBuffer bytes;
    require(bool{mqtt::encode(bytes, packet)});
    put(bytes, std::move(said));
}

Letter Client::make_letter(std::uint32_t letter_number) {
    Letter letter{.number = letter_number,
                  .topic = random_.one_of(kTopics),
                  .qos = static_cast<Qos>(random_.below(3)),
                  .retain = random_.chance(25)};
    static constexpr std::uint32_t kPadding[] = {0, 10, 60, 60, 300, 3000};
    letter.padding_bytes = random_.one_of(kPadding);
    if (letter.padding_bytes == 3000 && random_.chance(80)) letter.padding_bytes = 5;
    if (letter.retain && random_.chance(20)) letter.number = 0;
    if (version_ == Version::V5) {
        if (random_.chance(20)) letter.expiry_seconds = random_.below(5);
        letter.has_user_property = random_.chance(10);
    }
    return letter;
}

std::uint16_t Client::free_id() {
    const auto is_used = [&](std::uint16_t id) {
        return std::any_of(open_.begin(), open_.end(),
                           [&](const Open& open) { return open.said.id == id; });
    };
    std::uint16_t id;
    do {
        id = static_cast<std::uint16_t>(1 + random_.below(20));
    } while (is_used(id));
    return id;
}

void Client::publish(std::uint32_t letter_number) {
    Said said{.type = PacketType::Publish, .letter = make_letter(letter_number)};
    // Fewer than the server allows.
    if (open_.size() >= 8) said.letter.qos = Qos::AtMostOnce;
    if (said.letter.qos != Qos::AtMostOnce) {
        said.id = free_id();
        open_.push_back({.said = said});
    }
    write_publish(said, false);
}

void Client::write_publish(const Said& said, bool is_repeated) {
    const Letter& letter = said.letter;
    const std::vector<std::uint8_t> payload = payload_of(letter);
    ByteBuffer properties;
    if (letter.has_user_property) require(mqtt::append_user_property(properties, "from", id()));
    mqtt::Publish packet{.topic = letter.topic,
                         .payload = payload,
                         .properties = properties.bytes(),
                         .packet_id = said.id,
                         .qos = letter.qos,
                         .retain = letter.retain,
                         .dup = is_repeated,
                         .message_expiry = letter.expiry_seconds};
    if (version_ == Version::V5 && random_.chance(30)) {
        coverage_.add(Seen::AliasesFromClients);
        const auto known = std::find(aliases_.begin(), aliases_.end(), letter.topic);
        if (known != aliases_.end()) {
            packet.topic = {};
        } else if (aliases_.size() < policy_.topic_alias_maximum) {
            aliases_.push_back(letter.topic);
        } else {
            aliases_.back() = letter.topic;
        }
        const auto at = std::find(aliases_.begin(), aliases_.end(), letter.topic);
        packet.topic_alias = static_cast<std::uint16_t>(at - aliases_.begin() + 1);
    }
    ByteBuffer bytes;
    require(bool{mqtt::encode(bytes, version_, packet)});
    put(bytes, said);
}

void Client::subscribe() {
    Said said{.type = PacketType::Subscribe, .id = ++last_request_id_};
    mqtt::Subscribe packet{.packet_id = said.id};
    const bool is_v5 = version_ == Version::V5;
    if (is_v5 && random_.chance(40)) packet.subscription_id = 1 + random_.below(200);
    ByteBuffer list;
    for (std::uint32_t count = 1 + random_.below(2); count > 0; --count) {
        Model::Subscription wanted{.filter = random_.one_of(kFilters), .options = {}};
        wanted.id = packet.subscription_id.value_or(0);
        wanted.options.qos = static_cast<Qos>(random_.below(3));
        if (is_v5) {
            wanted.options.no_local = wanted.filter.group.empty() && random_.chance(30);
            wanted.options.retain_as_published = random_.chance(30);
            wanted.options.retain_handling = static_cast<port::RetainHandling>(random_.below(3));
        }
        require(mqtt::append_subscription(
            list, {.filter = wanted.filter.text,
                   .qos = wanted.options.qos,
                   .no_local = wanted.options.no_local,
                   .retain_as_published = wanted.options.retain_as_published,
                   .retain_handling =
                       static_cast<mqtt::RetainHandling>(wanted.options.retain_handling)}));
        said.subscriptions.push_back(wanted);
    }
    packet.subscriptions = mqtt::SubscriptionList{list.bytes()};
    ByteBuffer bytes;
    require(bool{mqtt::encode(bytes, version_, packet)});
    put(bytes, std::move(said));
}

void Client::unsubscribe() {
    Said said{.type = PacketType::Unsubscribe, .id = ++last_request_id_};
    ByteBuffer list;
    for (std::uint32_t count = 1 + random_.below(3); count > 0; --count) {
        said.filters.push_back(random_.one_of(kFilters));
        require(mqtt::append_filter(list, said.filters.back().text));
    }
    const mqtt::Unsubscribe packet{.packet_id = said.id, .filters = mqtt::FilterList{list.bytes()}};
    ByteBuffer bytes;
    require(bool{mqtt::encode(bytes, version_, packet)});
    put(bytes, std::move(said));
}

void Client::ping() {
    ByteBuffer bytes;
    mqtt::encode_pingreq(bytes);
    put(bytes, {.type = PacketType::Pingreq});
}

void Client::disconnect() {
    Said said{.type = PacketType::Disconnect};
    mqtt::Disconnect packet;
    if (version_ == Version::V5) {
        if (random_.chance(40)) packet.reason = ReasonCode::DisconnectWithWill;
        if (has_expiry_ && random_.chance(40)) {
            packet.session_expiry = random_.below(4);
            said.session_expiry =
                std::min(duration_of(*packet.session_expiry), policy_.session_expiry_max);
        }
    }
    said.reason = packet.reason;
    ByteBuffer bytes;
    require(bool{mqtt::encode(bytes, version_, packet)});
    put(bytes, std::move(said));
    lose_line();
}

void Client::owe(PacketType type, std::uint16_t id) {
    owed_.push_back({.type = type, .id = id});
    if (is_prompt_) answer_all();
}

void Client::answer_some() {
    for (std::uint32_t count = random_.below(4); count > 0 && !owed_.empty(); --count) {
        const auto at = owed_.begin() + random_.below(owed_.size());
        const Said answer = std::move(*at);
        owed_.erase(at);
        write_answer(answer);
    }
}

void Client::answer_all() {
    for (const Said& answer : std::exchange(owed_, {})) write_answer(answer);
}

void Client::write_answer(const Said& answer) {
    Said said = answer;
    const bool may_refuse = version_ == Version::V5 && (answer.type == PacketType::Puback ||
                                                        answer.type == PacketType::Pubrec);
    if (may_refuse && random_.chance(4)) {
        said.reason = ReasonCode::ImplementationSpecificError;
        coverage_.add(Seen::RefusedDeliveries);
        // If the server does not hear of it, the letter comes again.
        const auto refused = recorded_.find(answer.id);
        if (answer.type == PacketType::Pubrec && refused != recorded_.end()) {
            seen_.erase(refused->second);
            recorded_.erase(refused);
        }
    }
    const bool is_last = said.type == PacketType::Puback || said.type == PacketType::Pubcomp ||
                         is_error(said.reason);
    if (is_last && unacknowledged_.erase(said.id) == 0) acknowledged_early_.insert(said.id);
    ByteBuffer bytes;
    mqtt::encode_ack(bytes, version_, said.type, said.id, said.reason);
    put(bytes, std::move(said));
}

}  // namespace kleber::sim
