#include "gateway/runtime/worker.hpp"

#include <gtest/gtest.h>

#include <future>
#include <vector>

namespace kleber::runtime {
namespace {

TEST(Worker, does_all_in_order_before_it_ends) {
    std::vector<int> done;
    {
        Worker worker{1000};
        for (int number = 0; number < 1000; ++number) {
            worker.give([&done, number] { done.push_back(number); });
        }
    }
    // All that was taken, and none twice or in another order.
    ASSERT_FALSE(done.empty());
    for (std::size_t index = 1; index < done.size(); ++index) {
        EXPECT_LT(done[index - 1], done[index]);
    }
    EXPECT_EQ(done.size(), 1000U);
}

TEST(Worker, refuses_what_is_too_much) {
    std::promise<void> begun;
    std::promise<void> go_on;
    int done = 0;
    {
        Worker worker{2};
        EXPECT_TRUE(worker.give([&] {
            begun.set_value();
            go_on.get_future().wait();
        }));
        begun.get_future().wait();
        EXPECT_TRUE(worker.give([&] { ++done; }));
        EXPECT_TRUE(worker.give([&] { ++done; }));
        EXPECT_FALSE(worker.give([&] { done += 100; }));
        go_on.set_value();
    }
    EXPECT_EQ(done, 2);
}

TEST(Worker, with_several_threads_does_several_things_at_a_time) {
    std::promise<void> first;
    std::promise<void> second;
    Worker worker{10, 2};
    // Each waits for the other.
    EXPECT_TRUE(worker.give([&] {
        first.set_value();
        second.get_future().wait();
    }));
    EXPECT_TRUE(worker.give([&] {
        first.get_future().wait();
        second.set_value();
    }));
}

}  // namespace
}  // namespace kleber::runtime
