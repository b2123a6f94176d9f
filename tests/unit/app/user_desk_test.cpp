#include "gateway/app/user_desk.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/user_changes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kleber::app {
namespace {

auth::User user(const std::string& name) {
    return {.name = name, .password = auth::PasswordHash::of_generated(name)};
}

class Silence : public LogSink {
    void write(LogLevel, std::string_view) override {}
};

class UserDeskTest : public testing::Test {
  protected:
    UserDeskTest() {
        config_.auth.users = folder_.file("users.toml");
        EXPECT_TRUE(desk_.open(config_));
    }

    // Somebody who holds the lock of the folder, and so whoever changes the file.
    int lock() {
        const int folder = ::open(folder_.file("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        EXPECT_EQ(::flock(folder, LOCK_EX), 0);
        return folder;
    }
    // On the lane; the next task comes when it is done.
    void on_lane(std::function<void()> task) { runtime_.first_lane().post(std::move(task)); }

    support::TemporaryFolder folder_;
    config::Config config_;
    Silence silence_;
    runtime::Runtime runtime_{{}, silence_};
    UserDesk desk_{runtime_, [](const auto&, const std::function<void()>& let_in) { let_in(); }};
};

TEST_F(UserDeskTest, the_lane_goes_on_while_the_writer_waits) {
    const int held = lock();
    std::vector<std::string> order;
    on_lane([&] {
        EXPECT_TRUE(desk_.change(auth::adding(user("anna")), [&](const auto& error) {
            EXPECT_EQ(error, std::nullopt);
            order.emplace_back("changed");
        }));
        EXPECT_TRUE(desk_.read(config_, [&](const UserDesk::Read& users) {
            EXPECT_TRUE(users && *users && (**users).find("anna"));
            order.emplace_back("read");
            desk_.obey(config_, *users);
            runtime_.stop();
        }));
    });
    on_lane([&] {
        order.emplace_back("lane");
        ::close(held);
    });
    runtime_.run();
    EXPECT_THAT(order, testing::ElementsAre("lane", "changed", "read"));
    EXPECT_TRUE(desk_.users()->find("anna"));
}

TEST_F(UserDeskTest, a_file_that_is_no_longer_the_one_is_not_obeyed) {
    config::Config other = config_;
    other.auth.users = folder_.file("others.toml");
    std::optional<std::string> told;
    const int held = lock();
    on_lane([&] {
        EXPECT_TRUE(desk_.read(other, [&](const UserDesk::Read& users) {
            desk_.obey(other, *users);
            ::close(held);
        }));
        EXPECT_TRUE(desk_.change(auth::adding(user("anna")), [&](const auto& error) {
            told = error;
            runtime_.stop();
        }));
    });
    runtime_.run();
    EXPECT_EQ(told, "a reload has named another file meanwhile");
    EXPECT_FALSE(desk_.users()->find("anna"));
}

TEST_F(UserDeskTest, what_cannot_be_read_changes_nothing) {
    EXPECT_TRUE(auth::change_users_file(*config_.auth.users, auth::adding(user("anna"))));
    on_lane([&] {
        config::Config broken = config_;
        broken.auth.users = folder_.file("");
        EXPECT_TRUE(desk_.read(broken, [&](const UserDesk::Read& users) {
            EXPECT_FALSE(users);
            runtime_.stop();
        }));
    });
    runtime_.run();
    EXPECT_EQ(desk_.users(), auth::Users{});
}

TEST(PasswordUpgrades, of_many_are_written_together) {
    Silence silence;
    runtime::Runtime runtime{{}, silence};
    std::vector<std::size_t> written;
    PasswordUpgrades upgrades{runtime.first_lane(), [&](std::vector<auth::PasswordUpgrade> all) {
                                  written.push_back(all.size());
                                  runtime.stop();
                              }};
    const auth::PasswordHash hash = auth::PasswordHash::of_generated("x");
    for (int number = 0; number < 1000; ++number) {
        upgrades.add({std::to_string(number), hash, hash});
        upgrades.add({std::to_string(number), hash, hash});
    }
    runtime.run();
    EXPECT_THAT(written, testing::ElementsAre(1000U));
}

}  // namespace
}  // namespace kleber::app
