// From a name to the stored filters that match it.

#include <algorithm>
#include <utility>

#include "gateway/base/hash.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::topic {
namespace {

// More levels than this are rare, and their memory is not worth keeping.
constexpr std::size_t kLevelsKeptMax = 128;

}  // namespace

// Walks down to the child of the same text, then back up, and on the way back down to '+'. The
// parents are in the nodes and the levels in the scratch vector, so that depth costs no stack. A
// level is hashed once, however many nodes it is looked up below.
std::size_t Tree::match(std::string_view name, Visit visit, void* context) const {
    std::vector<Level> levels = std::exchange(levels_, {});
    levels.clear();
    const auto level_start = [&](std::size_t depth) {
        return depth == 0 ? 0 : levels[depth - 1].end + 1;
    };
    const auto wildcard_child = [&](NodeId parent, std::string_view text) {
        if (parent == kRoot && name.starts_with('$')) return kRoot;  // [MQTT-4.7.2-1]
        return child(parent, text);
    };
    const auto visit_value = [&](NodeId id) {
        const std::uint32_t value = id == kRoot ? kNoValue : slab_.at(id).value;
        if (value != kNoValue) visit(context, value);
    };

    std::size_t looked_at_count = 0;
    std::size_t depth = 0;  // how many levels of the name lead to `at`
    NodeId at = kRoot;
    for (;;) {
        ++looked_at_count;
        const Node& node = slab_.at(at);
        if (node.has_hash_child) visit_value(wildcard_child(at, "#"));
        NodeId below = kRoot;
        if (level_start(depth) > name.size()) {
            visit_value(at);
        } else if (node.first_child != kRoot) {
            const std::size_t start = level_start(depth);
            if (depth == levels.size()) {
                const std::size_t end = std::min(name.find('/', start), name.size());
                levels.push_back({end, hash_text(name.substr(start, end - start), seed_)});
            }
            const Level& level = levels[depth];
            below = child(at, name.substr(start, level.end - start), level.hash);
            if (below == kRoot && node.has_plus_child) below = wildcard_child(at, "+");
        }
        while (below == kRoot && at != kRoot) {
            const Node& left = slab_.at(at);
            const bool was_exact = left.text.view() != "+";
            at = left.parent;
            --depth;
            if (was_exact && slab_.at(at).has_plus_child) below = wildcard_child(at, "+");
        }
        if (below == kRoot) break;
        at = below;
        ++depth;
    }

    if (levels.capacity() <= kLevelsKeptMax) levels_ = std::move(levels);
    return looked_at_count;
}

}  // namespace kleber::topic
