#include "gateway/store/maintenance.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/file_lock.hpp"
#include "gateway/store/schema.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MaintenanceTest : public StoreFixture {
  protected:
    // A store with a session and a retained message under this topic, closed again.
    void make_store(const std::string& path, const std::string& topic) {
        auto store = open_at(path, at(0));
        must(store->commit(batch(at(0), session_put(5, "pump"), retained_put({.topic = topic}))));
    }
    void make_backup() {
        make_store(path_, "before");
        auto store = open(at(0));
        must(store->begin_backup(backup_));
        finish_backup(*store);
    }
    std::vector<std::string> records() {
        auto store = open(at(0));
        return loaded(*store);
    }
    static void spoil(const std::string& path) {
        std::fstream file{path, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4096);
        file << std::string(static_cast<std::size_t>(std::filesystem::file_size(path)) - 4096, 'x');
    }

    static std::string bytes_of(const std::string& path) {
        std::ifstream file{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }

    const std::string backup_ = folder_ + "/backup.db";
};

TEST_F(MaintenanceTest, a_backup_takes_the_place_of_what_is_there) {
    make_backup();
    {
        auto store = open(at(0));
        must(store->commit(batch(at(0), retained_put({.topic = "after"}))));
    }
    const auto restored = restore_file(backup_, path_, at(0));
    ASSERT_TRUE(restored) << restored.error();
    EXPECT_EQ(restored->kept, (Counts{.sessions = 1, .retained = 1}));
    EXPECT_THAT(restored->set_aside, HasSubstr("kleber.db.replaced-"));
    EXPECT_THAT(records(), ElementsAre(describe(retained_put({.topic = "before"})),
                                       describe(session_put(5, "pump"))));
    EXPECT_EQ(open_at(restored->set_aside, at(0))->info()->kept.retained, 2U);
    EXPECT_EQ(open_at(backup_, at(0))->info()->kept.retained, 1U) << "it can be used again";
}

TEST_F(MaintenanceTest, a_backup_is_restored_where_nothing_is) {
    make_backup();
    std::filesystem::rename(path_, folder_ + "/elsewhere.db");
    const auto restored = restore_file(backup_, path_, at(0));
    ASSERT_TRUE(restored) << restored.error();
    EXPECT_EQ(restored->set_aside, "");
    EXPECT_EQ(records().size(), 2U);
    EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms{0600});
}

TEST_F(MaintenanceTest, what_is_not_whole_is_not_restored) {
    make_backup();
    spoil(backup_);
    EXPECT_FALSE(restore_file(backup_, path_, at(0)).has_value());
    std::ofstream{backup_, std::ios::trunc} << "not a database";
    EXPECT_THAT(restore_file(backup_, path_, at(0)).error(), HasSubstr("cannot be restored"));
    std::filesystem::resize_file(backup_, 0);
    EXPECT_FALSE(restore_file(backup_, path_, at(0)).has_value()) << "an empty file";
    EXPECT_FALSE(restore_file(folder_ + "/nothing", path_, at(0)).has_value());
    EXPECT_THAT(files(), ElementsAre("backup.db", "kleber.db", "kleber.db.lock"));
    EXPECT_EQ(records().size(), 2U) << "what was there is there";
}

TEST_F(MaintenanceTest, the_file_of_a_running_store_is_no_backup) {
    make_backup();
    auto live = open_at(folder_ + "/live.db", at(0));
    must(live->commit(batch(at(0), retained_put({}))));
    EXPECT_THAT(restore_file(folder_ + "/live.db", path_, at(0)).error(), HasSubstr("no backup"));
}

TEST_F(MaintenanceTest, a_store_in_use_is_not_replaced) {
    make_backup();
    auto store = open(at(0));
    EXPECT_FALSE(restore_file(backup_, path_, at(0)).has_value());
    EXPECT_EQ(store->info()->kept.retained, 1U);
}

// A gateway that starts while something is under way would lose what it keeps from then on.
TEST_F(MaintenanceTest, one_program_at_a_time_has_the_place) {
    make_backup();
    const auto lock = FileLock::take(path_);
    ASSERT_TRUE(lock) << lock.error();
    const std::string expected = "cannot use " + path_ + ": another program holds it";
    EXPECT_EQ(restore_file(backup_, path_, at(0)).error(), expected);
    EXPECT_EQ(check_file(path_, at(0)).error(), expected);
    EXPECT_EQ(Store::open(path_, {}, at(0)).error().reason, expected);
    EXPECT_EQ(std::filesystem::status(path_ + ".lock").permissions(), std::filesystem::perms{0600});
}

TEST_F(MaintenanceTest, a_store_holds_its_place_whatever_file_is_there) {
    make_backup();
    auto store = open(at(0));
    std::filesystem::rename(path_, folder_ + "/moved.db");
    EXPECT_THAT(restore_file(backup_, path_, at(0)).error(), HasSubstr("another program holds it"));
    store.reset();
    EXPECT_TRUE(restore_file(backup_, path_, at(0)).has_value());
}

TEST_F(MaintenanceTest, what_was_interrupted_before_is_not_lost) {
    make_backup();
    std::filesystem::rename(path_, path_ + ".recovered");
    std::ofstream{path_} << "a damaged one";
    std::filesystem::permissions(path_, std::filesystem::perms{0600});
    const auto restored = restore_file(backup_, path_, at(0));
    ASSERT_TRUE(restored) << restored.error();
    EXPECT_EQ(open_at(restored->set_aside, at(0))->info()->kept.retained, 1U);
    const auto names = files();
    const auto damaged = std::find_if(names.begin(), names.end(), [](const std::string& name) {
        return name.find(".damaged-") != std::string::npos;
    });
    ASSERT_NE(damaged, names.end());
    EXPECT_EQ(bytes_of(folder_ + "/" + *damaged), "a damaged one");
}

TEST_F(MaintenanceTest, a_file_of_the_store_itself_is_no_backup) {
    make_backup();
    for (const std::string suffix : {"", ".recovering", ".recovered"}) {
        const std::string own = path_ + suffix;
        if (!suffix.empty()) std::filesystem::copy_file(backup_, own);
        EXPECT_THAT(restore_file(own, path_, at(0)).error(), HasSubstr("of the store itself"));
        EXPECT_TRUE(std::filesystem::exists(own));
    }
    std::filesystem::create_symlink(path_, folder_ + "/link.db");
    EXPECT_FALSE(restore_file(folder_ + "/link.db", path_, at(0)).has_value());
}

TEST_F(MaintenanceTest, a_damaged_store_is_replaced) {
    make_backup();
    spoil(path_);
    const auto restored = restore_file(backup_, path_, at(0));
    ASSERT_TRUE(restored) << restored.error();
    EXPECT_EQ(records().size(), 2U);
}

TEST_F(MaintenanceTest, a_look_at_a_file_changes_nothing) {
    make_store(path_, "before");
    const auto report = check_file(path_, at(0));
    ASSERT_TRUE(report) << report.error();
    EXPECT_THAT(report->problems, IsEmpty());
    EXPECT_EQ(report->kept, (Counts{.sessions = 1, .retained = 1}));

    spoil(path_);
    const std::string before = bytes_of(path_);
    const auto damaged = check_file(path_, at(0));
    ASSERT_TRUE(damaged) << damaged.error();
    EXPECT_FALSE(damaged->problems.empty());
    EXPECT_EQ(bytes_of(path_), before);
    EXPECT_FALSE(check_file(folder_ + "/nothing", at(0)).has_value());
}

TEST_F(MaintenanceTest, a_damaged_journal_is_left_as_it_is) {
    {
        auto store = open(at(0));
        must(store->commit(batch(at(0), session_put(5, "pump"))));
        copy_of_files("copy.db");
    }
    const std::string copy = folder_ + "/copy.db";
    // In the one row of the journal, where SQLite has no checksum of its own.
    sqlite::Database{copy, sqlite::OpenMode::Existing, {}}.run(
        "UPDATE journal_0 SET changes = CAST(replace(changes, 'pump', 'Pump') AS BLOB)");
    const std::string before = bytes_of(copy);
    const auto report = check_file(copy, at(0));
    ASSERT_TRUE(report) << report.error();
    EXPECT_THAT(report->problems, ElementsAre("a row of the journal cannot be read"));
    EXPECT_EQ(bytes_of(copy), before);
    EXPECT_EQ(open_at(copy, at(0))->report().opening, Opening::Damaged);
}

TEST_F(MaintenanceTest, a_file_of_another_version_is_neither_damaged_nor_changed) {
    make_store(path_, "before");
    for (const auto& [version, reason] :
         {std::pair{kSchemaVersion - 1, "it is of version 2; the next start of the gateway"},
          std::pair{kSchemaVersion + 1, "a later version of Kleber wrote it"}}) {
        sqlite::Database{path_, sqlite::OpenMode::Existing, {}}.run("PRAGMA user_version=" +
                                                                    std::to_string(version));
        const std::string before = bytes_of(path_);
        EXPECT_THAT(check_file(path_, at(0)).error(), HasSubstr(reason));
        const auto opened = Store::open(path_, {.may_replace = false}, at(0));
        ASSERT_FALSE(opened);
        EXPECT_THAT(opened.error().reason, HasSubstr(reason));
        EXPECT_EQ(bytes_of(path_), before);
    }
    EXPECT_THAT(files(), ElementsAre("kleber.db", "kleber.db.lock"));
}

TEST_F(MaintenanceTest, who_only_looks_replaces_nothing) {
    const auto refusal = [this] {
        const auto opened = Store::open(path_, {.may_replace = false}, at(0));
        return opened ? std::string{} : opened.error().reason;
    };
    EXPECT_EQ(refusal(), "cannot use " + path_ + ": there is no such file");
    EXPECT_THAT(files(), IsEmpty());

    make_backup();
    EXPECT_EQ(refusal(), "");
    std::filesystem::copy_file(backup_, path_ + ".recovered");
    EXPECT_THAT(refusal(), HasSubstr("start the gateway for that"));
    std::filesystem::remove(path_ + ".recovered");

    spoil(path_);
    const std::string before = bytes_of(path_);
    EXPECT_THAT(refusal(), HasSubstr("it is damaged ("));
    EXPECT_THAT(refusal(), HasSubstr("start the gateway to recover it"));
    EXPECT_EQ(bytes_of(path_), before);
    EXPECT_THAT(files(), ElementsAre("backup.db", "kleber.db", "kleber.db.lock"));
}

// Root works for somebody else.
TEST_F(MaintenanceTest, what_is_made_belongs_to_the_owner_of_its_folder) {
    constexpr ::uid_t kSomebody = 12'345;
    const ::uid_t owner = ::geteuid() == 0 ? kSomebody : ::geteuid();
    ASSERT_EQ(::chown(folder_.c_str(), owner, static_cast<::gid_t>(-1)), 0);
    make_backup();
    ASSERT_TRUE(restore_file(backup_, path_, at(0)).has_value());
    auto store = open(at(0));
    must(store->commit(batch(at(0), retained_put({}))));
    for (const std::string& name : files()) {
        struct stat found {};
        ASSERT_EQ(::stat((folder_ + "/" + name).c_str(), &found), 0);
        EXPECT_EQ(found.st_uid, owner) << name;
    }
}

TEST_F(MaintenanceTest, a_backup_that_cannot_be_written_leaves_nothing) {
    make_store(path_, "before");
    auto store = open(at(0));
    EXPECT_FALSE(store->begin_backup(folder_ + "/no/such/folder").has_value());
    must(store->begin_backup(backup_));
    store.reset();
    EXPECT_THAT(files(), ElementsAre("kleber.db", "kleber.db.lock")) << "half a backup is none";
}

}  // namespace
}  // namespace kleber::store
