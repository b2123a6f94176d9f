#include "tests/support/database_locks.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace kleber::support {
namespace {

// SQLite never asks for it by name: the way to EXCLUSIVE leads through it, and new readers wait.
constexpr int kPending = 3;

}  // namespace

bool DatabaseLocks::any_other(const Holder& holder, int level) const {
    return std::any_of(holders_.begin(), holders_.end(), [&](const Holder* other) {
        return other != &holder && other->level >= level;
    });
}

bool DatabaseLocks::raise(Holder& holder, int level) {
    if (holder.level >= level) return true;
    if (level == SQLITE_LOCK_SHARED) {
        if (any_other(holder, kPending)) return false;
    } else {
        if (any_other(holder, SQLITE_LOCK_RESERVED)) return false;
        if (level == SQLITE_LOCK_EXCLUSIVE && any_other(holder, SQLITE_LOCK_SHARED)) {
            holder.level = kPending;
            return false;
        }
    }
    holder.level = level;
    return true;
}

void DatabaseLocks::lower(Holder& holder, int level) {
    holder.level = std::min(holder.level, level);
}

bool DatabaseLocks::is_reserved() const {
    return std::any_of(holders_.begin(), holders_.end(),
                       [](const Holder* holder) { return holder->level >= SQLITE_LOCK_RESERVED; });
}

bool DatabaseLocks::lock_index(Holder& holder, std::uint32_t mask, bool is_exclusive) {
    for (const Holder* other : holders_) {
        if (other == &holder) continue;
        if ((other->exclusive_index & mask) != 0) return false;
        if (is_exclusive && (other->shared_index & mask) != 0) return false;
    }
    (is_exclusive ? holder.exclusive_index : holder.shared_index) |= mask;
    return true;
}

void DatabaseLocks::unlock_index(Holder& holder, std::uint32_t mask) {
    holder.shared_index &= ~mask;
    holder.exclusive_index &= ~mask;
}

volatile void* DatabaseLocks::index_region(std::size_t number, std::size_t bytes, bool may_create) {
    if (number >= regions_.size()) {
        if (!may_create) return nullptr;
        while (number >= regions_.size()) {
            regions_.push_back(std::make_unique<std::uint64_t[]>(bytes / sizeof(std::uint64_t)));
        }
    }
    return regions_[number].get();
}

}  // namespace kleber::support
