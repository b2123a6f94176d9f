#include "gateway/runtime/keeper.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>

#include "gateway/runtime/clock.hpp"

namespace kleber::runtime {
namespace {

using std::chrono::seconds;

// Answers as the test says, on the keeper's thread.
class FakeJournal : public port::Journal {
  public:
    Status<Trouble> commit(const port::ChangeBatch&) override { return answer(on_commit()); }
    Status<Trouble> tend(const Now&) override { return answer(on_tend()); }
    std::optional<SteadyTime> tend_at() const override { return on_tend_at(); }

    // A reason is a failure.
    std::function<std::string()> on_commit = [] { return ""; };
    std::function<std::string()> on_tend = [] { return ""; };
    std::function<std::optional<SteadyTime>()> on_tend_at = [] { return std::nullopt; };

  private:
    static Status<Trouble> answer(const std::string& reason) {
        if (reason.empty()) return Success{};
        return fail(Trouble{reason});
    }
};

TEST(Keeper, trouble_is_news_where_it_begins_and_where_it_ends) {
    FakeJournal journal;
    WakeUp wake_up;
    std::unique_ptr<Keeper> keeper;
    int round = 0;
    journal.on_commit = [&]() -> std::string {
        const SteadyTime now = read_clock().steady;
        switch (++round) {
            case 1:
                EXPECT_FALSE(keeper->take_news(now));
                return "full";
            case 2:
                EXPECT_TRUE(keeper->take_news(now));
                EXPECT_EQ(keeper->trouble(now), "full");
                return "broken";
            default:
                EXPECT_FALSE(keeper->take_news(now)) << "another reason";
                EXPECT_EQ(keeper->trouble(now), "broken");
                return "";
        }
    };
    keeper = std::make_unique<Keeper>(journal, wake_up);
    keeper->submit(std::make_unique<port::ChangeBatch>());
    EXPECT_NE(keeper->wait_for_committed(seconds{20}), nullptr);
    EXPECT_EQ(round, 3);
    EXPECT_TRUE(keeper->take_news(read_clock().steady));
    EXPECT_EQ(keeper->trouble(read_clock().steady), std::nullopt);
    EXPECT_FALSE(keeper->take_news(read_clock().steady));
}

TEST(Keeper, commits_do_not_keep_the_journal_from_tending_itself) {
    FakeJournal journal;
    WakeUp wake_up;
    std::string order;
    journal.on_tend_at = [] { return SteadyTime{}; };  // there is always something
    journal.on_tend = [&]() -> std::string {
        order += 't';
        return "";
    };
    journal.on_commit = [&]() -> std::string {
        order += 'c';
        return "";
    };
    {
        Keeper keeper{journal, wake_up};
        for (int round = 0; round < 3; ++round) {
            keeper.submit(std::make_unique<port::ChangeBatch>());
            EXPECT_NE(keeper.wait_for_committed(seconds{20}), nullptr);
        }
    }
    // How often it was tended in between is chance, but never not at all.
    EXPECT_EQ(order.find("cc"), std::string::npos) << order;
    EXPECT_NE(order.find('t'), std::string::npos);
}

TEST(Keeper, jobs_take_turns_with_commits_and_end_one_after_the_other) {
    FakeJournal journal;
    WakeUp wake_up;
    std::string order;
    std::binary_semaphore may_begin{0};
    std::binary_semaphore is_done{0};
    journal.on_tend_at = [] { return SteadyTime{}; };
    journal.on_commit = [&]() -> std::string {
        may_begin.acquire();
        order += 'c';
        return "";
    };
    {
        Keeper keeper{journal, wake_up};
        keeper.submit(std::make_unique<port::ChangeBatch>());
        int slices = 0;
        EXPECT_TRUE(keeper.ask([&] {
            order += '1';
            return ++slices == 2;
        }));
        EXPECT_TRUE(keeper.ask([&] {
            order += '2';
            is_done.release();
            return true;
        }));
        may_begin.release();
        EXPECT_NE(keeper.wait_for_committed(seconds{20}), nullptr);
        is_done.acquire();
        EXPECT_TRUE(keeper.ask([&order] {
            order += 'x';
            return false;  // for ever: ends with the keeper
        }));
    }
    order.erase(std::remove(order.begin(), order.end(), 'x'), order.end());
    order.erase(std::remove(order.begin(), order.end(), 'c'), order.end());
    EXPECT_EQ(order, "112");
}

TEST(Keeper, takes_so_many_jobs_and_no_more) {
    FakeJournal journal;
    WakeUp wake_up;
    std::binary_semaphore has_begun{0};
    std::binary_semaphore may_end{0};
    Keeper keeper{journal, wake_up};
    EXPECT_TRUE(keeper.ask([&] {
        has_begun.release();
        may_end.acquire();
        return true;
    }));
    has_begun.acquire();
    for (std::size_t count = 0; count < Keeper::kJobsMax; ++count) {
        EXPECT_TRUE(keeper.ask([] { return true; }));
    }
    EXPECT_FALSE(keeper.ask([] { return true; }));
    EXPECT_EQ(keeper.trouble(read_clock().steady + seconds{30}),
              "the disk has not answered for 30 s");
    may_end.release();
}

TEST(Keeper, a_job_does_not_wait_for_a_commit_that_fails) {
    FakeJournal journal;
    WakeUp wake_up;
    std::binary_semaphore is_done{0};
    journal.on_commit = []() -> std::string { return "full"; };
    Keeper keeper{journal, wake_up};
    keeper.submit(std::make_unique<port::ChangeBatch>());
    EXPECT_TRUE(keeper.ask([&] {
        is_done.release();
        return true;
    }));
    is_done.acquire();
    EXPECT_EQ(keeper.take_committed(), nullptr);
}

TEST(Keeper, a_journal_that_does_not_answer_is_trouble) {
    FakeJournal journal;
    WakeUp wake_up;
    std::unique_ptr<Keeper> keeper;
    journal.on_commit = [&]() -> std::string {
        const SteadyTime now = read_clock().steady;
        EXPECT_EQ(keeper->trouble(now), std::nullopt);
        EXPECT_FALSE(keeper->take_news(now));
        EXPECT_EQ(keeper->trouble(now + seconds{30}), "the disk has not answered for 30 s");
        EXPECT_TRUE(keeper->take_news(now + seconds{30}));
        EXPECT_FALSE(keeper->take_news(now + seconds{31}));
        return "";
    };
    keeper = std::make_unique<Keeper>(journal, wake_up);
    keeper->submit(std::make_unique<port::ChangeBatch>());
    EXPECT_NE(keeper->wait_for_committed(seconds{20}), nullptr);
    EXPECT_TRUE(keeper->take_news(read_clock().steady + seconds{30}));
    EXPECT_EQ(keeper->trouble(read_clock().steady + seconds{30}), std::nullopt);
}

TEST(Keeper, commits_that_succeed_do_not_hide_that_tending_fails) {
    FakeJournal journal;
    WakeUp wake_up;
    std::binary_semaphore has_begun{0};
    std::binary_semaphore may_succeed{0};
    std::counting_semaphore<> is_done{0};  // it may be asked more often
    int round = 0;
    journal.on_tend = [&]() -> std::string {
        if (++round == 1) {
            has_begun.release();
            return "full";
        }
        may_succeed.acquire();
        return "";
    };
    journal.on_tend_at = [&]() -> std::optional<SteadyTime> {
        if (round < 2) return SteadyTime{};
        is_done.release();
        return std::nullopt;
    };
    Keeper keeper{journal, wake_up};
    has_begun.acquire();
    keeper.submit(std::make_unique<port::ChangeBatch>());
    EXPECT_NE(keeper.wait_for_committed(seconds{20}), nullptr);
    EXPECT_EQ(keeper.trouble(read_clock().steady), "full");
    may_succeed.release();
    is_done.acquire();
    EXPECT_EQ(keeper.trouble(read_clock().steady), std::nullopt);
}

}  // namespace
}  // namespace kleber::runtime
