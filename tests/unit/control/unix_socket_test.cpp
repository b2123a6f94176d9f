#include "gateway/control/unix_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/control/temporary_folder.hpp"

namespace kleber::control {
namespace {

using Kind = ListenFailure::Kind;
using testing::HasSubstr;

constexpr const char* kNoGroup = "no such group";

TEST(UnixSocket, is_a_file_for_owner_and_group) {
    const TemporaryFolder folder;
    const std::string path = folder.file("socket");
    const auto listening = listen_unix(path, kNoGroup);
    ASSERT_TRUE(listening.has_value());
    struct stat file {};
    ASSERT_EQ(::stat(path.c_str(), &file), 0);
    EXPECT_TRUE(S_ISSOCK(file.st_mode));
    EXPECT_EQ(file.st_mode & 07777U, 0660U);
    EXPECT_TRUE(connect_unix(path, Blocking::Yes).has_value());
}

TEST(UnixSocket, leaves_a_living_one_alone) {
    const TemporaryFolder folder;
    const std::string path = folder.file("socket");
    const auto first = listen_unix(path, kNoGroup);
    ASSERT_TRUE(first.has_value());
    const auto second = listen_unix(path, kNoGroup);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, Kind::Occupied);
    EXPECT_EQ(second.error().text, path + ": another gateway answers there");
    EXPECT_TRUE(connect_unix(path, Blocking::Yes).has_value());
}

TEST(UnixSocket, leaves_one_alone_that_has_no_time) {
    const TemporaryFolder folder;
    const std::string path = folder.file("socket");
    const auto first = listen_unix(path, kNoGroup);
    ASSERT_TRUE(first.has_value());
    std::vector<runtime::FileDescriptor> waiting;
    while (auto connected = connect_unix(path, Blocking::No)) {
        waiting.push_back(std::move(*connected));
        ASSERT_LT(waiting.size(), 1000U);
    }
    const auto second = listen_unix(path, kNoGroup);
    ASSERT_FALSE(second.has_value());
    EXPECT_EQ(second.error().kind, Kind::Occupied);
}

TEST(UnixSocket, replaces_what_a_dead_one_has_left) {
    const TemporaryFolder folder;
    const std::string path = folder.file("socket");
    ASSERT_TRUE(listen_unix(path, kNoGroup).has_value());
    ASSERT_TRUE(std::filesystem::exists(path));
    EXPECT_EQ(connect_unix(path, Blocking::Yes).error(), std::errc::connection_refused);
    const auto again = listen_unix(path, kNoGroup);
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(connect_unix(path, Blocking::Yes).has_value());
}

TEST(UnixSocket, does_not_touch_another_file) {
    const TemporaryFolder folder;
    const std::string path = folder.file("letter");
    std::ofstream{path} << "dear";
    const auto listening = listen_unix(path, kNoGroup);
    ASSERT_FALSE(listening.has_value());
    EXPECT_EQ(listening.error().kind, Kind::Other);
    EXPECT_THAT(listening.error().text, HasSubstr("is no socket"));
    EXPECT_EQ(std::filesystem::file_size(path), 4U);
}

TEST(UnixSocket, says_where_it_cannot_be) {
    const TemporaryFolder folder;
    for (const std::string& path :
         {folder.file("missing/socket"), folder.file(std::string(108, 'x')), std::string{}}) {
        const auto listening = listen_unix(path, kNoGroup);
        ASSERT_FALSE(listening.has_value()) << path;
        EXPECT_EQ(listening.error().kind, Kind::Other);
        EXPECT_EQ(listening.error().text.find(path + ": "), 0U) << listening.error().text;
        EXPECT_FALSE(connect_unix(path, Blocking::Yes).has_value());
    }
}

}  // namespace
}  // namespace kleber::control
