#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/schema.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;

class PlaceTest : public StoreFixture {
  protected:
    std::string refusal(const std::string& path) {
        const auto opened = Store::open(path, {}, at(0));
        return opened ? std::string{} : opened.error().reason;
    }
};

TEST_F(PlaceTest, what_it_makes_is_for_its_owner_alone) {
    auto store = open(at(0));
    must(store->commit(batch(at(0), retained_put({}))));
    for (const std::string& name : files()) {
        EXPECT_EQ(std::filesystem::status(folder_ + "/" + name).permissions(), perms{0600}) << name;
    }
}

TEST_F(PlaceTest, others_must_not_read_the_file) {
    open(at(0));
    for (const perms mode : {perms{0640}, perms{0604}, perms{0620}}) {
        std::filesystem::permissions(path_, mode);
        EXPECT_EQ(refusal(path_), "cannot use " + path_ +
                                      ": others may read or write it, and it holds messages; "
                                      "type: chmod 600 " +
                                      path_);
    }
}

TEST_F(PlaceTest, a_link_is_not_followed) {
    open(at(0));
    std::filesystem::create_symlink(path_, folder_ + "/link.db");
    EXPECT_THAT(refusal(folder_ + "/link.db"), HasSubstr("it is a symbolic link"));
    EXPECT_THAT(refusal(folder_), HasSubstr("it is not a file"));
    EXPECT_THAT(refusal(folder_ + "/none/kleber.db"), HasSubstr("No such file or directory"));
}

TEST_F(PlaceTest, one_process_holds_the_file) {
    auto store = open(at(0));
    must(store->commit(batch(at(0), retained_put({}))));
    EXPECT_EQ(refusal(path_), "cannot use " + path_ + ": another program holds it");
    must(store->commit(batch(at(0), retained_put({}))));
}

TEST_F(PlaceTest, a_log_without_its_database_is_not_used) {
    {
        auto store = open(at(0));
        must(store->commit(batch(at(0), retained_put({}))));
        copy_of_files("copy.db");
    }
    std::filesystem::remove(folder_ + "/copy.db");
    auto store = open_at(folder_ + "/copy.db", at(0));
    EXPECT_EQ(store->report().opening, Opening::Created);
    EXPECT_TRUE(loaded(*store).empty());
}

TEST_F(PlaceTest, migrations_bring_a_file_forward_step_by_step) {
    constexpr Migration kSteps[] = {
        {kSchemaVersion, "ALTER TABLE session ADD COLUMN note TEXT"},
        {kSchemaVersion + 1, "UPDATE session SET note = 'kept'"},
        {kSchemaVersion + 2, "CREATE TABLE session (id)"},  // is there already
    };
    {
        auto store = open(at(0));
        must(store->commit(batch(at(0), session_put(1, "pump"))));
        ASSERT_TRUE(store->info());
    }
    sqlite::Database database{path_, sqlite::OpenMode::Existing, {}};
    EXPECT_EQ(schema_state(database), SchemaState::Current);
    EXPECT_TRUE(migrate(database, kSteps, kSchemaVersion + 2));
    EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion + 2);
    EXPECT_EQ(database.text("SELECT note FROM session"), "kept");
    EXPECT_EQ(schema_state(database), SchemaState::TooNew);

    EXPECT_FALSE(migrate(database, kSteps, kSchemaVersion + 3));
    ASSERT_TRUE(database.has_failed());
    database.take_failure();
    EXPECT_EQ(database.number("PRAGMA user_version"), kSchemaVersion + 2);
    EXPECT_FALSE(migrate(database, {}, kSchemaVersion + 3));
}

}  // namespace
}  // namespace kleber::store
