#include "gateway/auth/login_check.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <ctime>
#include <thread>
#include <tuple>

#include "gateway/auth/new_password.hpp"

namespace kleber::auth {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

port::Credentials credentials(std::string_view user, std::string_view password) {
    return {.user = std::string{user},
            .password = Secret{password},
            .address = "192.168.1.7:50112",
            .is_local = false};
}

// Cheaper than what is made here, so that tests are quick; "password" (phc-winner-argon2, test.c).
PasswordHash outdated_hash() {
    return *PasswordHash::parse(
        "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4");
}

class LoginCheckTest : public testing::Test {
  protected:
    LoginCheckTest() {
        check_.set_users(Users{{{.name = "anna", .password = *PasswordHash::of_chosen("sesame")},
                                {.name = "lamp", .password = PasswordHash::of_generated("k3y")},
                                {.name = "old", .password = outdated_hash()}}});
    }
    ReasonCode reason(std::string_view user, std::string_view password) {
        return check_.check(credentials(user, password)).verdict.reason;
    }
    bool is_known_at_once(std::string_view user, std::string_view password) {
        const auto verdict = check_.check_at_once(credentials(user, password));
        EXPECT_TRUE(!verdict || verdict->reason == ReasonCode::Success);
        EXPECT_TRUE(!verdict || verdict->user == user);
        return verdict.has_value();
    }

    LoginCheck check_;
};

TEST_F(LoginCheckTest, a_right_password_says_who_it_is) {
    const LoginCheck::Checked checked = check_.check(credentials("anna", "sesame"));
    EXPECT_EQ(checked.verdict.reason, ReasonCode::Success);
    EXPECT_EQ(checked.verdict.user, "anna");
    EXPECT_FALSE(checked.outdated);
}

TEST_F(LoginCheckTest, wrong_users_and_passwords_look_the_same_from_outside) {
    for (const auto& [user, password, detail] :
         {std::tuple{"anna", "Sesame",
                     "wrong password of anna; kleber user passwd anna sets another"},
          std::tuple{"anna", "", "no password of anna; kleber user passwd anna sets another"},
          std::tuple{"lamp", "sesame",
                     "wrong password of lamp; kleber user passwd lamp sets another"},
          std::tuple{"Anna", "sesame", "no user Anna; kleber user add Anna makes one"},
          std::tuple{"", "sesame", "a password, but no user name"},
          std::tuple{"x'; reboot", "x", "no user x'; reboot; kleber user add NAME makes one"},
          std::tuple{"hall-lamp", "x", "no user hall-lamp; kleber user add hall-lamp makes one"},
          std::tuple{"-admin", "x", "no user -admin; kleber user add NAME makes one"},
          std::tuple{"\x1B[2J", "x", "no user \xEF\xBF\xBD[2J; kleber user add NAME makes one"}}) {
        const port::Verdict verdict = check_.check(credentials(user, password)).verdict;
        EXPECT_EQ(verdict.reason, ReasonCode::BadUserNameOrPassword);
        EXPECT_EQ(verdict.user, "");
        EXPECT_EQ(verdict.detail, detail);
        EXPECT_FALSE(check_.check_at_once(credentials(user, password)));
    }
}

// What one refusal takes of this thread alone, however busy the machine is.
std::chrono::nanoseconds time_of_refusal(LoginCheck& check, std::string_view user) {
    const auto now = [] {
        timespec time{};
        EXPECT_EQ(::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
        return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    };
    const auto begin = now();
    EXPECT_EQ(check.check(credentials(user, "wrong")).verdict.reason,
              ReasonCode::BadUserNameOrPassword);
    return now() - begin;
}

TEST_F(LoginCheckTest, time_does_not_tell_that_there_is_such_a_user) {
    const std::string digest(86, 'A');
    Users users = *check_.users();
    for (const auto& [name, hash] :
         {std::pair{"mosquitto", "$7$101$c29tZXNhbHQ=$" + digest + "=="},
          std::pair{"mosquitto-1", "$6$c29tZXNhbHQ=$" + digest + "=="},
          std::pair{"cheap", std::string{"$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$"} +
                                 digest.substr(0, 43)}}) {
        const auto password = PasswordHash::parse(hash);
        ASSERT_TRUE(password) << password.error();
        users = users.with({.name = name, .password = *password});
    }
    check_.set_users(users);
    const auto unknown = time_of_refusal(check_, "nobody");
    for (const char* user : {"anna", "lamp", "old", "mosquitto", "mosquitto-1", "cheap"}) {
        const auto known = time_of_refusal(check_, user);
        EXPECT_GT(known, unknown / 3) << user;
        EXPECT_LT(known, unknown * 3) << user;
    }
}

TEST_F(LoginCheckTest, details_never_show_a_password) {
    for (const char* user : {"anna", "nobody", ""}) {
        EXPECT_THAT(check_.check(credentials(user, "hunter2")).verdict.detail,
                    Not(HasSubstr("hunter2")));
    }
}

TEST_F(LoginCheckTest, devices_are_known_at_once) {
    EXPECT_TRUE(is_known_at_once("lamp", "k3y"));
    EXPECT_FALSE(is_known_at_once("lamp", "k3y "));
    EXPECT_FALSE(is_known_at_once("lamp", ""));
}

TEST_F(LoginCheckTest, whom_it_has_seen_it_knows_at_once) {
    EXPECT_FALSE(is_known_at_once("anna", "sesame"));
    EXPECT_EQ(reason("anna", "sesame"), ReasonCode::Success);
    EXPECT_TRUE(is_known_at_once("anna", "sesame"));
    EXPECT_FALSE(is_known_at_once("anna", "Sesame"));
    EXPECT_FALSE(is_known_at_once("lamp", "sesame"));
    // A wrong password does not make it forget.
    EXPECT_EQ(reason("anna", "Sesame"), ReasonCode::BadUserNameOrPassword);
    EXPECT_TRUE(is_known_at_once("anna", "sesame"));
}

TEST_F(LoginCheckTest, who_is_changed_is_not_known_at_once) {
    EXPECT_EQ(reason("anna", "sesame"), ReasonCode::Success);
    const Users before = *check_.users();
    EXPECT_THAT(check_.set_users(before.without("lamp")), ElementsAre("lamp"));
    EXPECT_FALSE(check_.is_user("lamp"));
    EXPECT_TRUE(check_.is_user("anna"));
    EXPECT_TRUE(is_known_at_once("anna", "sesame"));
    EXPECT_THAT(check_.set_users(before.with({.name = "anna", .password = outdated_hash()})),
                IsEmpty());
    EXPECT_FALSE(is_known_at_once("anna", "sesame"));
    EXPECT_EQ(reason("anna", "sesame"), ReasonCode::BadUserNameOrPassword);
    EXPECT_EQ(reason("anna", "password"), ReasonCode::Success);
    EXPECT_THAT(check_.set_users(before), IsEmpty());
    EXPECT_FALSE(is_known_at_once("anna", "sesame"));
    EXPECT_FALSE(is_known_at_once("anna", "password"));
}

TEST_F(LoginCheckTest, outdated_hashes_are_told_once_their_password_is_there) {
    EXPECT_FALSE(is_known_at_once("old", "password"));
    const LoginCheck::Checked right = check_.check(credentials("old", "password"));
    EXPECT_EQ(right.verdict.reason, ReasonCode::Success);
    EXPECT_EQ(right.outdated, outdated_hash());
    EXPECT_FALSE(check_.check(credentials("old", "Password")).outdated);
}

TEST_F(LoginCheckTest, without_users_everybody_is_nobody) {
    EXPECT_THAT(check_.set_users(std::nullopt), Contains("anna"));
    EXPECT_FALSE(check_.is_user("anna"));
    for (const char* user : {"anna", "nobody"}) {
        const auto verdict = check_.check_at_once(credentials(user, "x"));
        ASSERT_TRUE(verdict);
        EXPECT_EQ(verdict->reason, ReasonCode::Success);
        EXPECT_EQ(verdict->user, "");
    }
}

TEST_F(LoginCheckTest, an_empty_table_lets_nobody_in) {
    check_.set_users(Users{});
    EXPECT_FALSE(is_known_at_once("anna", "sesame"));
    EXPECT_EQ(reason("anna", "sesame"), ReasonCode::BadUserNameOrPassword);
}

TEST_F(LoginCheckTest, serves_many_threads_while_users_change) {
    const Users all = *check_.users();
    std::vector<std::thread> threads;
    for (int number = 0; number < 3; ++number) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                const auto at_once = check_.check_at_once(credentials("old", "password"));
                const ReasonCode later = reason("old", "password");
                EXPECT_TRUE(later == ReasonCode::Success || later == ReasonCode::ServerBusy ||
                            later == ReasonCode::BadUserNameOrPassword);
                EXPECT_TRUE(!at_once || at_once->user == "old");
            }
        });
    }
    for (int round = 0; round < 100; ++round) {
        check_.set_users(all.without("anna"));
        check_.set_users(all);
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(reason("old", "password"), ReasonCode::Success);
}

}  // namespace
}  // namespace kleber::auth
