#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/access_pattern.hpp"
#include "gateway/base/hash_index.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/topic/levels.hpp"

namespace kleber::auth {

// Entries of an ACL in lists, one a heading, each in a tree of the levels of their filters: what is
// asked about a topic costs steps by its levels and by what matches it, not by how many entries
// there are, and no name is put into any filter.
class AccessIndex {
  public:
    using List = std::uint32_t;
    using Number = std::uint32_t;  // of an entry

    List add_list();
    // Numbers ascend from 0, each is added once.
    void add(List list, const AccessPattern& pattern, Number entry);

    // visit(entry) for each entry of the list whose pattern, for this client, matches every name
    // that `filter` matches; a topic is a filter that matches itself. Until `visit` says false;
    // true if it never did.
    template <typename Visit>
    bool for_each_covering(List list, const port::Principal& principal, std::string_view filter,
                           Visit&& visit) const {
        return cover(list, topic::Levels{filter}, {principal, filter.starts_with('$')}, true,
                     visit);
    }
    // The same for each whose pattern matches some name that `filter` matches.
    template <typename Visit>
    bool for_each_overlapping(List list, const port::Principal& principal, std::string_view filter,
                              Visit&& visit) const {
        return overlap(list, topic::Levels{filter}, {principal, filter.starts_with('$')}, true,
                       visit);
    }

  private:
    static constexpr std::uint32_t kNone = HashIndex::kNone;

    struct Node {
        std::string level{};
        std::uint32_t parent = kNone;
        std::uint32_t first_child = kNone;
        std::uint32_t next_sibling = kNone;
        Number here = kNone;     // the first whose filter ends here
        Number below = kNone;    // the first whose filter goes on with '#' alone
        bool has_names = false;  // among its children: %u, %c, %n
    };
    struct Asked {
        const port::Principal& principal;
        bool is_own_topic;  // of the broker: only levels written out match its first one
    };

    std::uint32_t find_child(std::uint32_t parent, std::string_view level) const;
    std::uint32_t need_child(std::uint32_t parent, std::string_view level);
    // The children that stand for a level without wildcards, or kNone.
    std::array<std::uint32_t, 5> children_for(std::uint32_t at, std::string_view level,
                                              const Asked& asked, bool is_first) const;
    // Whether a child can match anything that starts with a wildcard.
    bool is_possible(const Node& child, const Asked& asked, bool is_first) const;

    template <typename Visit>
    bool visit_all(Number first, Visit& visit) const {
        for (Number entry = first; entry != kNone; entry = next_[entry]) {
            if (!visit(entry)) return false;
        }
        return true;
    }
    template <typename Visit>
    bool cover(std::uint32_t at, topic::Levels path, const Asked& asked, bool is_first,
               Visit& visit) const;
    template <typename Visit>
    bool overlap(std::uint32_t at, topic::Levels path, const Asked& asked, bool is_first,
                 Visit& visit) const;
    template <typename Visit>
    bool visit_below(std::uint32_t at, const Asked& asked, bool is_first, Visit& visit) const;

    std::vector<Node> nodes_;
    HashIndex children_;
    std::vector<Number> next_;  // of the same filter, by entry
};

template <typename Visit>
bool AccessIndex::cover(std::uint32_t at, topic::Levels path, const Asked& asked, bool is_first,
                        Visit& visit) const {
    const bool is_kept_out = is_first && asked.is_own_topic;  // [MQTT-4.7.2-1]
    // '#' stands for the level above it, too.
    if (!is_kept_out && !visit_all(nodes_[at].below, visit)) return false;
    if (path.is_at_end()) return visit_all(nodes_[at].here, visit);
    const std::string_view level = path.level();
    path.advance();
    if (level == "#") {
        // Every name has a first level: +/# is as much.
        const std::uint32_t any = is_first ? find_child(at, "+") : kNone;
        return any == kNone || visit_all(nodes_[any].below, visit);
    }
    if (level == "+") {
        const std::uint32_t any = find_child(at, level);
        return any == kNone || cover(any, path, asked, false, visit);
    }
    for (const std::uint32_t child : children_for(at, level, asked, is_first)) {
        if (child != kNone && !cover(child, path, asked, false, visit)) return false;
    }
    return true;
}

template <typename Visit>
bool AccessIndex::overlap(std::uint32_t at, topic::Levels path, const Asked& asked, bool is_first,
                          Visit& visit) const {
    const bool is_kept_out = is_first && asked.is_own_topic;
    if (!is_kept_out && !visit_all(nodes_[at].below, visit)) return false;
    if (path.is_at_end()) return visit_all(nodes_[at].here, visit);
    const std::string_view level = path.level();
    path.advance();
    if (level == "#") {
        return visit_all(nodes_[at].here, visit) && visit_below(at, asked, is_first, visit);
    }
    if (level != "+") {
        for (const std::uint32_t child : children_for(at, level, asked, is_first)) {
            if (child != kNone && !overlap(child, path, asked, false, visit)) return false;
        }
        return true;
    }
    std::uint32_t child = nodes_[at].first_child;
    for (; child != kNone; child = nodes_[child].next_sibling) {
        if (is_possible(nodes_[child], asked, is_first) &&
            !overlap(child, path, asked, false, visit)) {
            return false;
        }
    }
    return true;
}

template <typename Visit>
bool AccessIndex::visit_below(std::uint32_t at, const Asked& asked, bool is_first,
                              Visit& visit) const {
    std::uint32_t child = nodes_[at].first_child;
    for (; child != kNone; child = nodes_[child].next_sibling) {
        if (!is_possible(nodes_[child], asked, is_first)) continue;
        if (!visit_all(nodes_[child].here, visit) || !visit_all(nodes_[child].below, visit) ||
            !visit_below(child, asked, false, visit)) {
            return false;
        }
    }
    return true;
}

}  // namespace kleber::auth
