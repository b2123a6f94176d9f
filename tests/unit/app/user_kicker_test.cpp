#include "gateway/app/user_kicker.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <utility>
#include <variant>

#include "gateway/port/journal.hpp"

namespace kleber::app {
namespace {

// A disk that takes its time: its first batch is safe once the test says so.
class SlowJournal : public port::Journal {
  public:
    explicit SlowJournal(std::function<void()> on_commit) : on_commit_(std::move(on_commit)) {}

    void go_on() { may_go_on_.release(); }

  private:
    Status<Trouble> commit(const port::ChangeBatch&) override {
        if (!std::exchange(is_first_, false)) return Success{};
        on_commit_();
        // Longer than the last look takes; a test that fails ends all the same.
        [[maybe_unused]] const bool is_told = may_go_on_.try_acquire_for(std::chrono::seconds{5});
        return Success{};
    }
    Status<Trouble> tend(const Now&) override { return Success{}; }
    std::optional<SteadyTime> tend_at() const override { return std::nullopt; }

    const std::function<void()> on_commit_;
    bool is_first_ = true;
    std::counting_semaphore<> may_go_on_{0};
};

// Asks for a session that outlives its connection, and hears what becomes of it.
class Lamp : public runtime::Participant {
  public:
    Lamp(runtime::Lane& lane, port::Token token, std::function<void(const port::Reply&)> on_answer)
        : lane_(lane), token_(token), on_answer_(std::move(on_answer)) {}

    void attach() {
        auto details = std::make_unique<port::Attach::Details>();
        details->client_id = "lamp";
        details->user = "lamp";
        details->session_expiry = std::chrono::hours{1};
        lane_.requests().push_back(port::Attach{token_, std::move(details)});
    }
    void on_reply(port::Reply&& reply) override { on_answer_(reply); }
    void on_stop() override { lane_.remove(token_); }

  private:
    runtime::Lane& lane_;
    const port::Token token_;
    const std::function<void(const port::Reply&)> on_answer_;
};

class Silence : public LogSink {
    void write(LogLevel, std::string_view) override {}
};

TEST(UserKicker, ends_those_whose_session_still_waits_for_the_disk) {
    Silence silence;
    std::function<void()> on_commit;
    SlowJournal journal{[&] { on_commit(); }};
    runtime::Runtime runtime{{}, silence};
    runtime.broker().keep();
    runtime.keep(journal);
    runtime::Lane& lane = runtime.first_lane();
    UserKicker kicker{lane, [](const std::string&) { return false; }};
    // The lamp has asked by then, and is told when that is done.
    on_commit = [&] { lane.post([&] { kicker.kick({"lamp"}); }); };
    std::optional<port::Close> close;
    const port::Token token = lane.next_token();
    auto lamp = std::make_unique<Lamp>(lane, token, [&](const port::Reply& reply) {
        if (const auto* answer = std::get_if<port::Close>(&reply.body)) close = *answer;
        journal.go_on();
        runtime.stop();
    });
    Lamp& entered = *lamp;
    lane.add(std::move(lamp));
    lane.post([&] { entered.attach(); });
    runtime.run();
    ASSERT_TRUE(close) << "it was let in";
    EXPECT_EQ(close->reason, ReasonCode::AdministrativeAction);
}

}  // namespace
}  // namespace kleber::app
