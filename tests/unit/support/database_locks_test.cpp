#include "tests/support/database_locks.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace kleber::support {
namespace {

class DatabaseLocksTest : public testing::Test {
  protected:
    DatabaseLocksTest() {
        locks_.add(one_);
        locks_.add(two_);
    }

    DatabaseLocks locks_;
    DatabaseLocks::Holder one_;
    DatabaseLocks::Holder two_;
};

TEST_F(DatabaseLocksTest, ManyReadAndOneWrites) {
    EXPECT_TRUE(locks_.raise(one_, SQLITE_LOCK_SHARED));
    EXPECT_TRUE(locks_.raise(two_, SQLITE_LOCK_SHARED));
    EXPECT_TRUE(locks_.raise(one_, SQLITE_LOCK_RESERVED));
    EXPECT_TRUE(locks_.is_reserved());
    EXPECT_FALSE(locks_.raise(two_, SQLITE_LOCK_RESERVED));
    EXPECT_FALSE(locks_.raise(one_, SQLITE_LOCK_EXCLUSIVE));
    // Who waits for readers lets no new ones in.
    DatabaseLocks::lower(two_, SQLITE_LOCK_NONE);
    EXPECT_FALSE(locks_.raise(two_, SQLITE_LOCK_SHARED));
    EXPECT_TRUE(locks_.raise(one_, SQLITE_LOCK_EXCLUSIVE));
    DatabaseLocks::lower(one_, SQLITE_LOCK_SHARED);
    EXPECT_FALSE(locks_.is_reserved());
    EXPECT_TRUE(locks_.raise(two_, SQLITE_LOCK_SHARED));
}

TEST_F(DatabaseLocksTest, AHolderThatGoesHoldsNothing) {
    EXPECT_TRUE(locks_.raise(one_, SQLITE_LOCK_EXCLUSIVE));
    locks_.remove(one_);
    EXPECT_TRUE(locks_.raise(two_, SQLITE_LOCK_EXCLUSIVE));
}

TEST_F(DatabaseLocksTest, LocksOfTheIndexAreSharedOrExclusiveEachByItself) {
    EXPECT_TRUE(locks_.lock_index(one_, 0b0110, false));
    EXPECT_TRUE(locks_.lock_index(two_, 0b0100, false));
    EXPECT_FALSE(locks_.lock_index(two_, 0b0110, true));
    EXPECT_TRUE(locks_.lock_index(two_, 0b1001, true));
    EXPECT_FALSE(locks_.lock_index(one_, 0b0001, false));
    DatabaseLocks::unlock_index(two_, 0b0001);
    EXPECT_TRUE(locks_.lock_index(one_, 0b0001, false));
}

TEST_F(DatabaseLocksTest, RegionsOfTheIndexStayWhereTheyAre) {
    EXPECT_EQ(locks_.index_region(1, 32'768, false), nullptr);
    volatile void* const region = locks_.index_region(1, 32'768, true);
    ASSERT_NE(region, nullptr);
    EXPECT_NE(locks_.index_region(0, 32'768, false), nullptr);
    EXPECT_NE(locks_.index_region(9, 32'768, true), nullptr);
    EXPECT_EQ(locks_.index_region(1, 32'768, false), region);
}

}  // namespace
}  // namespace kleber::support
