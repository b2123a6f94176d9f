#pragma once

#include <cstdint>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/broker/promises.hpp"
#include "gateway/port/change.hpp"

namespace kleber::broker {

// The changes of one batch in the order of recording. Any of them can be taken out again, and then
// leaves nothing: what comes and goes while the disk is slow takes no more room the longer that
// lasts.
class OpenChanges {
  public:
    using Slot = std::uint32_t;
    static constexpr Slot kNone = ~Slot{0};

    struct Entry {
        port::Change change;  // a monostate: only the promise is left
        SteadyTime at{};
        PromiseId promise = kNoPromise;
        bool is_first = false;  // nothing of its key was handed on before
        Slot next = kNone;
        Slot previous = kNone;
        Slot next_promised = kNone;
        Slot previous_promised = kNone;
    };

    Slot append(port::Change change, bool is_first, SteadyTime now);
    // The entry has none yet.
    void promise(Slot slot, PromiseId promise, SteadyTime now);
    // Its promise is the caller's.
    void remove(Slot slot);
    void clear();

    Entry& at(Slot slot) { return entries_[slot]; }
    bool empty() const { return first_ == kNone; }
    std::uint32_t size() const { return size_; }
    // No slot is as high.
    std::size_t slot_count() const { return entries_.size(); }
    const Entry& first() const { return entries_[first_]; }
    bool has_promised() const { return first_promised_ != kNone; }
    const Entry& first_promised() const { return entries_[first_promised_]; }

    template <typename Visit>
    void for_each(Visit&& visit) {
        for (Slot slot = first_; slot != kNone; slot = entries_[slot].next)
            visit(slot, entries_[slot]);
    }

  private:
    std::vector<Entry> entries_;
    Slot first_free_ = kNone;  // linked by `next`
    Slot first_ = kNone;
    Slot last_ = kNone;
    Slot first_promised_ = kNone;
    Slot last_promised_ = kNone;
    std::uint32_t size_ = 0;
};

}  // namespace kleber::broker
