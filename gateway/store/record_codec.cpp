#include "gateway/store/record_codec.hpp"

#include <limits>
#include <span>
#include <vector>

#include "gateway/base/numbers.hpp"
#include "gateway/base/utf8.hpp"
#include "gateway/store/instants.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::store {
namespace {

constexpr std::uint64_t kWordMax = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kPacketIdMax = std::numeric_limits<std::uint16_t>::max();

// Flags share a byte with a number of two bits, which is the QoS in all of them.
constexpr std::uint8_t kQosMask = 0x03;

constexpr std::uint8_t kRetain = 0x04;        // message, delivery
constexpr unsigned kStateShift = 3;           // delivery: two bits
constexpr std::uint8_t kHasShare = 0x20;      // delivery
constexpr std::uint8_t kNoLocal = 0x04;       // subscription
constexpr std::uint8_t kAsPublished = 0x08;   // subscription
constexpr unsigned kRetainHandlingShift = 4;  // subscription: two bits
constexpr std::uint8_t kIsOnline = 0x01;      // session
constexpr std::uint8_t kHasWill = 0x02;       // session
constexpr std::uint8_t kHasName = 0x04;       // session: of a certificate
constexpr std::uint8_t kIsIdentified = 0x08;  // session: not in version 2, which knew no users

std::uint8_t flag(bool is_set, std::uint8_t bit) {
    return is_set ? bit : std::uint8_t{0};
}

// Fails the reader where a flag is set that means nothing.
std::uint8_t take_flags(ByteReader& in, std::uint8_t known) {
    const std::uint8_t flags = in.u8();
    if ((flags & ~known) != 0) in.fail();
    return flags;
}

Qos take_qos(ByteReader& in, std::uint8_t flags) {
    if ((flags & kQosMask) > 2) in.fail();
    return static_cast<Qos>(flags & kQosMask);
}

std::string_view take_valid_text(ByteReader& in) {
    const std::string_view text = take_text(in);
    if (!is_mqtt_utf8(text)) in.fail();
    return text;
}

}  // namespace

bool is_topic(std::string_view text) {
    return !text.empty() && is_mqtt_utf8(text) && topic::is_valid_name(text);
}

bool is_filter(std::string_view text) {
    if (text.empty()) return false;
    const topic::SharedFilter shared = topic::parse_shared(text);
    return is_mqtt_utf8(text) && shared.sharing != topic::Sharing::Malformed &&
           topic::is_valid_filter(shared.filter);
}

void put_message(ByteBuffer& out, const port::Message& message, const Now& now) {
    out.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(message.qos()) |
                                     flag(message.is_retained(), kRetain)));
    // One byte for nobody, which is the largest number.
    put_number(out, std::uint32_t{message.publisher().value + 1});
    put_instant(out, message.expires_at(), now);
    put_bytes(out, message.properties());
    put_bytes(out, message.payload());
}

port::MessageRef take_message(ByteReader& in, std::string_view topic, const Now& now,
                              port::Sharing sharing) {
    const std::uint8_t flags = take_flags(in, kQosMask | kRetain);
    port::MessageFields fields;
    fields.topic = topic;
    fields.qos = take_qos(in, flags);
    fields.retain = (flags & kRetain) != 0;
    fields.publisher = port::SessionId{static_cast<std::uint32_t>(take_number(in, kWordMax)) - 1};
    fields.expires_at = take_instant(in, now);
    fields.properties = take_bytes(in);
    fields.payload = take_bytes(in);
    if (in.has_failed() || !is_topic(topic)) {
        in.fail();
        return {};
    }
    return port::Message::make(fields, sharing);
}

void put_record(ByteBuffer& out, const port::SessionPut::Record& record, const Now& now) {
    out.u8(static_cast<std::uint8_t>(
        flag(record.is_online, kIsOnline) | flag(record.will.has_value(), kHasWill) |
        flag(!record.common_name.empty(), kHasName) | flag(record.is_identified, kIsIdentified)));
    put_text(out, record.client_id);
    put_text(out, record.user);
    if (!record.common_name.empty()) put_text(out, record.common_name);
    put_duration(out, record.expiry);
    put_instant(out, record.ends_at, now);
    if (!record.will) return;
    put_instant(out, record.will_due, now);
    put_duration(out, record.will->delay);
    put_duration(out, record.will->message_expiry);
    put_text(out, record.will->message->topic());
    put_message(out, *record.will->message, now);
}

std::unique_ptr<port::SessionPut::Record> take_session(ByteReader& in, const Now& now,
                                                       port::Sharing sharing) {
    auto record = std::make_unique<port::SessionPut::Record>();
    const std::uint8_t flags = take_flags(in, kIsOnline | kHasWill | kHasName | kIsIdentified);
    record->is_online = (flags & kIsOnline) != 0;
    record->is_identified = (flags & kIsIdentified) != 0;
    record->client_id = take_valid_text(in);
    record->user = take_valid_text(in);
    if ((flags & kHasName) != 0) record->common_name = take_valid_text(in);
    record->expiry = take_duration(in);
    record->ends_at = take_instant(in, now);
    if ((flags & kHasWill) == 0) return record;
    port::Will& will = record->will.emplace();
    record->will_due = take_instant(in, now);
    will.delay = take_duration(in);
    will.message_expiry = take_duration(in);
    const std::string_view topic = take_text(in);
    will.message = take_message(in, topic, now, sharing);
    return record;
}

void put_record(ByteBuffer& out, const port::SubscriptionPut::Record& record) {
    const port::SubscriptionOptions& options = record.options;
    out.u8(static_cast<std::uint8_t>(
        static_cast<std::uint8_t>(options.qos) | flag(options.no_local, kNoLocal) |
        flag(options.retain_as_published, kAsPublished) |
        static_cast<std::uint8_t>(options.retain_handling) << kRetainHandlingShift));
    put_number(out, record.subscription_id);
}

std::unique_ptr<port::SubscriptionPut::Record> take_subscription(ByteReader& in,
                                                                 std::string_view filter) {
    auto record = std::make_unique<port::SubscriptionPut::Record>();
    const std::uint8_t flags = take_flags(in, 0x3F);
    record->filter = filter;
    record->options.qos = take_qos(in, flags);
    record->options.no_local = (flags & kNoLocal) != 0;
    record->options.retain_as_published = (flags & kAsPublished) != 0;
    const int handling = flags >> kRetainHandlingShift;
    if (handling > static_cast<int>(port::RetainHandling::DoNotSend)) in.fail();
    record->options.retain_handling = static_cast<port::RetainHandling>(handling);
    record->subscription_id = static_cast<std::uint32_t>(take_number(in, kWordMax));
    return record;
}

void put_record(ByteBuffer& out, const port::DeliveryPut& delivery) {
    out.u8(static_cast<std::uint8_t>(static_cast<std::uint8_t>(delivery.qos) |
                                     flag(delivery.retain, kRetain) |
                                     static_cast<std::uint8_t>(delivery.state) << kStateShift |
                                     flag(delivery.share != nullptr, kHasShare)));
    put_number(out, delivery.message.value);
    put_number(out, delivery.id.value);
    const std::span<const std::uint32_t> ids = delivery.subscription_ids.view();
    put_number(out, ids.size());
    for (const std::uint32_t id : ids) put_number(out, id);
    if (delivery.share) put_text(out, *delivery.share);
}

port::DeliveryPut take_delivery(ByteReader& in, port::SessionId session, std::uint64_t serial) {
    port::DeliveryPut delivery;
    delivery.session = session;
    delivery.serial = serial;
    const std::uint8_t flags = take_flags(in, 0x3F);
    delivery.qos = take_qos(in, flags);
    delivery.retain = (flags & kRetain) != 0;
    const int state = flags >> kStateShift & 0x03;
    if (state > static_cast<int>(port::KeptState::Released)) in.fail();
    delivery.state = static_cast<port::KeptState>(state);
    delivery.message = port::MessageNumber{static_cast<std::uint32_t>(take_number(in, kWordMax))};
    delivery.id = port::PacketId{static_cast<std::uint16_t>(take_number(in, kPacketIdMax))};
    // Each takes a byte at least, so a false count cannot ask for more memory than it has bytes.
    const auto id_count = static_cast<std::size_t>(take_number(in, in.remaining()));
    std::vector<std::uint32_t> ids(id_count);
    for (std::uint32_t& id : ids) id = static_cast<std::uint32_t>(take_number(in, kWordMax));
    delivery.subscription_ids = port::SubscriptionIds{ids};
    if ((flags & kHasShare) != 0) {
        const std::string_view share = take_text(in);
        if (!is_filter(share)) in.fail();
        delivery.share = std::make_unique<std::string>(share);
    }
    return delivery;
}

}  // namespace kleber::store
