#include "gateway/coming_over/mosquitto_conf.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/coming_over/support.hpp"

namespace kleber::coming_over {
namespace {

std::string read(std::map<std::string, std::string> files) {
    MemoryFiles memory{std::move(files)};
    const auto options = read_mosquitto_conf("/m.conf", memory);
    if (!options) return text::render(options.error());
    std::string all;
    for (const Option& option : *options) {
        all += to_string(option.place) + ' ' + std::to_string(option.file_number) + ' ' +
               option.name + '[' + option.value + "]\n";
    }
    return all;
}

TEST(MosquittoConf, ReadsNamesAndTheRestOfTheLine) {
    EXPECT_EQ(read({{"/m.conf",
                     "# a comment\n"
                     "\r\n"
                     "   \n"
                     "listener   1883  127.0.0.1 # here\r\n"
                     "  acl_file /a file\t\n"
                     "   # another\n"
                     "persistence\n"
                     "user mosquitto"}}),
              "/m.conf:4 0 listener[1883  127.0.0.1 # here]\n"
              "/m.conf:5 0 acl_file[/a file]\n"
              "/m.conf:7 0 persistence[]\n"
              "/m.conf:8 0 user[mosquitto]\n");
}

TEST(MosquittoConf, ReadsTheFilesOfAFolderWhereItIsNamed) {
    EXPECT_EQ(read({{"/m.conf", "a 1\ninclude_dir /d\nb 2\n"},
                    {"/d/b.conf", "from_b 1\n"},
                    {"/d/A.conf", "from_A 1\n"},
                    {"/d/a.conf", "from_a 1\n"},
                    {"/d/01.conf", "from_01 1\n"},
                    {"/d/.conf", "no\n"},
                    {"/d/c.conf~", "no\n"}}),
              "/m.conf:1 0 a[1]\n"
              "/m.conf:2 0 include_dir[/d]\n"
              "/d/01.conf:1 1 from_01[1]\n"
              "/d/A.conf:1 2 from_A[1]\n"
              "/d/a.conf:1 3 from_a[1]\n"
              "/d/b.conf:1 4 from_b[1]\n"
              "/m.conf:3 0 b[2]\n");
}

TEST(MosquittoConf, SortsAsTheManualSays) {
    std::vector<std::string> names{"b.conf", "A.conf", "01.conf", "a.conf", "B.conf", "00.conf"};
    std::sort(names.begin(), names.end(), is_before);
    EXPECT_EQ(names, (std::vector<std::string>{"00.conf", "01.conf", "A.conf", "a.conf", "B.conf",
                                               "b.conf"}));
}

TEST(MosquittoConf, TellsAllThatIsWrongAndNoTextOfTheFile) {
    EXPECT_EQ(read({}), "/m.conf: error: is not there\n");
    EXPECT_EQ(read({{"/m.conf", "include_dir /d\npassword \xFF\n\ninclude_dir /e\ninclude_dir\n"},
                    {"/d/a.conf", "include_dir /d\n"}}),
              "/d/a.conf:1:1: error: include_dir in a file that is included itself\n"
              "    mosquitto allows it in the main file alone\n"
              "/m.conf:2:1: error: the line is not UTF-8\n"
              "/m.conf:4:1: error: /e is not there\n"
              "/m.conf:5:1: error: include_dir without a folder\n");
}

}  // namespace
}  // namespace kleber::coming_over
