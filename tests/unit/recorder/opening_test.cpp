#include "gateway/recorder/opening.hpp"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

using std::filesystem::perms;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class OpeningTest : public RecorderFixture {
  protected:
    void write_file(const std::string& text) {
        std::ofstream{path_} << text;
        std::filesystem::permissions(path_, perms{0600});
    }
    // Beside SQLite's back: every page but the first becomes nonsense.
    void damage() {
        std::filesystem::resize_file(path_ + "-wal", 0);
        std::fstream file{path_, std::ios::in | std::ios::out | std::ios::binary};
        file.seekp(4096);
        file << std::string(static_cast<std::size_t>(std::filesystem::file_size(path_)) - 4096,
                            'x');
    }
    // A new file takes the place of what is there, and works.
    void expect_set_aside(const std::string& reason) {
        Recorder recorder{path_, wanted({"t"})};
        recorder.flush(after(0s));
        EXPECT_THAT(recorder.take_news(), ElementsAre(HasSubstr(reason)));
        EXPECT_EQ(recorder.trouble(), std::nullopt);
        say(recorder, 1s, "t", "1");
        recorder.flush(after(2s));
        EXPECT_EQ(rows(recorder, "t", 2s).size(), 1U);
        EXPECT_THAT(files(),
                    testing::Contains(StartsWith("recorder.db.set-aside-20261120-000000")));
    }
};

TEST_F(OpeningTest, what_it_makes_is_for_its_owner_alone) {
    Recorder recorder{path_, wanted({"t"})};
    recorder.flush(after(0s));
    for (const std::string& name : files()) {
        EXPECT_EQ(std::filesystem::status(folder_ + "/" + name).permissions(), perms{0600}) << name;
    }
    EXPECT_TRUE(recorder.take_news().empty());
}

TEST_F(OpeningTest, garbage_is_set_aside) {
    write_file(std::string(10'000, 'x'));
    expect_set_aside("could not be used");
}

TEST_F(OpeningTest, a_database_of_another_program_is_set_aside) {
    {
        sqlite::Database other{path_, sqlite::OpenMode::Create, ""};
        other.run("CREATE TABLE something (id)");
    }
    std::filesystem::permissions(path_, perms{0600});
    expect_set_aside("not a recorder's file");
}

TEST_F(OpeningTest, a_file_of_a_later_version_is_set_aside) {
    {
        auto opened = open_database(path_, after(0s));
        ASSERT_TRUE(opened);
        opened->database->run("PRAGMA user_version=2");
    }
    expect_set_aside("later version");
}

TEST_F(OpeningTest, a_file_that_breaks_while_it_is_used_is_set_aside) {
    Recorder recorder{path_, wanted({"t"})};
    for (int hour = 0; hour < 48; ++hour) {
        say(recorder, hour * 1h, "t", "1");
        recorder.flush(after(hour * 1h));
    }
    damage();
    for (int hour = 48; hour < 52; ++hour) {
        say(recorder, hour * 1h, "t", "2");
        recorder.flush(after(hour * 1h));
    }
    EXPECT_EQ(recorder.trouble(), std::nullopt);
    EXPECT_EQ(rows(recorder, "t", 52h).back().mean, 2);
}

TEST_F(OpeningTest, a_damaged_file_may_be_removed_but_none_of_a_later_version) {
    write_file(std::string(10'000, 'x'));
    ASSERT_TRUE(open_database(path_, after(0s), Damaged::Removed));
    EXPECT_THAT(files(), ElementsAre("recorder.db"));
    {
        auto opened = open_database(path_, after(0s));
        ASSERT_TRUE(opened);
        opened->database->run("PRAGMA user_version=2");
    }
    ASSERT_TRUE(open_database(path_, after(0s), Damaged::Removed));
    EXPECT_THAT(files(), testing::Contains(StartsWith("recorder.db.set-aside")));
}

TEST_F(OpeningTest, a_disk_that_damages_every_file_is_not_filled_with_them) {
    Recorder recorder{path_, wanted({}, {"t"})};
    int refused_count = 0;
    for (int round = 0; round < 5; ++round) {
        for (int number = 0; number < 20; ++number) {
            say(recorder, round * 1h, "t", std::string(100'000, 'a'));
            recorder.flush(after(round * 1h));
        }
        damage();
        // More than SQLite has in memory.
        for (std::optional<std::int64_t> at = 0; at;) {
            const auto page =
                recorder.read_recording(WallTime{}, WallTime::max(), *at, after(round * 1h));
            if (!page) ++refused_count;
            at = page ? page->next : std::nullopt;
        }
    }
    EXPECT_EQ(refused_count, 5);
    EXPECT_EQ(recorder.trouble(), std::nullopt);
    const auto names = files();
    EXPECT_EQ(std::count_if(names.begin(), names.end(),
                            [](const std::string& name) {
                                return name.find("set-aside") != std::string::npos &&
                                       !name.ends_with("-wal");
                            }),
              1);
    EXPECT_THAT(recorder.take_news(), testing::Contains(HasSubstr("look at the disk")));
}

TEST_F(OpeningTest, without_a_folder_it_goes_on_in_memory_until_there_is_one) {
    Recorder recorder{folder_ + "/later/recorder.db", wanted({"t"})};
    say(recorder, 1s, "t", "1");
    recorder.flush(after(2s));
    EXPECT_THAT(recorder.trouble(), testing::Optional(HasSubstr("No such file")));
    EXPECT_THAT(recorder.take_news(), ElementsAre(HasSubstr("cannot write")));
    EXPECT_EQ(rows(recorder, "t", 3s).size(), 1U);
    std::filesystem::create_directory(folder_ + "/later");
    recorder.flush(after(60s));
    EXPECT_THAT(recorder.take_news(), ElementsAre(HasSubstr("can write again")));
    EXPECT_EQ(rows(recorder, "t", 60s).size(), 1U);
    EXPECT_EQ(recorder.history().pending_count(), 0U);
}

TEST_F(OpeningTest, a_file_that_others_may_read_is_not_used) {
    { Recorder{path_, wanted({"t"})}.flush(after(0s)); }
    std::filesystem::permissions(path_, perms{0644});
    Recorder recorder{path_, wanted({"t"})};
    recorder.flush(after(1s));
    EXPECT_THAT(recorder.trouble(), testing::Optional(HasSubstr("chmod 600")));
}

}  // namespace
}  // namespace kleber::recorder
