#include "gateway/broker/retained.hpp"

#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::broker {

Retained::Retained(const Limits& limits, port::BrokerStatistics& statistics, Ledger& ledger,
                   std::uint64_t seed)
    : limits_(limits), statistics_(statistics), ledger_(ledger), tree_(seed) {}

bool Retained::set(const port::MessageRef& message) {
    const std::optional<topic::NodeId> known = tree_.find(message->topic());
    const bool is_kept = known && tree_.value(*known) != topic::kNoValue;
    // [MQTT-3.3.1-11] of 3.1.1, [MQTT-3.3.1-7] of 5.0
    if (message->payload().empty()) {
        // [MQTT-3.3.1-10] of 3.1.1, [MQTT-3.3.1-6] of 5.0
        if (is_kept) {
            erase(*known);
        } else {
            ledger_.confirm_nothing_retained(message->topic());
        }
        return true;
    }
    const std::uint64_t old_bytes =
        is_kept ? entries_[tree_.value(*known)].message->weight_bytes() : 0;
    const std::uint64_t bytes = statistics_.retained_bytes - old_bytes + message->weight_bytes();
    if (bytes > limits_.retained_bytes_max) return false;
    if (!is_kept && statistics_.retained_messages >= limits_.retained_messages_max) return false;

    const std::uint32_t number = is_kept ? tree_.value(*known) : insert(message);
    statistics_.retained_bytes = bytes;
    entries_[number].message = message;
    entries_[number].serial = ++last_serial_;
    // What is below $ the gateway says itself, and says again after a start.
    if (!message->topic().starts_with('$')) {
        ledger_.put_retained(entries_[number].place, message);
    }
    if (message->expires_at() == port::kNever) {
        deadlines_.cancel(number);
    } else {
        deadlines_.set(number, message->expires_at());
    }
    return true;
}

void Retained::restore(const port::MessageRef& message) {
    const std::uint32_t number = insert(message);
    statistics_.retained_bytes += message->weight_bytes();
    entries_[number] = {message, ++last_serial_, Ledger::kRestored};
    if (message->expires_at() != port::kNever) deadlines_.set(number, message->expires_at());
}

std::uint32_t Retained::insert(const port::MessageRef& message) {
    std::uint32_t number;
    if (free_.empty()) {
        number = static_cast<std::uint32_t>(entries_.size());
        entries_.emplace_back();
    } else {
        number = free_.back();
        free_.pop_back();
    }
    tree_.set_value(tree_.insert(message->topic()), number);
    ++statistics_.retained_messages;
    return number;
}

void Retained::expire(SteadyTime now) {
    while (const std::optional<std::uint32_t> number = deadlines_.pop_due(now)) {
        const std::optional<topic::NodeId> node = tree_.find(entries_[*number].message->topic());
        KLEBER_ASSERT(node.has_value());
        erase(*node);
    }
}

void Retained::erase(topic::NodeId node) {
    const std::uint32_t number = tree_.value(node);
    tree_.clear_value(node);
    deadlines_.cancel(number);
    ledger_.erase_retained(entries_[number].place, entries_[number].message->topic());
    --statistics_.retained_messages;
    statistics_.retained_bytes -= entries_[number].message->weight_bytes();
    entries_[number] = {};
    free_.push_back(number);
}

Retained::Step Retained::next(topic::Cursor& cursor, std::size_t& steps_left) {
    const topic::Cursor::Outcome outcome = tree_.next(cursor, steps_left);
    if (outcome.state != topic::Cursor::State::Found) return {outcome.state, {}, 0};
    const Entry& entry = entries_[tree_.value(outcome.node)];
    return {outcome.state, entry.message, entry.serial};
}

}  // namespace kleber::broker
