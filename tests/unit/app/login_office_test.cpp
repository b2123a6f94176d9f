#include "gateway/app/login_office.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

// Cheap and outdated: who is verified by it is upgraded. "password" (phc-winner-argon2, test.c).
auth::User user(const std::string& name) {
    return {.name = name,
            .password = *auth::PasswordHash::parse("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
                                                   "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")};
}

class Lines : public LogSink {
  public:
    std::vector<std::string> lines;

  private:
    void write(LogLevel, std::string_view line) override { lines.emplace_back(line); }
};

class Listening : public runtime::Participant {
  public:
    explicit Listening(std::function<void(port::Verdict&&)> on_answer)
        : on_answer_(std::move(on_answer)) {}
    void on_verdict(port::Verdict&& verdict) override { on_answer_(std::move(verdict)); }

  private:
    const std::function<void(port::Verdict&&)> on_answer_;
};

class LoginOfficeTest : public testing::Test {
  protected:
    LoginOfficeTest() { check_.set_users(auth::Users{{user("anna"), user("bert")}}); }

    port::Credentials credentials(const std::string& user, const std::string& address,
                                  const std::string& password = "password") const {
        return {.user = user, .password = Secret{password}, .address = address, .asker = somebody_};
    }
    // Whether it is looked at; if not, what is answered at once.
    std::string ask(port::Credentials&& credentials) {
        const auto verdict = office_->verify(std::move(credentials), {});
        if (!verdict) return "";
        return std::string{name_of(verdict->reason)} + ": " + verdict->detail;
    }

    // What comes later of that many questions.
    std::vector<port::Verdict> ask_all(std::vector<port::Credentials> questions) {
        std::vector<port::Verdict> verdicts;
        const std::size_t count = questions.size();
        runtime::Lane& lane = runtime_.first_lane();
        port::Token token = lane.next_token();
        lane.add(std::make_unique<Listening>([&](port::Verdict&& verdict) {
            verdicts.push_back(std::move(verdict));
            if (verdicts.size() < count) return;
            lane.remove(token);
            runtime_.stop();
        }));
        for (port::Credentials& one : questions) {
            EXPECT_FALSE(office_->verify(std::move(one), {{}, token}));
        }
        runtime_.run();
        return verdicts;
    }

    Lines log_;
    runtime::Runtime runtime_{{}, log_};
    auth::LoginCheck check_;
    const std::shared_ptr<const void> somebody_ = std::make_shared<char>();
    std::mutex mutex_;
    std::vector<std::string> upgraded_;
    std::counting_semaphore<> upgrades_{0};
    std::unique_ptr<LoginOffice> office_ = std::make_unique<LoginOffice>(
        runtime_, check_, [this](const std::string& user, const auto&, const auto&) {
            {
                const std::lock_guard lock{mutex_};
                upgraded_.push_back(user);
            }
            upgrades_.release();
        });
};

TEST_F(LoginOfficeTest, one_place_does_not_take_all_the_room) {
    std::string last;
    // Far more than the threads get through meanwhile.
    for (int guess = 0; guess < 400 && last.empty(); ++guess) {
        last = ask(credentials("nobody", "192.0.2.7:50112", "guess"));
    }
    EXPECT_EQ(last, "server busy: too many logins from there wait to be verified");
    EXPECT_EQ(ask(credentials("anna", "192.0.2.8:50112")), "");
    last.clear();
    for (int host = 1; host < 400 && last.empty(); ++host) {
        last =
            ask(credentials("nobody", "[2001:db8:1:2::" + std::to_string(host) + "]:1", "guess"));
    }
    EXPECT_EQ(last, "server busy: too many logins from there wait to be verified");
    EXPECT_EQ(ask(credentials("anna", "[2001:db8:1:3::1]:1")), "");
    // Who comes by a proxy of this machine shares its address with all others.
    last.clear();
    for (int guess = 0; guess < 1000 && last.empty(); ++guess) {
        last = ask(credentials("nobody", "127.0.0.1:50112", "guess"));
    }
    EXPECT_EQ(last, "server busy: too many logins wait to be verified");
}

TEST_F(LoginOfficeTest, room_that_was_taken_comes_back) {
    for (int round = 0; round < 60; ++round) {
        ASSERT_EQ(ask(credentials("anna", "192.0.2.7:50112")), "");
        upgrades_.acquire();
        // Let in by what was remembered, it would not wait.
        check_.set_users(auth::Users{});
        check_.set_users(auth::Users{{user("anna")}});
    }
}

TEST_F(LoginOfficeTest, who_has_gone_costs_nothing) {
    auto gone = credentials("bert", "192.0.2.7:1");
    gone.asker.reset();
    EXPECT_EQ(ask(std::move(gone)), "");
    auto late = credentials("bert", "192.0.2.7:2");
    late.until = runtime::read_clock().steady;
    EXPECT_EQ(ask(std::move(late)), "");
    EXPECT_EQ(ask(credentials("anna", "192.0.2.7:3")), "");
    upgrades_.acquire();
    office_.reset();
    EXPECT_THAT(upgraded_, ElementsAre("anna"));
}

TEST_F(LoginOfficeTest, failures_are_told_and_answered_later_each_time) {
    office_->failed_logins().set_limits({.count_max = 3});
    std::vector<port::Credentials> questions;
    for (const char* user : {"anna", "x\" from 192.0.2.8", "a\nlogin failed: user \"b"}) {
        questions.push_back(credentials(user, "192.0.2.7:50112", "guess"));
        questions.push_back(credentials(user, "127.0.0.1:50112", "guess"));
    }
    const std::vector<port::Verdict> verdicts = ask_all(std::move(questions));
    int delayed_count = 0;
    for (const port::Verdict& verdict : verdicts) {
        EXPECT_EQ(verdict.reason, ReasonCode::BadUserNameOrPassword);
        if (verdict.delay > Duration::zero()) ++delayed_count;
    }
    EXPECT_EQ(delayed_count, 3);
    EXPECT_THAT(log_.lines,
                UnorderedElementsAre(
                    "login failed: user \"anna\" from 192.0.2.7",
                    "login failed: user \"anna\" from 127.0.0.1",
                    "login failed: user \"x' from 192.0.2.8\" from 192.0.2.7",
                    "login failed: user \"x' from 192.0.2.8\" from 127.0.0.1",
                    "login failed: user \"a login failed: user 'b\" from 192.0.2.7",
                    "login failed: user \"a login failed: user 'b\" from 127.0.0.1",
                    "too many failed logins: nobody may connect from 192.0.2.7 for 10 min; "
                    "`kleber reload` lifts all bans"));
    EXPECT_EQ(ask(credentials("anna", "192.0.2.7:1")), "banned: too many failed logins from there");
    EXPECT_EQ(ask(credentials("anna", "192.0.2.8:1")), "");
    const SteadyTime now = runtime::read_clock().steady;
    EXPECT_TRUE(office_->is_banned("192.0.2.7:4711", now));
    EXPECT_FALSE(office_->is_banned("192.0.2.8:4711", now));
    EXPECT_FALSE(office_->is_banned("127.0.0.1:4711", now));
    EXPECT_FALSE(office_->is_banned("192.0.2.7:4711", now + std::chrono::minutes{10}));
    EXPECT_EQ(office_->failed_logins().totals(now).failed, 6U);
}

TEST_F(LoginOfficeTest, what_waited_when_the_ban_began_is_not_verified) {
    office_->failed_logins().set_limits({.count_max = 2});
    std::vector<port::Credentials> questions;
    for (int guess = 0; guess < 10; ++guess) {
        questions.push_back(
            credentials("nobody", "[2001:db8::" + std::to_string(guess) + "]:50112", "guess"));
    }
    std::size_t failed_count = 0;
    for (const port::Verdict& verdict : ask_all(std::move(questions))) {
        if (verdict.reason == ReasonCode::BadUserNameOrPassword) ++failed_count;
    }
    // Those that other threads were at.
    EXPECT_GE(failed_count, 2U);
    EXPECT_LT(failed_count, 10U);
}

}  // namespace
}  // namespace kleber::app
