#include "gateway/broker/open_changes.hpp"

#include <utility>
#include <variant>

namespace kleber::broker {

OpenChanges::Slot OpenChanges::append(port::Change change, bool is_first, SteadyTime now) {
    Slot slot = first_free_;
    if (slot == kNone) {
        slot = static_cast<Slot>(entries_.size());
        entries_.emplace_back();
    } else {
        first_free_ = entries_[slot].next;
    }
    Entry& entry = entries_[slot];
    entry.change = std::move(change);
    entry.at = now;
    entry.is_first = is_first;
    entry.previous = last_;
    entry.next = kNone;
    (last_ == kNone ? first_ : entries_[last_].next) = slot;
    last_ = slot;
    ++size_;
    return slot;
}

void OpenChanges::promise(Slot slot, PromiseId promise, SteadyTime now) {
    Entry& entry = entries_[slot];
    entry.promise = promise;
    entry.at = now;
    entry.previous_promised = last_promised_;
    entry.next_promised = kNone;
    (last_promised_ == kNone ? first_promised_ : entries_[last_promised_].next_promised) = slot;
    last_promised_ = slot;
}

void OpenChanges::remove(Slot slot) {
    Entry& entry = entries_[slot];
    (entry.previous == kNone ? first_ : entries_[entry.previous].next) = entry.next;
    (entry.next == kNone ? last_ : entries_[entry.next].previous) = entry.previous;
    if (entry.promise != kNoPromise) {
        (entry.previous_promised == kNone ? first_promised_
                                          : entries_[entry.previous_promised].next_promised) =
            entry.next_promised;
        (entry.next_promised == kNone ? last_promised_
                                      : entries_[entry.next_promised].previous_promised) =
            entry.previous_promised;
    }
    entry.change = std::monostate{};
    entry.promise = kNoPromise;
    entry.next = first_free_;
    first_free_ = slot;
    --size_;
}

void OpenChanges::clear() {
    // A batch in its normal size leaves its memory for the next.
    constexpr std::size_t kKept = 1024;
    entries_.clear();
    if (entries_.capacity() > kKept) entries_.shrink_to_fit();
    first_free_ = first_ = last_ = first_promised_ = last_promised_ = kNone;
    size_ = 0;
}

}  // namespace kleber::broker
