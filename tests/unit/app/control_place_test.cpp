#include "gateway/app/control_place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "gateway/app/overrides.hpp"

namespace kleber::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ControlPlace, is_where_the_configuration_says) {
    config::Config config = config::demo_config();
    config.control.socket = "/somewhere/socket";
    EXPECT_EQ(control_socket_path(config), "/somewhere/socket");
    EXPECT_THAT(control_socket_candidates(config), ElementsAre("/somewhere/socket"));
}

TEST(ControlPlace, is_else_in_one_of_two_places) {
    config::Config config = config::demo_config();
    config.gateway.state = "/home/anna/kleber/";
    EXPECT_THAT(control_socket_candidates(config),
                ElementsAre("/run/kleber/control.sock", "/home/anna/kleber/control.sock"));
    EXPECT_THAT(control_socket_candidates(config), testing::Contains(control_socket_path(config)));
}

TEST(ControlPlace, goes_where_the_command_line_puts_the_state) {
    config::Config config = config::demo_config();
    Overrides{.state = "mine", .port_base = 4000}.apply(config);
    EXPECT_EQ(config.gateway.state, "mine");
    EXPECT_EQ(control_socket_path(config), "mine/control.sock");
    EXPECT_EQ(config.listeners.front().port, 4000);

    config.control.socket = "/somewhere/socket";
    Overrides{.state = "other", .port_base = {}}.apply(config);
    EXPECT_EQ(control_socket_path(config), "/somewhere/socket");
    EXPECT_EQ(config.listeners.front().port, 4000);
}

TEST(ControlPlace, makes_the_state_folder_for_its_owner_alone) {
    std::string name = testing::TempDir() + "kleberXXXXXX";
    ASSERT_TRUE(::mkdtemp(name.data()));
    const std::string state = name + "/one/two";
    EXPECT_EQ(make_state_folder(state), std::nullopt);
    struct stat made {};
    ASSERT_EQ(::stat(state.c_str(), &made), 0);
    EXPECT_EQ(made.st_mode & 07777U, 0700U);
    EXPECT_EQ(make_state_folder(state), std::nullopt) << "it is there";
    EXPECT_THAT(make_state_folder("/dev/null/state").value_or(""),
                HasSubstr("cannot make the folder /dev/null/state: "));
    std::filesystem::remove_all(name);
}

}  // namespace
}  // namespace kleber::app
