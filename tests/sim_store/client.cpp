// What a client says.

#include "tests/sim_store/client.hpp"

#include <algorithm>
#include <iostream>

#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::sim_store {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;
using Version = mqtt::ProtocolVersion;

namespace {

constexpr std::uint32_t kNever = 0xFFFF'FFFF;
constexpr Duration kLongest = std::chrono::hours{30 * 24};  // the server's maximum
constexpr std::size_t kOpenMax = 8;
// A session that is about to expire counts as expired.
constexpr Duration kEarly = std::chrono::seconds{3};

Duration duration_of(std::uint32_t seconds) {
    return std::min<Duration>(kLongest, std::chrono::seconds{seconds});
}

std::string payload_of(std::uint32_t number, const Letter& letter) {
    if (letter.is_clearing) return {};
    std::string payload = std::to_string(number) + ' ';
    // Now and then more than a page of the database.
    return payload + std::string(number % 16 == 0 ? 6000 : number % 50, 'x');
}

}  // namespace

Client::Client(int number, sim::Random& random, Model& model, Coverage& coverage, bool is_verbose)
    : number_(number),
      random_(random),
      model_(model),
      coverage_(coverage),
      is_verbose_(is_verbose) {
    static constexpr std::uint32_t kExpiries[] = {20, 3600, kNever};
    static constexpr std::uint16_t kReceiveMaxima[] = {1, 3, 65'535, 65'535};
    version_ = random_.chance(25) ? Version::V311 : Version::V5;
    expiry_seconds_ = random_.one_of(kExpiries);
    if (version_ == Version::V311) expiry_seconds_ = kNever;
    if (random_.chance(20)) expiry_seconds_ = 0;
    receive_maximum_ = version_ == Version::V5 ? random_.one_of(kReceiveMaxima) : 65'535;
    is_prompt_ = random_.chance(60);
}

void Client::log(const std::string& text) const {
    if (!is_verbose_) return;
    std::cout << model_.now().time_since_epoch().count() << " ms: client-" << number_ << ' ' << text
              << '\n';
}

template <typename Packet>
void Client::say(const Packet& packet) {
    ByteBuffer bytes;
    bool is_encoded = false;
    if constexpr (std::is_same_v<Packet, mqtt::Connect>) {
        is_encoded = bool{mqtt::encode(bytes, packet)};
    } else {
        is_encoded = bool{mqtt::encode(bytes, version_, packet)};
    }
    if (!is_encoded) throw Difference{"a packet of a client that cannot be encoded"};
    link_->send(bytes.bytes());
}

void Client::connect(support::World& world, bool stays) {
    lose_link();
    link_ = world.dial();
    const bool is_lasting = expiry_seconds_ > 0;
    const bool is_v5 = version_ == Version::V5;
    const bool begins_anew = needs_clean_start_ || (!stays && is_v5 && random_.chance(8));
    const bool is_clean = is_lasting ? begins_anew : !is_v5 || random_.chance(50);
    if (is_clean || !is_lasting || model_.now() >= ends_at_) end_session();
    const std::string id = "client-" + std::to_string(number_);
    mqtt::Connect packet{.version = version_, .clean_start = is_clean, .client_id = id};
    if (is_v5) {
        packet.session_expiry = expiry_seconds_;
        packet.receive_maximum = receive_maximum_;
    }
    std::uint32_t will_number = 0;
    Duration will_delay{0};
    std::string payload;
    if (random_.chance(30)) {
        Letter letter = make_letter();
        letter.retain = letter.is_clearing = false;
        letter.expiry_seconds = 0;
        letter.is_will = true;
        will_number = model_.write(letter);
        payload = payload_of(will_number, letter);
        mqtt::Will will{.topic = letter.topic, .payload = as_bytes(payload), .qos = letter.qos};
        if (is_v5 && random_.chance(50)) will.delay = 1 + random_.below(10);
        will_delay = std::chrono::seconds{will.delay};
        packet.will = will;
    }
    model_.connecting(number_, is_clean, duration_of(expiry_seconds_), will_number, will_delay);
    log("connects" + std::string{is_clean ? " clean" : ""} + ", expiry " +
        std::to_string(expiry_seconds_) +
        (will_number ? ", will " + std::to_string(will_number) : std::string{}));
    say(packet);
}

Letter Client::make_letter() {
    Letter letter{.publisher = number_,
                  .topic = random_.one_of(kTopics),
                  .qos = static_cast<Qos>(random_.below(5) == 0 ? 0 : 1 + random_.below(2)),
                  .retain = random_.chance(20)};
    if (letter.retain) letter.is_clearing = random_.chance(15);
    if (version_ == Version::V5 && random_.chance(5)) letter.expiry_seconds = 1 + random_.below(20);
    return letter;
}

void Client::publish() {
    Letter letter = make_letter();
    if (open_.size() >= kOpenMax) letter.qos = Qos::AtMostOnce;
    Open open{.letter = model_.write(letter)};
    if (letter.qos != Qos::AtMostOnce) {
        // Few ids, so that they are soon used again.
        do {
            open.id = static_cast<mqtt::PacketId>(1 + random_.below(2 * kOpenMax));
        } while (find_open(open.id) != open_.end());
        open_.push_back(open);
    }
    say_publish(open, false);
}

void Client::say_publish(const Open& open, bool is_repeated) {
    const Letter& letter = model_.letter(open.letter);
    const std::string payload = payload_of(open.letter, letter);
    mqtt::Publish packet{.topic = letter.topic,
                         .payload = as_bytes(payload),
                         .packet_id = open.id,
                         .qos = letter.qos,
                         .retain = letter.retain,
                         .dup = is_repeated};
    if (letter.expiry_seconds > 0) packet.message_expiry = letter.expiry_seconds;
    log("publishes " + std::to_string(open.letter) + " on " + std::string{letter.topic} + " QoS " +
        std::to_string(static_cast<int>(letter.qos)) + " id " + std::to_string(open.id) +
        (letter.retain ? " retained" : "") + (is_repeated ? " again" : ""));
    say(packet);
    model_.sent(open.letter);
}

void Client::subscribe() {
    if (request_) return;
    const std::string_view filter = random_.one_of(kFilters);
    if (is_shared(filter) && expiry_seconds_ == 0) return;  // its part would go with it
    mqtt::Subscription wanted{.filter = filter, .qos = static_cast<Qos>(random_.below(3))};
    if (is_shared(filter)) wanted.qos = random_.chance(50) ? Qos::AtLeastOnce : Qos::ExactlyOnce;
    ByteBuffer list;
    if (!mqtt::append_subscription(list, wanted)) throw Difference{"a filter too long"};
    request_ = {++last_request_id_, filter};
    log("subscribes to " + std::string{filter} + " QoS " +
        std::to_string(static_cast<int>(wanted.qos)));
    model_.subscribing(number_, filter);
    say(mqtt::Subscribe{.packet_id = request_->id,
                        .subscriptions = mqtt::SubscriptionList{list.bytes()}});
}

void Client::unsubscribe() {
    if (request_) return;
    const std::string_view filter = random_.one_of(kFilters);
    ByteBuffer list;
    if (!mqtt::append_filter(list, filter)) throw Difference{"a filter too long"};
    request_ = {++last_request_id_, filter};
    log("unsubscribes from " + std::string{filter});
    model_.unsubscribing(number_, filter);
    say(mqtt::Unsubscribe{.packet_id = request_->id, .filters = mqtt::FilterList{list.bytes()}});
}

void Client::disconnect() {
    mqtt::Disconnect packet;
    const bool ends = version_ == Version::V5 && expiry_seconds_ > 0 && random_.chance(25);
    if (ends) packet.session_expiry = 0;
    log(ends ? "disconnects and ends its session" : "disconnects");
    say(packet);
    if (ends) {
        model_.ended(number_);
        end_session();
    } else {
        model_.left(number_, true);
    }
    lose_link();
}

void Client::end_session() {
    is_session_over_ = true;
    open_.clear();
    recorded_.clear();
}

void Client::owe(PacketType type, mqtt::PacketId id) {
    owed_.push_back({.type = type, .packet_id = id});
    if (is_prompt_) answer_all();
}

void Client::answer_some() {
    if (owed_.empty()) return;
    say_ack(owed_.front().type, owed_.front().packet_id);
    owed_.pop_front();
}

void Client::answer_all() {
    while (!owed_.empty()) answer_some();
}

void Client::say_ack(PacketType type, mqtt::PacketId id) {
    log("answers " + std::string{support::name_of(type)} + ' ' + std::to_string(id));
    ByteBuffer bytes;
    mqtt::encode_ack(bytes, version_, type, id);
    link_->send(bytes.bytes());
}

void Client::lose_link() {
    if (!link_) return;
    log("is gone");
    model_.left(number_, false);
    if (is_connected_) ends_at_ = model_.now() + duration_of(expiry_seconds_) - kEarly;
    if (request_) coverage_.add(Seen::ChangesInDoubt);
    request_.reset();
    owed_.clear();
    is_connected_ = false;
    link_.reset();
}

std::vector<Client::Open>::iterator Client::find_open(mqtt::PacketId id) {
    return std::find_if(open_.begin(), open_.end(),
                        [&](const Open& open) { return open.id == id; });
}

}  // namespace kleber::sim_store
