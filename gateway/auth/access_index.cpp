#include "gateway/auth/access_index.hpp"

#include "gateway/base/assert.hpp"
#include "gateway/base/hash.hpp"

namespace kleber::auth {
namespace {

// What strangers send is only looked up: none of them makes a table of collisions.
std::uint32_t hash_of(std::uint32_t parent, std::string_view level) {
    return hash_text(level, parent);
}

}  // namespace

AccessIndex::List AccessIndex::add_list() {
    nodes_.emplace_back();
    return static_cast<List>(nodes_.size() - 1);
}

void AccessIndex::add(List list, const AccessPattern& pattern, Number entry) {
    KLEBER_ASSERT(entry == next_.size());
    std::uint32_t at = list;
    topic::Levels path{pattern.text()};
    for (; !path.is_at_end() && path.level() != "#"; path.advance()) {
        at = need_child(at, path.level());
    }
    Number& first = path.is_at_end() ? nodes_[at].here : nodes_[at].below;
    next_.push_back(first);
    first = entry;
}

std::uint32_t AccessIndex::find_child(std::uint32_t parent, std::string_view level) const {
    static_assert(kNone == HashIndex::kNone);
    return children_.find(hash_of(parent, level), [&](std::uint32_t node) {
        return nodes_[node].parent == parent && nodes_[node].level == level;
    });
}

std::uint32_t AccessIndex::need_child(std::uint32_t parent, std::string_view level) {
    const std::uint32_t known = find_child(parent, level);
    if (known != kNone) return known;
    const auto made = static_cast<std::uint32_t>(nodes_.size());
    nodes_.push_back({.level = std::string{level},
                      .parent = parent,
                      .next_sibling = nodes_[parent].first_child});
    nodes_[parent].first_child = made;
    if (stands_for_a_name(level)) nodes_[parent].has_names = true;
    children_.insert(hash_of(parent, level), made);
    return made;
}

std::array<std::uint32_t, 5> AccessIndex::children_for(std::uint32_t at, std::string_view level,
                                                       const Asked& asked, bool is_first) const {
    std::array<std::uint32_t, 5> children{kNone, kNone, kNone, kNone, kNone};
    if (nodes_[at].first_child == kNone) return children;
    // In a topic it stands for nothing.
    if (!stands_for_a_name(level)) children[0] = find_child(at, level);
    if (!is_first || !asked.is_own_topic) children[1] = find_child(at, "+");
    if (!nodes_[at].has_names) return children;
    std::size_t next = 2;
    for (const std::string_view stands : {"%u", "%c", "%n"}) {
        const std::string_view name = name_for(stands, asked.principal, is_first);
        if (!name.empty() && name == level) children[next++] = find_child(at, stands);
    }
    return children;
}

bool AccessIndex::is_possible(const Node& child, const Asked& asked, bool is_first) const {
    if (stands_for_a_name(child.level)) {
        return !name_for(child.level, asked.principal, is_first).empty();
    }
    return !is_first || !child.level.starts_with('$');
}

}  // namespace kleber::auth
