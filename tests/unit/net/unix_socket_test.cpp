#include "gateway/net/unix_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.hpp"

namespace kleber::net {
namespace {

using Kind = ListenFailure::Kind;
using support::TemporaryFolder;
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

TEST(UnixSocket, of_several_files_that_come_one_is_kept_open) {
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    const runtime::FileDescriptor here{sockets[0]};
    const runtime::FileDescriptor there{sockets[1]};
    const auto open_count = [] {
        const std::filesystem::directory_iterator files{"/proc/self/fd"};
        return std::distance(begin(files), end(files));
    };
    const int two[] = {here.get(), there.get()};
    std::string text = "x";
    iovec part{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof two)> room{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof two);
    std::memcpy(CMSG_DATA(header), two, sizeof two);
    ASSERT_EQ(::sendmsg(here.get(), &message, 0), 1);
    const auto before = open_count();
    runtime::FileDescriptor file;
    std::array<std::uint8_t, 10> bytes{};
    EXPECT_EQ(receive_with_file(there.get(), bytes, file), 1);
    EXPECT_TRUE(file.is_open());
    EXPECT_EQ(open_count(), before + 1);
}

}  // namespace
}  // namespace kleber::net
