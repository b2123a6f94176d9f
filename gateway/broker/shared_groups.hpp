#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/hash_index.hpp"
#include "gateway/broker/delivery.hpp"
#include "gateway/topic/node.hpp"

namespace kleber::broker {

// The groups of shared subscriptions: one for each name and filter, while it has members.
class SharedGroups {
  public:
    struct Group {
        std::string name;
        std::string text;  // $share/group/filter
        topic::NodeId filter{};
        std::uint32_t entry = 0;             // that stands for it in the filter's list
        std::vector<std::uint32_t> members;  // numbers of subscriptions
        std::uint32_t turn = 0;              // the member whose turn it is
    };

    explicit SharedGroups(std::uint64_t seed) : seed_(seed) {}

    // kNoGroup if there is none.
    std::uint32_t find(std::string_view name, topic::NodeId filter) const;
    Group& at(std::uint32_t group) { return groups_[group]; }
    const Group& at(std::uint32_t group) const { return groups_[group]; }
    // `text` is what its members subscribe to.
    std::uint32_t create(std::string_view name, topic::NodeId filter, std::uint32_t entry,
                         std::string_view text);
    void erase(std::uint32_t group);

    void add_member(std::uint32_t group, std::uint32_t subscription);
    void remove_member(std::uint32_t group, std::uint32_t subscription);

  private:
    std::uint32_t hash(std::string_view name, topic::NodeId filter) const;

    std::uint64_t seed_;
    std::vector<Group> groups_;
    std::vector<std::uint32_t> free_;
    HashIndex by_name_and_filter_;
};

}  // namespace kleber::broker
