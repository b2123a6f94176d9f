#include "gateway/runtime/wake_up.hpp"

#include <gtest/gtest.h>
#include <sys/epoll.h>

#include <thread>
#include <vector>

#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/mailbox.hpp"

namespace kleber::runtime {
namespace {

constexpr int kTooLong = 10'000;  // milliseconds

// A thread's end: what others post to it, and how it sleeps until they do.
class Post {
  public:
    Post() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        epoll_event event{};
        event.events = EPOLLIN | EPOLLET;
        EXPECT_EQ(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_up_.descriptor(), &event), 0);
    }
    void send(int ball) {
        std::vector<int> one{ball};
        mailbox_.post(one);
        wake_up_.wake_if_asleep();
    }
    // Empty if nobody woke it in time.
    std::vector<int> receive() {
        std::vector<int> balls;
        while (true) {
            mailbox_.take(balls);
            if (!balls.empty()) return balls;
            std::this_thread::yield();  // here the others may come in between
            wake_up_.about_to_sleep();
            const int wait = mailbox_.is_empty() ? kTooLong : 0;
            epoll_event event{};
            const bool was_woken = ::epoll_wait(epoll_.get(), &event, 1, wait) > 0;
            wake_up_.woke_up();
            if (!was_woken && wait > 0) return {};
        }
    }

  private:
    FileDescriptor epoll_;
    WakeUp wake_up_;
    Mailbox<int> mailbox_{8};
};

TEST(WakeUp, wakes_whoever_sleeps_and_nobody_else) {
    WakeUp wake_up;
    const FileDescriptor epoll{::epoll_create1(EPOLL_CLOEXEC)};
    epoll_event event{};
    event.events = EPOLLIN | EPOLLET;
    ASSERT_EQ(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake_up.descriptor(), &event), 0);
    const auto has_event = [&] { return ::epoll_wait(epoll.get(), &event, 1, 0) == 1; };
    for (int time = 0; time < 3; ++time) {
        wake_up.wake_if_asleep();
        EXPECT_FALSE(has_event());
        wake_up.about_to_sleep();
        wake_up.wake_if_asleep();
        EXPECT_TRUE(has_event());
        wake_up.wake_if_asleep();  // it has been woken
        EXPECT_FALSE(has_event());
        wake_up.about_to_sleep();
        wake_up.woke_up();
        wake_up.wake_if_asleep();
        EXPECT_FALSE(has_event());
        wake_up.wake();
        EXPECT_TRUE(has_event());
    }
}

TEST(WakeUp, none_is_lost) {
    constexpr int kRounds = 20'000;
    Post here;
    Post there;
    // One ball between two: whenever its wake-up is lost, both sleep.
    std::thread player{[&] {
        for (int round = 0; round < kRounds; ++round) {
            if (there.receive().empty()) return;
            here.send(round);
        }
    }};
    int round = 0;
    for (; round < kRounds; ++round) {
        there.send(round);
        if (here.receive() != std::vector{round}) break;
    }
    EXPECT_EQ(round, kRounds);
    player.join();
}

TEST(WakeUp, of_many_posters_leaves_nothing_behind) {
    constexpr int kPosters = 3;
    constexpr int kBalls = 20'000;
    Post here;
    std::vector<std::thread> posters;
    for (int poster = 0; poster < kPosters; ++poster) {
        posters.emplace_back([&] {
            for (int ball = 0; ball < kBalls; ++ball) here.send(ball);
        });
    }
    std::size_t count = 0;
    while (count < kPosters * kBalls) {
        const std::vector<int> balls = here.receive();
        EXPECT_FALSE(balls.empty()) << count;
        count += balls.size();
    }
    for (std::thread& poster : posters) poster.join();
}

}  // namespace
}  // namespace kleber::runtime
