#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace kleber::support {

// What the connections to one database share: its locks, and the memory of its WAL index.
class DatabaseLocks {
  public:
    static constexpr int kIndexLockCount = 8;  // SQLITE_SHM_NLOCK

    // What one connection holds.
    struct Holder {
        int level = 0;                   // SQLITE_LOCK_NONE to SQLITE_LOCK_EXCLUSIVE
        std::uint32_t shared_index = 0;  // a bit for each lock of the index
        std::uint32_t exclusive_index = 0;
    };

    void add(Holder& holder) { holders_.push_back(&holder); }
    void remove(Holder& holder) { std::erase(holders_, &holder); }

    // False: another connection is in the way. The rules are those of xLock.
    bool raise(Holder& holder, int level);
    static void lower(Holder& holder, int level);
    bool is_reserved() const;

    bool lock_index(Holder& holder, std::uint32_t mask, bool is_exclusive);
    static void unlock_index(Holder& holder, std::uint32_t mask);

    // Null if there is none and it must not be made.
    volatile void* index_region(std::size_t number, std::size_t bytes, bool may_create);
    void drop_index() { regions_.clear(); }

  private:
    bool any_other(const Holder& holder, int level) const;

    std::vector<Holder*> holders_;
    std::vector<std::unique_ptr<std::uint64_t[]>> regions_;  // of words, for their alignment
};

}  // namespace kleber::support
