#include "tests/support/memory_journal.hpp"

#include <limits>
#include <memory>
#include <variant>

namespace kleber::support {
namespace {

port::MessageRef copy_of(const port::MessageRef& message) {
    return port::Message::make({.topic = message->topic(),
                                .properties = message->properties(),
                                .payload = message->payload(),
                                .qos = message->qos(),
                                .retain = message->is_retained(),
                                .expires_at = message->expires_at(),
                                .publisher = message->publisher()},
                               port::Sharing::OneThread);
}

constexpr const char* kNames[] = {
    "nothing",       "DeliveryPut",     "DeliveryErased",     "MessagePut",     "MessageErased",
    "InboundPut",    "InboundErased",   "RetainedPut",        "RetainedErased", "SessionPut",
    "SessionErased", "SubscriptionPut", "SubscriptionErased", "MemoryPut",      "MemoryErased"};

}  // namespace

void MemoryJournal::apply(const port::ChangeBatch& batch) {
    for (const port::Change& change : batch.changes) {
        ++counts_[kNames[change.index()]];
        ++change_count_;
        put(change);
    }
}

std::uint64_t MemoryJournal::count(const std::string& kind) const {
    const auto found = counts_.find(kind);
    return found == counts_.end() ? 0 : found->second;
}

void MemoryJournal::put(const port::Change& change) {
    if (const auto* session = std::get_if<port::SessionPut>(&change)) {
        port::SessionPut::Record record = *session->record;
        if (record.will) record.will->message = copy_of(record.will->message);
        sessions_[session->session.value] = std::move(record);
    } else if (const auto* ended = std::get_if<port::SessionErased>(&change)) {
        erase_session(ended->session.value);
    } else if (const auto* subscription = std::get_if<port::SubscriptionPut>(&change)) {
        subscriptions_[{subscription->session.value, subscription->record->filter}] =
            *subscription->record;
    } else if (const auto* unsubscribed = std::get_if<port::SubscriptionErased>(&change)) {
        subscriptions_.erase({unsubscribed->session.value, *unsubscribed->filter});
    } else if (const auto* message = std::get_if<port::MessagePut>(&change)) {
        messages_[message->number.value] = copy_of(message->message);
    } else if (const auto* gone = std::get_if<port::MessageErased>(&change)) {
        messages_.erase(gone->number.value);
    } else if (const auto* delivery = std::get_if<port::DeliveryPut>(&change)) {
        deliveries_[{delivery->session.value, delivery->serial}] = {
            .message = delivery->message,
            .subscription_ids = delivery->subscription_ids,
            .share = delivery->share ? *delivery->share : std::string{},
            .id = delivery->id,
            .qos = delivery->qos,
            .retain = delivery->retain,
            .state = delivery->state};
    } else if (const auto* finished = std::get_if<port::DeliveryErased>(&change)) {
        deliveries_.erase({finished->session.value, finished->serial});
    } else if (const auto* opened = std::get_if<port::InboundPut>(&change)) {
        inbound_[{opened->session.value, opened->id.value}] = true;
    } else if (const auto* released = std::get_if<port::InboundErased>(&change)) {
        inbound_.erase({released->session.value, released->id.value});
    } else if (const auto* retained = std::get_if<port::RetainedPut>(&change)) {
        retained_[std::string{retained->message->topic()}] = copy_of(retained->message);
    } else if (const auto* cleared = std::get_if<port::RetainedErased>(&change)) {
        retained_.erase(*cleared->topic);
    } else if (const auto* remembered = std::get_if<port::MemoryPut>(&change)) {
        memories_[{remembered->session.value, remembered->record->key}] = remembered->record->bytes;
    } else if (const auto* forgotten = std::get_if<port::MemoryErased>(&change)) {
        memories_.erase({forgotten->session.value, *forgotten->key});
    }
}

void MemoryJournal::erase_session(std::uint32_t session) {
    sessions_.erase(session);
    const auto erase_of = [session](auto& map) {
        std::erase_if(map, [session](const auto& row) { return row.first.first == session; });
    };
    erase_of(subscriptions_);
    erase_of(deliveries_);
    erase_of(inbound_);
    erase_of(memories_);
}

void MemoryJournal::restore(broker::Broker& broker) const {
    for (const auto& [id, record] : sessions_) {
        auto copy = std::make_unique<port::SessionPut::Record>(record);
        if (copy->will) copy->will->message = copy_of(copy->will->message);
        broker.restore(port::SessionPut{port::SessionId{id}, std::move(copy)});
    }
    for (const auto& [key, record] : subscriptions_) {
        broker.restore(port::SubscriptionPut{
            port::SessionId{key.first}, std::make_unique<port::SubscriptionPut::Record>(record)});
    }
    for (const auto& [number, message] : messages_) {
        broker.restore(port::MessagePut{port::MessageNumber{number}, copy_of(message)});
    }
    for (const auto& [key, kept] : deliveries_) {
        port::DeliveryPut put;
        put.session = port::SessionId{key.first};
        put.serial = key.second;
        put.message = kept.message;
        put.subscription_ids = kept.subscription_ids;
        if (!kept.share.empty()) put.share = std::make_unique<std::string>(kept.share);
        put.id = kept.id;
        put.qos = kept.qos;
        put.retain = kept.retain;
        put.state = kept.state;
        broker.restore(std::move(put));
    }
    for (const auto& [key, unused] : inbound_) {
        broker.restore(port::InboundPut{port::SessionId{key.first}, port::PacketId{key.second}});
    }
    for (const auto& [topic, message] : retained_) {
        broker.restore(port::RetainedPut{copy_of(message)});
    }
    for (const auto& [key, bytes] : memories_) {
        broker.restore(
            port::MemoryPut{port::SessionId{key.first},
                            std::make_unique<port::Memory>(port::Memory{key.second, bytes})});
    }
}

}  // namespace kleber::support
