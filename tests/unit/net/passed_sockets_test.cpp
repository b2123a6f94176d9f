#include "gateway/net/passed_sockets.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "gateway/net/listen_tcp.hpp"
#include "gateway/net/unix_socket.hpp"

namespace kleber::net {
namespace {

Address of(const char* host, std::uint16_t port) {
    return resolve(host, port, Purpose::Listen).value().front();
}

runtime::FileDescriptor listening(const char* host, const std::string& interface = {}) {
    return std::move(listen_tcp(of(host, 0), interface).value().socket);
}

bool is_same_socket(int one, int other) {
    struct stat first {};
    struct stat second {};
    return ::fstat(one, &first) == 0 && ::fstat(other, &second) == 0 &&
           first.st_ino == second.st_ino;
}

TEST(PassedSockets, are_found_by_their_address) {
    PassedSockets passed;
    runtime::FileDescriptor four = listening("127.0.0.1");
    runtime::FileDescriptor all = listening("::");
    const int four_fd = four.get();
    const int all_fd = all.get();
    const std::uint16_t four_port = local_address(four_fd).port();
    const std::uint16_t all_port = local_address(all_fd).port();
    ::fcntl(four_fd, F_SETFL, 0);
    passed.add(std::move(four), "four");
    passed.add(std::move(all), "all");

    for (int round = 0; round < 2; ++round) {
        const runtime::FileDescriptor found = passed.listening_at(of("127.0.0.1", four_port), "");
        ASSERT_TRUE(found.is_open());
        EXPECT_TRUE(is_same_socket(found.get(), four_fd));
        EXPECT_NE(::fcntl(found.get(), F_GETFL) & O_NONBLOCK, 0);
        EXPECT_NE(::fcntl(found.get(), F_GETFD) & FD_CLOEXEC, 0);
    }
    EXPECT_TRUE(is_same_socket(passed.listening_at(of("::", all_port), "").get(), all_fd));
    EXPECT_FALSE(passed.listening_at(of("127.0.0.1", all_port), "").is_open());
    EXPECT_FALSE(passed.listening_at(of("0.0.0.0", all_port), "").is_open());
    EXPECT_FALSE(passed.listening_at(of("127.0.0.2", four_port), "").is_open());
    EXPECT_FALSE(passed.listening_at(of("127.0.0.1", four_port), "lo").is_open())
        << "lets in more than is wanted";
    EXPECT_FALSE(passed.listening_at("four").is_open());
    EXPECT_TRUE(passed.close_unused().empty());
}

TEST(PassedSockets, are_found_by_their_path) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("kleber-passed-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    const std::string path = folder / "mqtt.sock";
    PassedSockets passed;
    passed.add(std::move(listen_unix(path, nullptr).value()), "");
    EXPECT_TRUE(passed.listening_at(path).is_open());
    EXPECT_TRUE(passed.listening_at(folder / "." / "mqtt.sock").is_open());
    EXPECT_FALSE(passed.listening_at(folder / "other.sock").is_open());
    EXPECT_FALSE(passed.listening_at("").is_open());
    std::filesystem::remove_all(folder);
}

TEST(PassedSockets, that_nobody_wants_are_told_and_closed) {
    PassedSockets passed;
    runtime::FileDescriptor unused = listening("127.0.0.1");
    const std::string address = local_address(unused.get()).text();
    runtime::FileDescriptor datagrams{::socket(AF_INET, SOCK_DGRAM, 0)};
    runtime::FileDescriptor silent{::socket(AF_INET, SOCK_STREAM, 0)};
    const int fds[] = {unused.get(), datagrams.get(), silent.get()};
    passed.add(std::move(unused), "unused");
    passed.add(std::move(datagrams), "datagrams");
    passed.add(std::move(silent), "");
    EXPECT_EQ(passed.close_unused(),
              (std::vector<std::string>{"\"unused\" (" + address + ')',
                                        "\"datagrams\" (none that listens for connections)",
                                        "(none that listens for connections)"}));
    for (const int fd : fds) EXPECT_EQ(::fcntl(fd, F_GETFD), -1);
    EXPECT_TRUE(passed.close_unused().empty());
}

TEST(PassedSockets, are_none_where_the_environment_means_somebody_else) {
    const std::string us = std::to_string(::getpid());
    for (const auto& [process, count] : {std::pair<std::string, std::string>{"1", "1"},
                                         {us, "0"},
                                         {us, "-1"},
                                         {us, "x"},
                                         {us, ""},
                                         {us + "0", "1"},
                                         {"", "1"}}) {
        ::setenv("LISTEN_PID", process.c_str(), 1);
        ::setenv("LISTEN_FDS", count.c_str(), 1);
        ::setenv("LISTEN_FDNAMES", "a:b", 1);
        EXPECT_TRUE(PassedSockets::from_environment().close_unused().empty()) << process << count;
        for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
            EXPECT_EQ(std::getenv(name), nullptr) << name;
        }
    }
}

}  // namespace
}  // namespace kleber::net
