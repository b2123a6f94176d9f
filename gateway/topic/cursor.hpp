#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/topic/node.hpp"

namespace kleber::topic {

// How far a walk over the names of a tree has come (see Tree::begin). Between calls it pins one
// node, whose existence keeps all those above it; so its size depends on the filter alone.
class Cursor {
  public:
    enum class State : std::uint8_t { Found, Unfinished, Done };
    struct Outcome {
        State state = State::Done;
        NodeId node;  // if Found: it has a value
    };

    Cursor() = default;
    Cursor(Cursor&& other) noexcept;
    // What is assigned to must not be open.
    Cursor& operator=(Cursor&& other) noexcept;
    // A cursor left open would pin its node for ever: that is a broken invariant.
    ~Cursor();

    bool is_open() const { return open_; }
    const std::string& filter() const { return filter_; }

  private:
    friend class Tree;

    // What is to be done next with the node.
    enum class Phase : std::uint8_t { Enter, Descend, Leave };

    std::string_view level_below() const;
    std::size_t start_of_level_above() const;
    void enter(NodeId id);

    std::string filter_;
    std::size_t rest_ = 0;  // where the filter's level for the children of at_ begins
    NodeId at_ = kRoot;
    NodeId all_below_ = kRoot;  // where '#' took over, if is_under_hash_
    bool is_under_hash_ = false;
    Phase phase_ = Phase::Descend;
    bool open_ = false;
};

}  // namespace kleber::topic
