#include "tests/bench/doors/load_client.hpp"

#include <sys/epoll.h>

#include <stdexcept>
#include <utility>

#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::bench {
namespace {

namespace mqtt = codec::mqtt;

constexpr auto kVersion = mqtt::ProtocolVersion::V311;

template <typename Packet>
const Packet& must(const Result<Packet, ReasonCode>& decoded) {
    if (!decoded) throw std::runtime_error{"the broker sent what cannot be decoded"};
    return *decoded;
}

void must_succeed(const Status<ReasonCode>& encoded) {
    if (!encoded) throw std::runtime_error{"a packet cannot be encoded"};
}

}  // namespace

LoadClient::LoadClient(LoadPoll& poll, const Place& place, std::string name, TlsTicket& ticket)
    : poll_(poll), name_(std::move(name)), link_(place, ticket), watched_(EPOLLIN | EPOLLOUT) {
    poll_.watch(*this, watched_, EPOLL_CTL_ADD);
}

LoadClient::~LoadClient() {
    poll_.remove(*this);
}

void LoadClient::subscribe(std::string_view topic, Qos qos, OnPayload on_payload) {
    on_payload_ = std::move(on_payload);
    ByteBuffer list;
    if (!mqtt::append_subscription(list, {.filter = topic, .qos = qos})) {
        throw std::invalid_argument{"a topic is too long"};
    }
    must_succeed(mqtt::encode(
        packet_, kVersion,
        mqtt::Subscribe{.packet_id = 1, .subscriptions = mqtt::SubscriptionList{list.bytes()}}));
    write_packet();
}

void LoadClient::publish(std::string_view topic, Bytes payload, Qos qos) {
    mqtt::PublishHeader header{.topic = topic, .payload_size = payload.size(), .qos = qos};
    if (qos != Qos::AtMostOnce) {
        header.packet_id = next_packet_id_++;
        if (next_packet_id_ == 0) next_packet_id_ = 1;
    }
    mqtt::encode_publish_header(packet_, kVersion, header);
    packet_.append(payload);
    write_packet();
}

void LoadClient::write_packet() {
    link_.write(packet_.bytes());
    packet_.clear();
    poll_.touch(*this);
}

void LoadClient::on_ready() {
    if (!is_open_) {
        is_open_ = link_.open();
        if (is_open_) {
            must_succeed(
                mqtt::encode(packet_, mqtt::Connect{.version = kVersion, .client_id = name_}));
            write_packet();
        }
        return poll_.touch(*this);
    }
    do {
        take(link_.receive(poll_.room()));
    } while (link_.may_have_more());
    // What was left when the socket was full.
    poll_.touch(*this);
}

void LoadClient::flush() {
    link_.flush();
    const std::uint32_t wanted = link_.is_blocked() ? EPOLLIN | EPOLLOUT : EPOLLIN;
    if (wanted == watched_) return;
    watched_ = wanted;
    poll_.watch(*this, watched_, EPOLL_CTL_MOD);
}

void LoadClient::take(Bytes bytes) {
    if (!partial_.empty()) {
        partial_.append(bytes);
        bytes = partial_.bytes();
    }
    while (true) {
        const mqtt::FramingResult framing = mqtt::next_frame(bytes, mqtt::kPacketMax);
        if (framing.outcome == mqtt::Framing::Refused) throw std::runtime_error{"no packet"};
        if (framing.outcome == mqtt::Framing::Incomplete) break;
        handle(framing.frame);
        bytes = bytes.subspan(framing.size_bytes);
    }
    if (partial_.empty()) {
        partial_.append(bytes);
    } else {
        partial_.consume(partial_.size() - bytes.size());
    }
}

void LoadClient::handle(const mqtt::Frame& frame) {
    switch (frame.type()) {
        case mqtt::PacketType::Connack:
            if (must(mqtt::decode_connack(frame, kVersion)).reason != ReasonCode::Success) {
                throw std::runtime_error{"the broker refuses " + name_};
            }
            is_in_ = true;
            return;
        case mqtt::PacketType::Suback:
            if (must(mqtt::decode_suback(frame, kVersion)).reason_codes.front() > 2) {
                throw std::runtime_error{"the broker refuses a subscription"};
            }
            is_subscribed_ = true;
            return;
        case mqtt::PacketType::Puback:
            ++acknowledged_count_;
            return;
        case mqtt::PacketType::Publish: {
            const auto decoded = mqtt::decode_publish(frame, kVersion, mqtt::Sender::Server);
            const mqtt::Publish& publish = must(decoded);
            on_payload_(publish.payload);
            if (publish.qos == Qos::AtMostOnce) return;
            mqtt::encode_ack(packet_, kVersion, mqtt::PacketType::Puback, publish.packet_id);
            return write_packet();
        }
        default:
            throw std::runtime_error{"the broker sent what nobody asked for"};
    }
}

}  // namespace kleber::bench
