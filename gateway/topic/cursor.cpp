// From a filter to the stored names that it matches, in slices.

#include "gateway/topic/cursor.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/topic/tree.hpp"

namespace kleber::topic {
namespace {

// Hashing a level costs about a step for so many bytes.
constexpr std::size_t kBytesPerStep = 64;

}  // namespace

Cursor::Cursor(Cursor&& other) noexcept {
    *this = std::move(other);
}

Cursor& Cursor::operator=(Cursor&& other) noexcept {
    KLEBER_ASSERT(!open_);
    filter_ = std::move(other.filter_);
    rest_ = other.rest_;
    at_ = other.at_;
    all_below_ = other.all_below_;
    is_under_hash_ = other.is_under_hash_;
    phase_ = other.phase_;
    open_ = std::exchange(other.open_, false);
    return *this;
}

Cursor::~Cursor() {
    KLEBER_ASSERT(!open_);
}

std::string_view Cursor::level_below() const {
    const std::string_view rest = std::string_view{filter_}.substr(rest_);
    return rest.substr(0, rest.find('/'));
}

std::size_t Cursor::start_of_level_above() const {
    const std::size_t end = rest_ - 1;
    return end == 0 ? 0 : filter_.rfind('/', end - 1) + 1;
}

void Cursor::enter(NodeId id) {
    at_ = id;
    phase_ = Phase::Enter;
}

Cursor Tree::begin(std::string_view filter) {
    Cursor cursor;
    cursor.filter_ = filter;
    cursor.open_ = true;
    ++slab_.at(kRoot).pin_count;
    return cursor;
}

Cursor::Outcome Tree::next(Cursor& cursor, std::size_t& steps_left) {
    KLEBER_ASSERT(cursor.open_);
    const NodeId pinned = cursor.at_;
    Cursor::Outcome outcome{Cursor::State::Unfinished, kRoot};
    while (steps_left > 0 && outcome.state == Cursor::State::Unfinished) {
        --steps_left;
        switch (cursor.phase_) {
            case Cursor::Phase::Enter:
                if (enter(cursor)) outcome = {Cursor::State::Found, cursor.at_};
                break;
            case Cursor::Phase::Descend:
                descend(cursor, steps_left);
                break;
            case Cursor::Phase::Leave:
                if (!leave(cursor)) outcome.state = Cursor::State::Done;
                break;
        }
    }
    if (cursor.at_ != pinned) {
        ++slab_.at(cursor.at_).pin_count;
        unpin(pinned);
    }
    return outcome;
}

void Tree::close(Cursor& cursor) {
    if (!std::exchange(cursor.open_, false)) return;
    unpin(cursor.at_);
}

// True if the node is a match.
bool Tree::enter(Cursor& cursor) const {
    const Node& node = slab_.at(cursor.at_);
    const bool is_by_wildcard = cursor.filter_[0] == '+' || cursor.filter_[0] == '#';
    const bool is_hidden = node.parent == kRoot && node.text.view().starts_with('$');
    cursor.phase_ = Cursor::Phase::Descend;
    if (is_by_wildcard && is_hidden) {  // [MQTT-4.7.2-1]
        cursor.phase_ = Cursor::Phase::Leave;
        return false;
    }
    const bool is_filter_at_end = cursor.rest_ > cursor.filter_.size();
    return (is_filter_at_end || cursor.is_under_hash_) && node.value != kNoValue;
}

void Tree::descend(Cursor& cursor, std::size_t& steps_left) const {
    const Node& node = slab_.at(cursor.at_);
    cursor.phase_ = Cursor::Phase::Leave;
    if (cursor.is_under_hash_) {
        if (node.first_child != kRoot) cursor.enter(node.first_child);
        return;
    }
    if (cursor.rest_ > cursor.filter_.size()) return;
    const std::string_view level = cursor.level_below();
    if (level == "#") {
        // The same node once more: '#' includes the level above it.
        cursor.is_under_hash_ = true;
        cursor.all_below_ = cursor.at_;
        cursor.enter(cursor.at_);
        return;
    }
    if (node.first_child == kRoot) return;
    NodeId below = node.first_child;
    if (level != "+") {
        steps_left -= std::min(steps_left, level.size() / kBytesPerStep);
        below = child(cursor.at_, level);
    }
    if (below == kRoot) return;
    cursor.enter(below);
    cursor.rest_ += level.size() + 1;
}

// On to the next sibling if any may match, or up. False at the end.
bool Tree::leave(Cursor& cursor) const {
    const Node& node = slab_.at(cursor.at_);
    if (cursor.is_under_hash_ && cursor.at_ == cursor.all_below_) {
        cursor.is_under_hash_ = false;
        return true;
    }
    if (cursor.at_ == kRoot) return false;
    if (cursor.is_under_hash_) {
        if (node.next != kRoot) {
            cursor.enter(node.next);
        } else {
            cursor.at_ = node.parent;
        }
        return true;
    }
    const std::size_t start = cursor.start_of_level_above();
    const bool is_any_level = cursor.filter_[start] == '+' && cursor.rest_ == start + 2;
    if (is_any_level && node.next != kRoot) {
        cursor.enter(node.next);
        return true;
    }
    cursor.at_ = node.parent;
    cursor.rest_ = start;
    return true;
}

void Tree::unpin(NodeId id) {
    Node& node = slab_.at(id);
    KLEBER_ASSERT(node.pin_count > 0);
    --node.pin_count;
    remove_if_unused(id);
}

}  // namespace kleber::topic
