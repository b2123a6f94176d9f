#include "gateway/topic/tree.hpp"

#include <algorithm>

#include "gateway/base/assert.hpp"
#include "gateway/base/hash.hpp"

namespace kleber::topic {

Tree::Tree(std::uint64_t seed) : seed_(seed) {}

NodeId Tree::insert(std::string_view path) {
    NodeId at = kRoot;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t end = std::min(path.find('/', from), path.size());
        const std::string_view text = path.substr(from, end - from);
        const std::uint32_t text_hash = hash_text(text, seed_);
        const NodeId found = child(at, text, text_hash);
        at = found == kRoot ? add_child(at, text, text_hash) : found;
        from = end + 1;
    }
    return at;
}

std::optional<NodeId> Tree::find(std::string_view path) const {
    NodeId at = kRoot;
    for (std::size_t from = 0; from <= path.size();) {
        const std::size_t end = std::min(path.find('/', from), path.size());
        at = child(at, path.substr(from, end - from));
        if (at == kRoot) return std::nullopt;
        from = end + 1;
    }
    return at;
}

std::string Tree::path(NodeId id) const {
    std::size_t size = 0;
    for (NodeId at = id; at != kRoot; at = slab_.at(at).parent) {
        size += slab_.at(at).text.view().size() + 1;
    }
    if (size == 0) return {};
    // From the back, each level with the slash before it; the first level has none.
    std::string path(size - 1, '/');
    for (NodeId at = id; at != kRoot; at = slab_.at(at).parent) {
        const std::string_view text = slab_.at(at).text.view();
        size -= text.size() + 1;
        text.copy(path.data() + size, text.size());
    }
    return path;
}

void Tree::set_value(NodeId id, std::uint32_t value) {
    Node& node = slab_.at(id);
    KLEBER_ASSERT(id != kRoot && node.in_use && value != kNoValue);
    if (node.value == kNoValue) ++value_count_;
    node.value = value;
}

void Tree::clear_value(NodeId id) {
    Node& node = slab_.at(id);
    KLEBER_ASSERT(id != kRoot && node.in_use);
    if (node.value != kNoValue) --value_count_;
    node.value = kNoValue;
    remove_if_unused(id);
}

std::size_t Tree::bytes() const {
    return slab_.bytes() + children_.bytes() + text_bytes_ + levels_.capacity() * sizeof(Level);
}

// In two steps, so that a text looked up below many nodes is hashed once.
std::uint32_t Tree::hash(NodeId parent, std::uint32_t text_hash) const {
    const std::uint64_t both = std::uint64_t{parent.value} << 32 | text_hash;
    return static_cast<std::uint32_t>(hash_mix(both, seed_));
}

NodeId Tree::child(NodeId parent, std::string_view text, std::uint32_t text_hash) const {
    const std::uint32_t found =
        children_.find(hash(parent, text_hash), [&](std::uint32_t candidate) {
            const Node& node = slab_.at(NodeId{candidate});
            return node.parent == parent && node.text.view() == text;
        });
    return found == HashIndex::kNone ? kRoot : NodeId{found};
}

NodeId Tree::child(NodeId parent, std::string_view text) const {
    return child(parent, text, hash_text(text, seed_));
}

// At the tail: a walk that stands at a sibling comes by every child that was there before it.
NodeId Tree::add_child(NodeId parent_id, std::string_view text, std::uint32_t text_hash) {
    const NodeId id = slab_.allocate();
    Node& node = slab_.at(id);
    Node& parent = slab_.at(parent_id);
    node.parent = parent_id;
    node.text = LevelText{text};
    text_bytes_ += node.text.heap_bytes();
    if (parent.first_child == kRoot) {
        parent.first_child = id;
        node.previous = id;
    } else {
        Node& first = slab_.at(parent.first_child);
        node.previous = first.previous;
        slab_.at(first.previous).next = id;
        first.previous = id;
    }
    if (text == "+") parent.has_plus_child = true;
    if (text == "#") parent.has_hash_child = true;
    children_.insert(hash(parent_id, text_hash), id.value);
    return id;
}

void Tree::remove_if_unused(NodeId id) {
    while (id != kRoot) {
        const Node& node = slab_.at(id);
        if (node.value != kNoValue || node.first_child != kRoot || node.pin_count > 0) return;
        const NodeId parent = node.parent;
        remove_leaf(id);
        id = parent;
    }
}

void Tree::remove_leaf(NodeId id) {
    const Node& node = slab_.at(id);
    const std::string_view text = node.text.view();
    children_.erase(hash(node.parent, hash_text(text, seed_)), id.value);
    Node& parent = slab_.at(node.parent);
    if (parent.first_child == id) {
        parent.first_child = node.next;
    } else {
        slab_.at(node.previous).next = node.next;
    }
    // The first child's `previous` is the tail, which may be what is taken out.
    if (node.next != kRoot) {
        slab_.at(node.next).previous = node.previous;
    } else if (parent.first_child != kRoot) {
        slab_.at(parent.first_child).previous = node.previous;
    }
    if (text == "+") parent.has_plus_child = false;
    if (text == "#") parent.has_hash_child = false;
    text_bytes_ -= node.text.heap_bytes();
    slab_.release(id);
}

}  // namespace kleber::topic
