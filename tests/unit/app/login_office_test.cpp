#include "gateway/app/login_office.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using testing::ElementsAre;

// Cheap and outdated: who is verified by it is upgraded. "password" (phc-winner-argon2, test.c).
auth::User user(const std::string& name) {
    return {.name = name,
            .password = *auth::PasswordHash::parse("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$"
                                                   "nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")};
}

class Silence : public LogSink {
    void write(LogLevel, std::string_view) override {}
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

    Silence silence_;
    runtime::Runtime runtime_{{}, silence_};
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

}  // namespace
}  // namespace kleber::app
