#include "tests/bench/doors/load_poll.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <stdexcept>
#include <system_error>

#include "tests/bench/doors/load_client.hpp"

namespace kleber::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kEvents = 256;
constexpr std::size_t kRoom = 256 << 10;
constexpr std::chrono::milliseconds kLook{20};

}  // namespace

LoadPoll::LoadPoll() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), room_(kRoom) {
    if (!epoll_.is_open()) throw std::system_error{errno, std::generic_category(), "epoll"};
}

void LoadPoll::watch(LoadClient& client, std::uint32_t events, int operation) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = &client;
    ::epoll_ctl(epoll_.get(), operation, client.descriptor(), &event);
}

void LoadPoll::remove(LoadClient& client) {
    watch(client, 0, EPOLL_CTL_DEL);
    std::erase(dirty_, &client);
}

void LoadPoll::touch(LoadClient& client) {
    // Whoever touches does so again and again.
    if (dirty_.empty() || dirty_.back() != &client) dirty_.push_back(&client);
}

void LoadPoll::flush() {
    for (LoadClient* client : dirty_) client->flush();
    dirty_.clear();
}

void LoadPoll::turn(std::chrono::nanoseconds longest) {
    flush();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(longest);
    timespec time{};
    time.tv_sec = static_cast<std::time_t>(seconds.count());
    time.tv_nsec = static_cast<long>((longest - seconds).count());
    std::array<epoll_event, kEvents> events;
    const int count = ::epoll_pwait2(epoll_.get(), events.data(), kEvents, &time, nullptr);
    for (int index = 0; index < count; ++index) {
        static_cast<LoadClient*>(events[static_cast<std::size_t>(index)].data.ptr)->on_ready();
    }
    flush();
}

void LoadPoll::turn_until(const std::function<bool()>& condition, std::chrono::seconds longest) {
    const auto deadline = Clock::now() + longest;
    while (!condition()) {
        if (Clock::now() > deadline) throw std::runtime_error{"the broker takes too long"};
        turn(kLook);
    }
}

void LoadPoll::turn_for(std::chrono::duration<double> time) {
    const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(time);
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        turn(std::min<std::chrono::nanoseconds>(end - now, kLook));
    }
}

}  // namespace kleber::bench
