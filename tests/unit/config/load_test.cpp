#include "gateway/config/load.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace kleber::config {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test.
class Load : public ::testing::Test {
  protected:
    Load() {
        std::string pattern = (fs::temp_directory_path() / "kleber-config-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~Load() override { fs::remove_all(folder_); }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void write(const std::string& name, const std::string& text) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream{path(name), std::ios::binary} << text;
    }
    // What is wrong, with the test's folder cut out.
    std::string errors() const {
        const auto config = load(path("kleber.toml"));
        EXPECT_FALSE(config);
        if (config) return {};
        std::string text = text::render(config.error());
        const std::string prefix = folder_.string() + '/';
        for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
            text.erase(at, prefix.size());
        }
        return text;
    }

    fs::path folder_;
};

TEST_F(Load, OneFile) {
    write("kleber.toml", "[gateway]\nlanes = 3\nstate = \"state\"\n");
    const auto config = load(path("kleber.toml"));
    ASSERT_TRUE(config);
    EXPECT_EQ(config->gateway.lanes, 3U);
    EXPECT_EQ(config->gateway.state, path("state"));
}

TEST_F(Load, FragmentsInTheOrderOfTheirNames) {
    write("kleber.toml", "[[listener]]\nport = 1\n");
    write("conf.d/20-b.toml", "[[listener]]\nport = 3\n");
    write("conf.d/10-a.toml", "[[listener]]\nport = 2\n");
    write("conf.d/30-c.toml", "[[listener]]\nport = 4\n");
    write("conf.d/.hidden.toml", "broken");
    write("conf.d/10-a.toml~", "broken");
    write("conf.d/README", "broken");
    const auto config = load(path("kleber.toml"));
    ASSERT_TRUE(config) << text::render(config.error());
    ASSERT_EQ(config->listeners.size(), 4U);
    for (std::uint16_t i = 0; i < 4; ++i) EXPECT_EQ(config->listeners[i].port, i + 1);
    EXPECT_EQ(config->listeners[1].place.file, path("conf.d/10-a.toml"));
}

TEST_F(Load, AKeySetTwiceNamesBothFiles) {
    write("kleber.toml", "[gateway]\nname = \"a\"\n");
    write("conf.d/a.toml", "[gateway]\nname = \"a\"\n");
    EXPECT_EQ(errors(),
              "conf.d/a.toml:2:1: error: gateway.name is set twice: first in kleber.toml:2:1\n"
              "    name = \"a\"\n"
              "    ^\n"
              "    remove one of the two\n");
}

TEST_F(Load, AMissingFileIsAnError) {
    EXPECT_EQ(errors(), "kleber.toml: error: cannot be read: No such file or directory\n");
}

TEST_F(Load, WhatCannotBeReadIsAnErrorBesideAllOthers) {
    write("kleber.toml", "[gateway]\nlane = 1\n");
    fs::create_directories(folder_ / "conf.d/a.toml");
    EXPECT_EQ(errors(),
              "conf.d/a.toml: error: cannot be read: Is a directory\n"
              "kleber.toml:2:1: error: unknown key lane in [gateway]\n"
              "    lane = 1\n"
              "    ^\n"
              "    did you mean lanes?\n");
}

TEST_F(Load, APipeIsNotWaitedFor) {
    ASSERT_EQ(mkfifo(path("kleber.toml").c_str(), 0600), 0);
    EXPECT_EQ(errors(), "kleber.toml: error: cannot be read: it is a pipe\n");
}

TEST_F(Load, ConfDThatIsNoFolderIsAnError) {
    write("kleber.toml", "");
    write("conf.d", "");
    EXPECT_EQ(errors(), "conf.d: error: cannot be read: Not a directory\n");
}

TEST_F(Load, AnEndlessFileIsRefused) {
    fs::create_symlink("/dev/zero", path("kleber.toml"));
    EXPECT_EQ(errors(), "kleber.toml: error: larger than 4 MiB\n");
}

TEST_F(Load, NoFileIsReadHalfWhenDescriptorsRunOut) {
    write("kleber.toml", "[gateway]\nlanes = 3\n");
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit none = before;
    none.rlim_cur = 0;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto config = load(path("kleber.toml"));
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_FALSE(config);
    EXPECT_NE(text::render(config.error()).find("Too many open files"), std::string::npos);
}

}  // namespace
}  // namespace kleber::config
