#include "gateway/connection/topic_aliases.hpp"

#include <algorithm>

namespace kleber::connection {

void IncomingAliases::set(std::uint16_t alias, std::string_view topic) {
    if (topics_.size() < alias) topics_.resize(alias);
    topics_[alias - 1U] = topic;
}

std::string_view IncomingAliases::topic(std::uint16_t alias) const {
    if (alias == 0 || alias > topics_.size()) return {};
    return topics_[alias - 1U];
}

OutgoingAliases::Choice OutgoingAliases::choose(std::string_view topic, std::uint32_t hash,
                                                std::uint16_t alias_maximum) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        Entry& entry = entries_[i];
        if (entry.hash != hash || entry.topic != topic) continue;
        entry.was_used = true;
        return {.alias = static_cast<std::uint16_t>(i + 1), .is_new = false};
    }
    std::size_t count_max = kCountMax;
    count_max = std::min<std::size_t>(count_max, alias_maximum);  // [MQTT-3.1.2-26] of 5.0
    if (entries_.size() < count_max) {
        entries_.push_back({.topic = std::string{topic}, .hash = hash});
        return {.alias = static_cast<std::uint16_t>(entries_.size()), .is_new = true};
    }
    // One step a message: topics that come once each do not push out those that come often.
    const std::size_t place = hand_;
    hand_ = (hand_ + 1) % entries_.size();
    Entry& entry = entries_[place];
    if (entry.was_used) {
        entry.was_used = false;
        return {};
    }
    entry = {.topic = std::string{topic}, .hash = hash};
    return {.alias = static_cast<std::uint16_t>(place + 1), .is_new = true};
}

void OutgoingAliases::forget(std::uint16_t alias) {
    // No topic is empty, so that nothing matches until the place is taken again.
    entries_[alias - 1U] = {};
}

}  // namespace kleber::connection
