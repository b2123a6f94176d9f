#include "tests/unit/app/command_line.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <utility>

namespace kleber::app {
namespace {

// After which a test has failed.
constexpr int kPatience = 20'000;

}  // namespace

Pipe::Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end_ = runtime::FileDescriptor{ends[0]};
    write_end_ = runtime::FileDescriptor{ends[1]};
}

void Pipe::write(std::string_view text) {
    ASSERT_EQ(::write(write_end_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
}

bool Pipe::read_more() {
    pollfd watched{read_end_.get(), POLLIN, 0};
    if (::poll(&watched, 1, kPatience) != 1) return false;
    std::array<char, 4096> part{};
    const ssize_t count = ::read(read_end_.get(), part.data(), part.size());
    if (count <= 0) return false;
    unread_.append(part.data(), static_cast<std::size_t>(count));
    return true;
}

std::string Pipe::read_until(std::string_view end) {
    std::size_t at = unread_.find(end);
    while (at == std::string::npos && read_more()) at = unread_.find(end);
    EXPECT_NE(at, std::string::npos) << "waited for " << end << ", got " << unread_;
    if (at == std::string::npos) return std::exchange(unread_, {});
    std::string text = unread_.substr(0, at + end.size());
    unread_.erase(0, at + end.size());
    return text;
}

std::string Pipe::read_all() {
    close_write_end();
    while (read_more()) {
    }
    return std::exchange(unread_, {});
}

Outcome run_pub(const PubOptions& options, std::string_view input) {
    Pipe in;
    Pipe error;
    in.write(input);
    in.close_write_end();
    const int status = pub(options, {.in = in.read_end(), .error = error.write_end()});
    return {.status = status, .out = {}, .error = error.read_all()};
}

Outcome run_sub(const SubOptions& options) {
    Pipe out;
    Pipe error;
    const int status = sub(options, {.out = out.write_end(), .error = error.write_end()});
    return {.status = status, .out = out.read_all(), .error = error.read_all()};
}

SubOnThread::SubOnThread(SubOptions options) : options_(std::move(options)) {
    thread_ = std::thread{[this] {
        status_ = sub(options_, {.out = out_.write_end(), .error = error_.write_end()});
    }};
}

SubOnThread::~SubOnThread() {
    if (thread_.joinable()) thread_.join();
}

void SubOnThread::interrupt() {
    ::pthread_kill(thread_.native_handle(), SIGINT);
}

int SubOnThread::status() {
    thread_.join();
    return status_;
}

}  // namespace kleber::app
