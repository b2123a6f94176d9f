#include "gateway/broker/shared_groups.hpp"

#include <algorithm>

#include "gateway/base/assert.hpp"
#include "gateway/base/hash.hpp"

namespace kleber::broker {

std::uint32_t SharedGroups::hash(std::string_view name, topic::NodeId filter) const {
    return hash_text(name, seed_ ^ filter.value);
}

std::uint32_t SharedGroups::find(std::string_view name, topic::NodeId filter) const {
    static_assert(HashIndex::kNone == kNoGroup);
    return by_name_and_filter_.find(hash(name, filter), [&](std::uint32_t group) {
        return groups_[group].filter == filter && groups_[group].name == name;
    });
}

std::uint32_t SharedGroups::create(std::string_view name, topic::NodeId filter, std::uint32_t entry,
                                   std::string_view text) {
    std::uint32_t group;
    if (free_.empty()) {
        group = static_cast<std::uint32_t>(groups_.size());
        groups_.emplace_back();
    } else {
        group = free_.back();
        free_.pop_back();
    }
    groups_[group] = {.name = std::string{name},
                      .text = std::string{text},
                      .filter = filter,
                      .entry = entry,
                      .members = {},
                      .turn = 0};
    by_name_and_filter_.insert(hash(name, filter), group);
    return group;
}

void SharedGroups::erase(std::uint32_t group) {
    KLEBER_ASSERT(groups_[group].members.empty());
    by_name_and_filter_.erase(hash(groups_[group].name, groups_[group].filter), group);
    groups_[group] = {};
    free_.push_back(group);
}

void SharedGroups::add_member(std::uint32_t group, std::uint32_t subscription) {
    groups_[group].members.push_back(subscription);
}

void SharedGroups::remove_member(std::uint32_t group, std::uint32_t subscription) {
    std::vector<std::uint32_t>& members = groups_[group].members;
    const auto at = std::find(members.begin(), members.end(), subscription);
    KLEBER_ASSERT(at != members.end());
    // Whoever's turn it was keeps it.
    const auto place = static_cast<std::uint32_t>(at - members.begin());
    if (place < groups_[group].turn) --groups_[group].turn;
    members.erase(at);
}

}  // namespace kleber::broker
