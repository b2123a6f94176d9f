#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "gateway/base/hash_index.hpp"
#include "gateway/topic/cursor.hpp"
#include "gateway/topic/node.hpp"
#include "gateway/topic/node_slab.hpp"

namespace kleber::topic {

// Names or filters, cut at the slashes and stored as a tree of levels; each may carry one number,
// whose meaning is the owner's. Holds filters for which a name is looked up (subscriptions), or
// names for which a filter is looked up (retained messages). Any text is a path: "" is one empty
// level, "/" are two.
class Tree {
  public:
    // The seed decides where levels are hashed to. Take it from a random source, or a hostile
    // client could choose names that collide.
    explicit Tree(std::uint64_t seed);
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    // Finds the node of a path or makes it. A node made must get a value, or be given back with
    // clear_value(), before the tree is changed in any other way.
    NodeId insert(std::string_view path);
    // A node found may be without value: it then stands above others, or a cursor keeps it.
    std::optional<NodeId> find(std::string_view path) const;
    std::string path(NodeId id) const;

    std::uint32_t value(NodeId id) const { return slab_.at(id).value; }  // or kNoValue
    // `value` is not kNoValue; `id` is not kRoot.
    void set_value(NodeId id, std::uint32_t value);
    // Takes the value away, and with it the node and all ancestors that nobody needs any more.
    // The id is void afterwards.
    void clear_value(NodeId id);

    // Calls visit(value) for each stored filter that matches the valid `name`, each once, in no
    // particular order. The visitor must not change the tree. Returns how many nodes it looked at:
    // never more than are stored, whatever the name.
    template <typename Visitor>
    std::size_t for_each_filter_matching(std::string_view name, Visitor&& visit) const {
        using Decayed = std::remove_reference_t<Visitor>;
        return match(
            name,
            [](void* context, std::uint32_t value) { (*static_cast<Decayed*>(context))(value); },
            const_cast<void*>(static_cast<const void*>(&visit)));
    }

    // Starts a walk over the stored names that match the valid `filter`; no work is done yet. The
    // cursor must be closed, also after its end was reached.
    Cursor begin(std::string_view filter);
    // Goes on until the next match, the end, or until `steps_left`, which it counts down, is used
    // up. A step is about one node looked at. Between two calls the tree may change in any way:
    // what was there all the time is found exactly once, what was cleared before the walk came by
    // is not found, what was added may be.
    Cursor::Outcome next(Cursor& cursor, std::size_t& steps_left);
    void close(Cursor& cursor);

    std::size_t node_count() const { return slab_.size(); }  // with the root
    std::size_t value_count() const { return value_count_; }
    // About what the tree occupies on the heap.
    std::size_t bytes() const;

  private:
    using Visit = void (*)(void* context, std::uint32_t value);
    // One level of the name being matched.
    struct Level {
        std::size_t end = 0;
        std::uint32_t hash = 0;
    };

    std::size_t match(std::string_view name, Visit visit, void* context) const;
    std::uint32_t hash(NodeId parent, std::uint32_t text_hash) const;
    // kRoot if there is none.
    NodeId child(NodeId parent, std::string_view text, std::uint32_t text_hash) const;
    NodeId child(NodeId parent, std::string_view text) const;
    NodeId add_child(NodeId parent, std::string_view text, std::uint32_t text_hash);
    void remove_if_unused(NodeId id);
    void remove_leaf(NodeId id);
    void unpin(NodeId id);
    bool enter(Cursor& cursor) const;
    void descend(Cursor& cursor, std::size_t& steps_left) const;
    bool leave(Cursor& cursor) const;

    NodeSlab slab_;
    HashIndex children_;  // of all nodes, by parent and text
    std::uint64_t seed_;
    std::size_t value_count_ = 0;
    std::size_t text_bytes_ = 0;         // on the heap
    mutable std::vector<Level> levels_;  // match()'s; kept for its memory
};

}  // namespace kleber::topic
