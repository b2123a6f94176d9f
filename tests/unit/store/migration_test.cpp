#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/schema.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using testing::IsEmpty;

// Written by the program as it was on 2026-11-20, which knew version 1, with these changes. The
// first batch is in the tables; each of the others waits in a journal table of its own.
constexpr const char* kVersion1 = KLEBER_FILES_DIRECTORY "/version_1.db";
// The same, brought forward as the program did that knew version 2.
constexpr const char* kVersion2 = KLEBER_FILES_DIRECTORY "/version_2.db";

// Those versions did not write down who a session's client is.
port::Change unidentified(port::Change session) {
    std::get<port::SessionPut>(session).record->is_identified = false;
    return session;
}

Model version_1() {
    Model model;
    model.apply(batch(
        at(1000), unidentified(session_put(5, "pump")), unidentified(session_with_will(6, "lamp")),
        unidentified(session_put(7, "gone")), subscription_put(5, "home/+/light"),
        subscription_put(6, "$share/workers/home/#"), subscription_put(7, "home/#"),
        message_put(40, {.payload = "folded"}), message_put(41, {.topic = "home/gone"}),
        delivery_put(5, 1, 40), delivery_put(6, 1, 40, port::KeptState::Sent),
        delivery_put(7, 1, 41), inbound_put(5, 9), inbound_put(5, 10),
        retained_put({.topic = "home/folded", .expires_at = steady(90'000'000)}),
        retained_put({.topic = "home/changed", .payload = "before"})));
    model.apply(batch(at(2000), session_erased(7), message_erased(41), inbound_erased(5, 10),
                      delivery_put(6, 1, 40, port::KeptState::Released),
                      retained_put({.topic = "home/changed", .payload = "resting"}),
                      retained_put({.topic = "home/resting"})));
    model.apply(batch(at(61'000), unidentified(session_put(1'048'583, "new")),
                      subscription_put(1'048'583, "new/#"), message_put(41, {.payload = "growing"}),
                      delivery_put(5, 2, 41), inbound_put(6, 65'535),
                      subscription_erased(5, "home/+/light"),
                      retained_put({.topic = "home/changed", .payload = "growing"}),
                      retained_erased("home/resting")));
    return model;
}

std::string contents_of(const char* path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

// After the last change was made: what was to expire later still does.
const Now kLater = at(61'000);

class MigrationTest : public StoreFixture {
  protected:
    explicit MigrationTest(const char* file = kVersion1) {
        std::filesystem::copy_file(file, path_);
        std::filesystem::permissions(path_, std::filesystem::perms{0600});
    }

    std::int64_t version() const {
        return sqlite::Database{path_, sqlite::OpenMode::Existing, {}}.number(
            "PRAGMA user_version");
    }

    // All that it held, and what this version may hold besides.
    void expect_every_record() {
        Model model = version_1();
        {
            auto store = open(kLater);
            EXPECT_EQ(store->report().opening, Opening::Opened);
            EXPECT_EQ(loaded(*store), model.all());
            EXPECT_THAT(store->check()->problems, IsEmpty());
            const auto added = batch(kLater, memory_put(5, "rule"), session_with_certificate(9));
            must(store->commit(added));
            model.apply(added);
        }
        EXPECT_EQ(version(), kSchemaVersion);
        auto store = open(kLater);
        EXPECT_EQ(store->report().opening, Opening::Opened);
        EXPECT_EQ(loaded(*store), model.all());
    }
};

class Version2Test : public MigrationTest {
  protected:
    Version2Test() : MigrationTest(kVersion2) {}
};

TEST_F(MigrationTest, a_file_of_version_1_gives_back_every_record) {
    EXPECT_EQ(version(), 1);
    expect_every_record();
}

TEST_F(Version2Test, a_file_of_version_2_gives_back_every_record) {
    EXPECT_EQ(version(), 2);
    expect_every_record();
}

TEST_F(MigrationTest, tables_that_only_look_like_version_1_are_set_aside) {
    sqlite::Database{path_, sqlite::OpenMode::Existing, {}}.run("DROP TABLE inbound");
    EXPECT_EQ(open(kLater)->report().reason, "its tables are not those of Kleber");
}

// Each start ends one change of the disk later, until one gets to its end.
TEST(Migration, may_be_interrupted_anywhere) {
    const std::string before = contents_of(kVersion1);
    const std::vector<std::string> expected = version_1().all();
    std::uint64_t changes = 0;
    for (bool is_done = false; !is_done; ++changes) {
        for (const bool loses_power : {false, true}) {
            sim::Random random{changes};
            support::CrashDisk disk{changes};
            support::CrashVfs vfs{disk, "migration_disk",
                                  static_cast<int>(2 * changes) + loses_power};
            disk.plant("kleber.db", as_bytes(before));
            disk.faults().add({.failure = support::DiskFailure::Stop, .after_count = changes});
            const Options options{.durability = Durability::Power, .vfs = vfs.name()};
            auto interrupted = Store::open("kleber.db", options, kLater);
            is_done = interrupted.has_value();
            if (is_done) break;
            loses_power ? disk.cut_power(random) : disk.kill();
            disk.start();
            disk.faults().clear();
            auto store = Store::open("kleber.db", options, kLater);
            ASSERT_TRUE(store.has_value()) << store.error().reason << " after " << changes;
            ASSERT_EQ(loaded(**store), expected) << "after " << changes;
        }
        ASSERT_LT(changes, 500U);
    }
    EXPECT_GT(changes, 10U);
}

}  // namespace
}  // namespace kleber::store
