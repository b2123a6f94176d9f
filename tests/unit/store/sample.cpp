#include "tests/unit/store/sample.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

namespace kleber::store {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kWallAtStart = 1'790'000'000;
constexpr std::uint8_t kProperties[] = {0x01, 0x01, 0x03, 0x00, 0x01, 'x'};

port::SessionId session_id(std::uint32_t session) {
    return port::SessionId{session};
}

std::string number_text(std::uint64_t number) {
    std::string digits = std::to_string(number);
    return std::string(20 - digits.size(), '0') + digits;
}

std::string text_of(SteadyTime time) {
    return time == port::kNever ? "never" : std::to_string(time.time_since_epoch().count());
}

std::string text_of(Duration duration) {
    return duration == port::kForever ? "forever" : std::to_string(duration.count());
}

std::string text_of(const port::Message& message) {
    return std::string{message.topic()} + " [" + std::string{as_text(message.properties())} +
           "] [" + std::string{as_text(message.payload())} + "] qos " +
           std::to_string(static_cast<int>(message.qos())) +
           (message.is_retained() ? " retained" : "") + " from " +
           std::to_string(message.publisher().value) + " until " + text_of(message.expires_at());
}

struct KeyText {
    std::string operator()(const std::monostate&) const { return {}; }
    std::string operator()(const port::SessionPut& c) const { return session(c.session); }
    std::string operator()(const port::SessionErased& c) const { return session(c.session); }
    std::string operator()(const port::SubscriptionPut& c) const {
        return owned("subscription", c.session) + c.record->filter;
    }
    std::string operator()(const port::SubscriptionErased& c) const {
        return owned("subscription", c.session) + *c.filter;
    }
    std::string operator()(const port::MessagePut& c) const { return numbered(c.number); }
    std::string operator()(const port::MessageErased& c) const { return numbered(c.number); }
    std::string operator()(const port::DeliveryPut& c) const {
        return owned("delivery", c.session) + number_text(c.serial);
    }
    std::string operator()(const port::DeliveryErased& c) const {
        return owned("delivery", c.session) + number_text(c.serial);
    }
    std::string operator()(const port::InboundPut& c) const {
        return owned("inbound", c.session) + number_text(c.id.value);
    }
    std::string operator()(const port::InboundErased& c) const {
        return owned("inbound", c.session) + number_text(c.id.value);
    }
    std::string operator()(const port::RetainedPut& c) const {
        return "retained " + std::string{c.message->topic()};
    }
    std::string operator()(const port::RetainedErased& c) const { return "retained " + *c.topic; }
    std::string operator()(const port::MemoryPut& c) const {
        return owned("memory", c.session) + c.record->key;
    }
    std::string operator()(const port::MemoryErased& c) const {
        return owned("memory", c.session) + *c.key;
    }

    static std::string session(port::SessionId id) { return "session " + number_text(id.value); }
    static std::string numbered(port::MessageNumber number) {
        return "message " + number_text(number.value);
    }
    static std::string owned(const char* what, port::SessionId id) {
        return std::string{what} + " " + number_text(id.value) + " ";
    }
};

struct RecordText {
    template <typename Erased>
    std::string operator()(const Erased&) const {
        return "erased";
    }
    std::string operator()(const port::SessionPut& c) const {
        const port::SessionPut::Record& r = *c.record;
        std::string text = r.client_id + " of " + r.user + " (" + r.common_name + ") expiry " +
                           text_of(r.expiry) + (r.is_identified ? "" : " of nobody known") +
                           (r.is_online ? " online" : "") + " ends " + text_of(r.ends_at);
        if (r.will) {
            text += " will due " + text_of(r.will_due) + " delay " + text_of(r.will->delay) +
                    " expiry " + text_of(r.will->message_expiry) + " " + text_of(*r.will->message);
        }
        return text;
    }
    std::string operator()(const port::SubscriptionPut& c) const {
        const port::SubscriptionOptions& o = c.record->options;
        return "qos " + std::to_string(static_cast<int>(o.qos)) + (o.no_local ? " no local" : "") +
               (o.retain_as_published ? " as published" : "") + " handling " +
               std::to_string(static_cast<int>(o.retain_handling)) + " id " +
               std::to_string(c.record->subscription_id);
    }
    std::string operator()(const port::MessagePut& c) const { return text_of(*c.message); }
    std::string operator()(const port::RetainedPut& c) const { return text_of(*c.message); }
    std::string operator()(const port::InboundPut&) const { return "open"; }
    std::string operator()(const port::MemoryPut& c) const { return "[" + c.record->bytes + "]"; }
    std::string operator()(const port::DeliveryPut& c) const {
        std::string text = "of " + std::to_string(c.message.value) + " id " +
                           std::to_string(c.id.value) + " qos " +
                           std::to_string(static_cast<int>(c.qos)) + (c.retain ? " retain" : "") +
                           " state " + std::to_string(static_cast<int>(c.state)) + " ids";
        for (const std::uint32_t id : c.subscription_ids.view()) text += " " + std::to_string(id);
        return text + (c.share ? " by " + *c.share : "");
    }
};

}  // namespace

SteadyTime steady(std::int64_t milliseconds) {
    return SteadyTime{Duration{milliseconds}};
}

Now at(std::int64_t milliseconds, std::int64_t wall_seconds, bool is_trusted) {
    return {steady(milliseconds), WallTime{std::chrono::seconds{wall_seconds}}, is_trusted};
}

Now at(std::int64_t milliseconds) {
    Now now = at(milliseconds, kWallAtStart, true);
    now.wall += Duration{milliseconds};
    return now;
}

port::MessageRef message(const Text& text) {
    return port::Message::make({.topic = text.topic,
                                .properties = kProperties,
                                .payload = as_bytes(text.payload),
                                .qos = Qos::AtLeastOnce,
                                .retain = true,
                                .expires_at = text.expires_at,
                                .publisher = session_id(3)},
                               port::Sharing::OneThread);
}

port::Change session_put(std::uint32_t session, const std::string& client) {
    auto record = std::make_unique<port::SessionPut::Record>();
    record->client_id = client;
    record->user = "anna";
    record->expiry = 1h;
    record->ends_at = steady(3'600'000);
    return port::SessionPut{session_id(session), std::move(record)};
}

port::Change session_with_will(std::uint32_t session, const std::string& client) {
    auto record = std::make_unique<port::SessionPut::Record>();
    record->client_id = client;
    record->expiry = port::kForever;
    record->is_online = true;
    record->will_due = steady(70'000);
    record->will = port::Will{message({.topic = "home/status", .payload = "gone"}), 5s, 60s};
    return port::SessionPut{session_id(session), std::move(record)};
}

port::Change session_with_certificate(std::uint32_t session) {
    port::Change change = session_put(session, "door");
    std::get<port::SessionPut>(change).record->common_name = "door.local";
    return change;
}

port::Change session_erased(std::uint32_t session) {
    return port::SessionErased{session_id(session)};
}

port::Change subscription_put(std::uint32_t session, const std::string& filter) {
    auto record = std::make_unique<port::SubscriptionPut::Record>();
    record->filter = filter;
    record->options = {.qos = Qos::ExactlyOnce,
                       .no_local = true,
                       .retain_as_published = true,
                       .retain_handling = port::RetainHandling::DoNotSend};
    record->subscription_id = 77;
    return port::SubscriptionPut{session_id(session), std::move(record)};
}

port::Change subscription_erased(std::uint32_t session, const std::string& filter) {
    return port::SubscriptionErased{session_id(session), std::make_unique<std::string>(filter)};
}

port::Change message_put(std::uint32_t number, const Text& text) {
    return port::MessagePut{port::MessageNumber{number}, message(text)};
}

port::Change message_erased(std::uint32_t number) {
    return port::MessageErased{port::MessageNumber{number}};
}

port::Change delivery_put(std::uint32_t session, std::uint64_t serial, std::uint32_t number,
                          port::KeptState state) {
    port::DeliveryPut delivery;
    delivery.session = session_id(session);
    delivery.message = port::MessageNumber{number};
    delivery.serial = serial;
    delivery.qos = Qos::ExactlyOnce;
    delivery.retain = true;
    delivery.state = state;
    if (state == port::KeptState::Waiting) return delivery;
    delivery.id = port::PacketId{static_cast<std::uint16_t>(serial + 1)};
    const std::uint32_t ids[] = {1, 268'435'455};
    delivery.subscription_ids = port::SubscriptionIds{ids};
    delivery.share = std::make_unique<std::string>("$share/workers/home/#");
    return delivery;
}

port::Change delivery_erased(std::uint32_t session, std::uint64_t serial) {
    return port::DeliveryErased{session_id(session), serial};
}

port::Change inbound_put(std::uint32_t session, std::uint16_t id) {
    return port::InboundPut{session_id(session), port::PacketId{id}};
}

port::Change inbound_erased(std::uint32_t session, std::uint16_t id) {
    return port::InboundErased{session_id(session), port::PacketId{id}};
}

port::Change retained_put(const Text& text) {
    return port::RetainedPut{message(text)};
}

port::Change retained_erased(const std::string& topic) {
    return port::RetainedErased{std::make_unique<std::string>(topic)};
}

port::Change memory_put(std::uint32_t session, const std::string& key, const std::string& bytes) {
    return port::MemoryPut{session_id(session),
                           std::make_unique<port::Memory>(port::Memory{key, bytes})};
}

port::Change memory_erased(std::uint32_t session, const std::string& key) {
    return port::MemoryErased{session_id(session), std::make_unique<std::string>(key)};
}

std::string key_of(const port::Change& change) {
    return std::visit(KeyText{}, change);
}

std::string describe(const port::Change& change) {
    return key_of(change) + ": " + std::visit(RecordText{}, change);
}

void Model::apply(const port::ChangeBatch& batch) {
    for (const port::Change& change : batch.changes) {
        const std::string key = key_of(change);
        const std::string line = describe(change);
        if (key.empty()) continue;
        if (line != key + ": erased") {
            records_[key] = line;
            continue;
        }
        records_.erase(key);
        if (!std::holds_alternative<port::SessionErased>(change)) continue;
        const std::string number = key.substr(key.find(' ')) + " ";
        std::erase_if(records_, [&number](const auto& record) {
            return record.first.find(number) != std::string::npos &&
                   record.first.compare(0, 9, "retained ") != 0;
        });
    }
}

std::vector<std::string> Model::all() const {
    std::vector<std::string> lines;
    for (const auto& [key, line] : records_) lines.push_back(line);
    std::sort(lines.begin(), lines.end());
    return lines;
}

std::vector<std::string> loaded(Store& store) {
    std::vector<std::string> lines;
    auto status =
        store.load([&lines](port::Change&& change) { lines.push_back(describe(change)); });
    EXPECT_TRUE(status.has_value()) << (status ? "" : status.error().reason);
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace kleber::store
