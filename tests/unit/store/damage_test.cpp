#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/maintenance.hpp"
#include "gateway/store/schema.hpp"
#include "tests/sim/random.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t kPageBytes = 4096;
const Now kMorning = at(0, 1'795'165'944, true);  // 2026-11-20T09:12:24Z

std::string read_file(const std::string& path) {
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream{path, std::ios::binary | std::ios::trunc} << bytes;
    std::filesystem::permissions(path, std::filesystem::perms{0600});
}

class DamageTest : public StoreFixture {
  protected:
    DamageTest() {
        {
            auto store = open(kMorning);
            fill(*store, 0);
            EXPECT_TRUE(store->info());  // folds
            fill(*store, 200);           // stays in the journal
            copy_of_files("whole.db");
        }
        // As it is after a checkpoint, the log being gone.
        {
            sqlite::Database database{folder_ + "/whole.db", sqlite::OpenMode::Existing, {}};
            EXPECT_TRUE(database.checkpoint());
        }
        whole_ = read_file(folder_ + "/whole.db");
        std::filesystem::remove(folder_ + "/whole.db");
    }

    void fill(Store& store, std::uint32_t from) {
        port::ChangeBatch changes = batch(kMorning);
        for (std::uint32_t number = from; number < from + 200; ++number) {
            const std::string text = std::to_string(number);
            changes.changes.push_back(session_put(number, "client " + text));
            changes.changes.push_back(subscription_put(number, "home/" + text));
            changes.changes.push_back(message_put(number, {.payload = text}));
            changes.changes.push_back(delivery_put(number, number, number));
            changes.changes.push_back(inbound_put(number, 7));
            changes.changes.push_back(memory_put(number, "rule", text));
            changes.changes.push_back(retained_put({.topic = "home/" + text, .payload = text}));
        }
        must(store.commit(changes));
        model_.apply(changes);
    }

    // Puts these bytes in the store's place, opens it, and tells what it found. Whatever that was,
    // the store is sound then, and holds nothing that was not there before.
    OpenReport open_damaged(const std::string& bytes) {
        for (const std::string& name : files()) std::filesystem::remove(folder_ + "/" + name);
        write_file(path_, bytes);
        OpenReport report;
        const auto checked = check_file(path_, kMorning);
        EXPECT_TRUE(checked) << checked.error();
        const bool has_problems = checked && !checked->problems.empty();
        if (has_problems) {
            EXPECT_EQ(read_file(path_), bytes);
            EXPECT_THAT(files(), ElementsAre("kleber.db", "kleber.db.lock"));
        }
        {
            auto store = open(kMorning);
            if (store == nullptr) return report;
            report = store->report();
            EXPECT_EQ(report.opening == Opening::Damaged, has_problems);
            const std::vector<std::string> all = model_.all();
            const std::vector<std::string> left = loaded(*store);
            EXPECT_TRUE(std::includes(all.begin(), all.end(), left.begin(), left.end()));
            EXPECT_THAT(store->check()->problems, IsEmpty());
            if (report.opening == Opening::Opened) {
                EXPECT_EQ(left, all) << "lost silently";
                EXPECT_THAT(files(), ElementsAre("kleber.db", "kleber.db-wal", "kleber.db.lock"));
            } else {
                EXPECT_EQ(report.set_aside, path_ + ".damaged-20261120-091224");
                // SQLite writes a header to what is empty.
                if (!bytes.empty()) {
                    EXPECT_EQ(read_file(report.set_aside), bytes);
                }
                EXPECT_TRUE(left.size() == all.size() || report.lost > 0 || report.is_loss_unknown);
            }
            left_ = left.size();
            must(store->commit(batch(kMorning, retained_put({.topic = "later"}))));
        }
        auto again = open(kMorning);
        EXPECT_EQ(again->report().opening, Opening::Opened);
        EXPECT_EQ(loaded(*again).size(), left_ + 1);
        return report;
    }

    Model model_;
    std::string whole_;
    std::size_t left_ = 0;
};

TEST_F(DamageTest, what_is_whole_stays_where_it_is) {
    EXPECT_EQ(open_damaged(whole_).opening, Opening::Opened);
}

TEST_F(DamageTest, nothing_is_left_of_an_empty_file_or_of_garbage) {
    for (const std::string& bytes :
         {std::string{}, std::string(kPageBytes, '\0'), std::string(20'000, '?'),
          whole_.substr(0, 90), std::string(whole_.size(), '\0')}) {
        const OpenReport report = open_damaged(bytes);
        EXPECT_EQ(report.opening, Opening::Damaged);
        EXPECT_TRUE(report.is_loss_unknown);
        EXPECT_EQ(report.kept, Counts{});
    }
}

TEST_F(DamageTest, what_is_in_front_of_a_cut_is_recovered) {
    const OpenReport report = open_damaged(whole_.substr(0, whole_.size() * 3 / 4));
    EXPECT_EQ(report.opening, Opening::Damaged);
    EXPECT_EQ(report.reason, "it is damaged");
    EXPECT_TRUE(report.is_loss_unknown);
    EXPECT_GT(left_, 200U);
    for (std::size_t page = 1; page < whole_.size() / kPageBytes; ++page) {
        EXPECT_EQ(open_damaged(whole_.substr(0, page * kPageBytes)).opening, Opening::Damaged);
    }
}

TEST_F(DamageTest, a_lost_page_costs_what_it_held) {
    std::size_t most = 0;
    for (std::size_t page = 0; page < whole_.size() / kPageBytes; ++page) {
        std::string bytes = whole_;
        bytes.replace(page * kPageBytes, kPageBytes, kPageBytes, page % 2 == 0 ? '\0' : '\xFF');
        open_damaged(bytes);
        most = std::max(most, left_);
    }
    EXPECT_GT(most, 2000U);  // of 2400
}

TEST_F(DamageTest, a_wrong_bit_is_no_crash_and_no_silent_loss) {
    sim::Random random{1};
    constexpr int kRounds = 60;
    int damaged = 0;
    for (int round = 0; round < kRounds; ++round) {
        std::string bytes = whole_;
        char& byte = bytes[random.below(bytes.size())];
        byte = static_cast<char>(byte ^ 1 << random.below(8));
        if (open_damaged(bytes).opening == Opening::Damaged) ++damaged;
        if (HasFailure()) FAIL() << "in round " << round;
    }
    EXPECT_GT(damaged, kRounds / 4);
}

TEST_F(DamageTest, a_file_of_a_later_version_is_set_aside_unread) {
    for (const std::string& name : files()) std::filesystem::remove(folder_ + "/" + name);
    write_file(path_, whole_);
    {
        sqlite::Database{path_, sqlite::OpenMode::Existing, {}}.run(
            "PRAGMA user_version=" + std::to_string(kSchemaVersion + 1));
    }
    auto store = open(kMorning);
    EXPECT_EQ(store->report().opening, Opening::TooNew);
    EXPECT_EQ(store->report().set_aside, path_ + ".newer-20261120-091224");
    EXPECT_EQ(store->report().reason, "a later version of Kleber wrote it");
    EXPECT_THAT(loaded(*store), IsEmpty());
    EXPECT_GE(std::filesystem::file_size(store->report().set_aside), whole_.size());
}

TEST_F(DamageTest, a_database_of_another_program_is_set_aside) {
    for (const std::string& name : files()) std::filesystem::remove(folder_ + "/" + name);
    write_file(path_, "");
    {
        sqlite::Database{path_, sqlite::OpenMode::Existing, {}}.run(
            "CREATE TABLE other (id INTEGER)");
    }
    EXPECT_EQ(open(kMorning)->report().reason, "its tables are not those of Kleber");
}

TEST_F(DamageTest, a_start_that_was_interrupted_while_it_recovered_is_finished) {
    for (const std::string& name : files()) std::filesystem::remove(folder_ + "/" + name);
    write_file(path_, "the damaged one");
    write_file(path_ + ".recovered", whole_);
    write_file(path_ + ".recovering", "a start before that");
    auto store = open(kMorning);
    EXPECT_EQ(store->report().opening, Opening::Damaged);
    EXPECT_TRUE(store->report().is_loss_unknown);
    EXPECT_EQ(read_file(store->report().set_aside), "the damaged one");
    EXPECT_EQ(loaded(*store), model_.all());
}

TEST_F(DamageTest, damage_found_while_in_use_is_said) {
    auto store = open(kMorning);
    fill(*store, 400);
    const std::string payload(3 << 20, 'x');
    must(store->commit(batch(kMorning, retained_put({.payload = payload}))));
    ASSERT_TRUE(store->info());
    tend_all(*store, kMorning);  // a checkpoint
    std::string bytes = read_file(path_);
    for (std::size_t page = 2; page < bytes.size() / kPageBytes; ++page) {
        bytes.replace(page * kPageBytes, kPageBytes, kPageBytes, '\xFF');
    }
    std::ofstream{path_, std::ios::binary | std::ios::in} << bytes;
    std::string reason;
    for (std::uint32_t number = 1000; number < 4000 && reason.empty(); ++number) {
        auto status = store->commit(batch(kMorning, message_put(number, {})));
        if (status) status = store->tend(at(60'000));
        if (!status) reason = status.error().reason;
    }
    EXPECT_THAT(reason, HasSubstr("it is damaged; start again to recover"));
    const auto checked = store->check();
    EXPECT_TRUE(!checked || !checked->problems.empty());
}

}  // namespace
}  // namespace kleber::store
