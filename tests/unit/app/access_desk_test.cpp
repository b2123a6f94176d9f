#include "gateway/app/access_desk.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/auth/acl_file.hpp"

// Who is let in, and with which rights, in every moment in which users come and go.
namespace kleber::app {
namespace {

class Silence : public LogSink {
    void write(LogLevel, std::string_view) override {}
};

auth::Users users_of(const std::vector<std::pair<std::string, std::vector<std::string>>>& rows) {
    std::vector<auth::User> users;
    for (const auto& [name, publish] : rows) {
        users.push_back({.name = name,
                         .password = *auth::PasswordHash::parse(
                             "$kleber$sha512$AAAAAAAAAAAAAAAAAAAAAA$" + std::string(85, 'A') + "A"),
                         .publish = publish});
    }
    return auth::Users{std::move(users)};
}

class AccessDeskTest : public testing::Test {
  protected:
    bool may_publish(const char* user, const char* topic) {
        const port::Authorizer* authorizer = runtime_.first_lane().authorizer();
        return authorizer == nullptr || authorizer->may_publish({.user = user}, topic);
    }
    std::uint32_t generation() { return runtime_.first_lane().authorizer()->generation(); }

    Silence silence_;
    runtime::Runtime runtime_{{}, silence_};
    AccessDesk desk_{runtime_};
    bool is_let_in_ = false;
    const std::function<void()> let_in_ = [this] { is_let_in_ = true; };
};

TEST_F(AccessDeskTest, WhoIsNewIsLetInWhenHisRightsAreObeyed) {
    desk_.set_users(users_of({{"anna", {}}}), let_in_);
    EXPECT_TRUE(std::exchange(is_let_in_, false));
    EXPECT_EQ(runtime_.first_lane().authorizer(), nullptr);
    desk_.set_users(users_of({{"anna", {}}, {"lamp", {"lamp/#"}}}), [&] {
        is_let_in_ = true;
        EXPECT_TRUE(may_publish("lamp", "lamp/state"));
        EXPECT_FALSE(may_publish("lamp", "door"));
        EXPECT_TRUE(may_publish("anna", "door"));
    });
    EXPECT_TRUE(is_let_in_);
}

TEST_F(AccessDeskTest, WhoGoesKeepsHisRightsUntilNobodyIsLetInAsHim) {
    desk_.set_users(users_of({{"anna", {}}, {"lamp", {"lamp/#"}}}), let_in_);
    desk_.set_users(users_of({{"anna", {}}}), [&] {
        EXPECT_TRUE(may_publish("lamp", "lamp/state"));
        EXPECT_FALSE(may_publish("lamp", "door"));
    });
    // Nobody is restricted any more, and still nobody is free who is on the way out.
    EXPECT_FALSE(may_publish("lamp", "lamp/state"));
    EXPECT_FALSE(may_publish("lamp", "door"));
    EXPECT_TRUE(may_publish("anna", "door"));
}

TEST_F(AccessDeskTest, AUserWhoIsBackHasTheRightsOfToday) {
    desk_.set_users(users_of({{"lamp", {"old"}}}), let_in_);
    desk_.set_users(users_of({}), let_in_);
    desk_.set_users(users_of({{"lamp", {"new"}}}), let_in_);
    EXPECT_TRUE(may_publish("lamp", "new"));
    EXPECT_FALSE(may_publish("lamp", "old"));
}

TEST_F(AccessDeskTest, NothingIsDecidedAnewForAnotherPassword) {
    desk_.set_users(users_of({{"lamp", {"a"}}}), let_in_);
    const std::uint32_t before = generation();
    desk_.set_users(users_of({{"lamp", {"a"}}}), let_in_);
    desk_.obey_file();
    EXPECT_EQ(generation(), before);
    desk_.set_users(users_of({{"lamp", {"a", "b"}}}), let_in_);
    EXPECT_NE(generation(), before);
}

TEST_F(AccessDeskTest, FileAndUsersAreObeyedTogether) {
    desk_.set_users(users_of({{"lamp", {"a"}}}), let_in_);
    desk_.set_file(auth::parse_acl({"acl.toml", "user.lamp.write = [\"b\"]"}).value());
    EXPECT_FALSE(may_publish("lamp", "b"));
    desk_.set_users(users_of({{"lamp", {"c"}}}), [&] {
        EXPECT_TRUE(may_publish("lamp", "b"));
        EXPECT_TRUE(may_publish("lamp", "c"));
        EXPECT_FALSE(may_publish("lamp", "a"));
    });
    desk_.set_file(std::nullopt);
    desk_.obey_file();
    EXPECT_FALSE(may_publish("lamp", "b"));
    EXPECT_TRUE(may_publish("lamp", "c"));
}

TEST_F(AccessDeskTest, AFileThatIsGoneRestrictsNobody) {
    desk_.set_file(auth::parse_acl({"acl.toml", "user.lamp.write = [\"b\"]"}).value());
    desk_.set_users(users_of({{"anna", {}}}), let_in_);
    EXPECT_FALSE(may_publish("somebody with a certificate", "a"));
    desk_.set_file(std::nullopt);
    desk_.set_users(users_of({{"anna", {}}}), let_in_);
    EXPECT_EQ(runtime_.first_lane().authorizer(), nullptr);
}

TEST(AccessDeskLanes, NobodyIsLetInBeforeTheLastLaneObeys) {
    Silence silence;
    runtime::Runtime::Options options;
    options.lane_count = 3;
    runtime::Runtime runtime{options, silence};
    AccessDesk desk{runtime};
    // Before they run they obey at once: somebody might be waiting at the door.
    desk.set_users(users_of({{"lamp", {"a"}}}), [] {});
    for (std::size_t index = 0; index < 3; ++index) {
        ASSERT_NE(runtime.lane(index).authorizer(), nullptr);
    }
    const port::Authorizer* const before = runtime.first_lane().authorizer();

    std::promise<void> lane_may_go_on;
    std::promise<bool> was_let_in_early;
    std::promise<bool> do_all_obey;
    bool is_let_in = false;
    runtime.lane(2).post([go_on = lane_may_go_on.get_future().share()] { go_on.wait(); });
    runtime.first_lane().post([&] {
        desk.set_users(users_of({{"lamp", {"a"}}, {"door", {"b"}}}), [&] {
            is_let_in = true;
            const port::Authorizer* const now = runtime.first_lane().authorizer();
            do_all_obey.set_value(now != before && runtime.lane(1).authorizer() == now &&
                                  runtime.lane(2).authorizer() == now);
        });
        // What lane 1 is told after that it does after that.
        runtime.lane(1).post(
            [&] { runtime.first_lane().post([&] { was_let_in_early.set_value(is_let_in); }); });
    });
    std::thread thread{[&] { runtime.run(); }};
    EXPECT_FALSE(was_let_in_early.get_future().get());
    lane_may_go_on.set_value();
    EXPECT_TRUE(do_all_obey.get_future().get());
    runtime.stop();
    thread.join();
}

}  // namespace
}  // namespace kleber::app
