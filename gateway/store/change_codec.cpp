#include "gateway/store/change_codec.hpp"

#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "gateway/base/numbers.hpp"
#include "gateway/store/record_codec.hpp"

namespace kleber::store {
namespace {

using port::Change;

constexpr std::uint64_t kPacketIdMax = std::numeric_limits<std::uint16_t>::max();

port::PacketId packet_id_of(const Key& key) {
    return port::PacketId{static_cast<std::uint16_t>(key.serial)};
}

bool is_valid(const Key& key) {
    switch (key.table) {
        case Table::Subscription:
            return is_filter(key.text);
        case Table::Inbound:
            return key.serial >= 1 && key.serial <= kPacketIdMax;
        case Table::Retained:
            return is_topic(key.text);
        default:
            return true;
    }
}

Change erased(const Key& key) {
    const port::SessionId session{key.id};
    switch (key.table) {
        case Table::Session:
            return port::SessionErased{session};
        case Table::Subscription:
            return port::SubscriptionErased{session, std::make_unique<std::string>(key.text)};
        case Table::Message:
            return port::MessageErased{port::MessageNumber{key.id}};
        case Table::Delivery:
            return port::DeliveryErased{session, key.serial};
        case Table::Inbound:
            return port::InboundErased{session, packet_id_of(key)};
        case Table::Retained:
            return port::RetainedErased{std::make_unique<std::string>(key.text)};
        case Table::Memory:
            return port::MemoryErased{session, std::make_unique<std::string>(key.text)};
    }
    return {};
}

// Tells the key of a change, and writes the record where it puts one.
struct EntryOf {
    ByteBuffer& record;
    const Now& now;

    Entry put(const Key& key) const {
        return {.key = key, .is_put = true, .record = record.bytes()};
    }
    static Entry erase(const Key& key) { return {.key = key, .is_put = false, .record = {}}; }

    Entry operator()(const std::monostate&) const { return {}; }
    Entry operator()(const port::SessionPut& change) const {
        put_record(record, *change.record, now);
        return put({.table = Table::Session, .id = change.session.value});
    }
    Entry operator()(const port::SessionErased& change) const {
        return erase({.table = Table::Session, .id = change.session.value});
    }
    Entry operator()(const port::SubscriptionPut& change) const {
        put_record(record, *change.record);
        return put({.table = Table::Subscription,
                    .id = change.session.value,
                    .text = change.record->filter});
    }
    Entry operator()(const port::SubscriptionErased& change) const {
        return erase(
            {.table = Table::Subscription, .id = change.session.value, .text = *change.filter});
    }
    Entry operator()(const port::MessagePut& change) const {
        put_text(record, change.message->topic());
        put_message(record, *change.message, now);
        return put({.table = Table::Message, .id = change.number.value});
    }
    Entry operator()(const port::MessageErased& change) const {
        return erase({.table = Table::Message, .id = change.number.value});
    }
    Entry operator()(const port::DeliveryPut& change) const {
        put_record(record, change);
        return put({.table = Table::Delivery, .id = change.session.value, .serial = change.serial});
    }
    Entry operator()(const port::DeliveryErased& change) const {
        return erase(
            {.table = Table::Delivery, .id = change.session.value, .serial = change.serial});
    }
    Entry operator()(const port::InboundPut& change) const {
        return put(
            {.table = Table::Inbound, .id = change.session.value, .serial = change.id.value});
    }
    Entry operator()(const port::InboundErased& change) const {
        return erase(
            {.table = Table::Inbound, .id = change.session.value, .serial = change.id.value});
    }
    Entry operator()(const port::RetainedPut& change) const {
        put_message(record, *change.message, now);
        return put({.table = Table::Retained, .text = change.message->topic()});
    }
    Entry operator()(const port::RetainedErased& change) const {
        return erase({.table = Table::Retained, .text = *change.topic});
    }
    Entry operator()(const port::MemoryPut& change) const {
        record.append(as_bytes(change.record->bytes));
        return put(
            {.table = Table::Memory, .id = change.session.value, .text = change.record->key});
    }
    Entry operator()(const port::MemoryErased& change) const {
        return erase({.table = Table::Memory, .id = change.session.value, .text = *change.key});
    }
};

}  // namespace

void ChangeEncoder::put(ByteBuffer& out, const Change& change) {
    if (std::holds_alternative<std::monostate>(change)) return;
    record_.clear();
    put_entry(out, std::visit(EntryOf{record_, now_}, change));
}

std::optional<Change> ChangeDecoder::change(const Entry& entry) const {
    if (!is_valid(entry.key)) return std::nullopt;
    if (!entry.is_put) return erased(entry.key);
    return put(entry.key, entry.record);
}

std::optional<Change> ChangeDecoder::put(const Key& key, Bytes record) const {
    const port::SessionId session{key.id};
    ByteReader in{record};
    Change change;
    switch (key.table) {
        case Table::Session:
            change = port::SessionPut{session, take_session(in, now_, sharing_)};
            break;
        case Table::Subscription:
            change = port::SubscriptionPut{session, take_subscription(in, key.text)};
            break;
        case Table::Message: {
            const std::string_view topic = take_text(in);
            change = port::MessagePut{port::MessageNumber{key.id},
                                      take_message(in, topic, now_, sharing_)};
            break;
        }
        case Table::Delivery:
            change = take_delivery(in, session, key.serial);
            break;
        case Table::Inbound:
            change = port::InboundPut{session, packet_id_of(key)};
            break;
        case Table::Retained:
            change = port::RetainedPut{take_message(in, key.text, now_, sharing_)};
            break;
        case Table::Memory:
            change = port::MemoryPut{session, std::make_unique<port::Memory>(port::Memory{
                                                  std::string{key.text},
                                                  std::string{as_text(in.take(in.remaining()))}})};
            break;
    }
    if (!in.finished()) return std::nullopt;
    return change;
}

bool ChangeDecoder::can_read_row(Bytes row) const {
    const std::optional<Bytes> entries = entries_of(row);
    if (!entries) return false;
    ByteReader in{*entries};
    while (in.remaining() > 0) {
        const std::optional<Entry> entry = take_entry(in);
        if (!entry || !change(*entry)) return false;
    }
    return true;
}

}  // namespace kleber::store
