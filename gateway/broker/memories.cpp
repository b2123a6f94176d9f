#include "gateway/broker/memories.hpp"

#include <utility>

namespace kleber::broker {

Memories::Entry* Memories::find(std::string_view key) {
    const auto found = entries_.find(key);
    return found == entries_.end() ? nullptr : &found->second;
}

Memories::Entry& Memories::put(std::string_view key, std::string bytes) {
    auto found = entries_.find(key);
    if (found == entries_.end()) {
        found = entries_.try_emplace(std::string{key}).first;
        bytes_ += key.size();
    }
    Entry& entry = found->second;
    bytes_ = bytes_ - entry.bytes.size() + bytes.size();
    entry.bytes = std::move(bytes);
    return entry;
}

void Memories::erase(std::string_view key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return;
    bytes_ -= key.size() + found->second.bytes.size();
    entries_.erase(found);
}

std::vector<port::Memory> Memories::rows() const {
    std::vector<port::Memory> rows;
    rows.reserve(entries_.size());
    for (const auto& [key, entry] : entries_) rows.push_back({key, entry.bytes});
    return rows;
}

}  // namespace kleber::broker
