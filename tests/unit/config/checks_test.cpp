#include "gateway/config/checks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kleber::config {
namespace {

TEST(Checks, AddressesAndHostNames) {
    for (const std::string_view address :
         {"::", "::1", "fe80::1%eth0", "2001:db8::1", "0.0.0.0", "127.0.0.1", "localhost",
          "pi.local", "my-pi", "raspberry_pi", "10.example"}) {
        EXPECT_FALSE(check_address(address)) << address;
    }
    EXPECT_EQ(check_address("")->message, "must not be empty");
    EXPECT_EQ(check_address("[::1]")->hint, "write an IPv6 address without brackets");
    EXPECT_EQ(check_address("pi:1883")->hint, "the port has a key of its own: port = 1883");
    EXPECT_EQ(check_address("1.2.3.256")->message, "\"1.2.3.256\" is no IPv4 address");
    EXPECT_EQ(check_address("1::2::3")->message, "\"1::2::3\" is no IPv6 address");
    for (const std::string_view address :
         {"a b", "-pi", ".pi", "1.2.3", "pi/", "\xC3\xBC", "*", "%eth0"}) {
        EXPECT_TRUE(check_address(address)) << address;
    }
    EXPECT_TRUE(check_address(std::string_view{"pi\0", 3}));
    EXPECT_TRUE(check_address(std::string(254, 'a')));
    EXPECT_FALSE(check_address(std::string(253, 'a')));
}

TEST(Checks, Paths) {
    EXPECT_FALSE(check_path("/var/lib/kleber"));
    EXPECT_FALSE(check_path("state"));
    EXPECT_FALSE(check_path(std::string(4095, 'a')));
    EXPECT_TRUE(check_path(std::string(4096, 'a')));
    EXPECT_TRUE(check_path(""));
    EXPECT_TRUE(check_path("~/kleber"));
    EXPECT_TRUE(check_path(std::string_view{"/a\0b", 4}));
    EXPECT_FALSE(check_socket_path(std::string(107, 'a')));
    EXPECT_TRUE(check_socket_path(std::string(108, 'a')));
}

TEST(Checks, GatewayNames) {
    for (const std::string_view name : {"kleber", "Haus am See", "gr\xC3\xBCn", "a.b"}) {
        EXPECT_FALSE(check_gateway_name(name)) << name;
    }
    for (const std::string_view name : {"", "a/b", "+", "#", "$SYS", "a\tb"}) {
        EXPECT_TRUE(check_gateway_name(name)) << name;
    }
    EXPECT_FALSE(check_gateway_name(std::string(64, 'a')));
    EXPECT_TRUE(check_gateway_name(std::string(65, 'a')));
}

TEST(Checks, Filters) {
    for (const std::string_view filter : {"a", "a/+/b", "#", "$SYS/#", "/", "gr\xC3\xBCn/+"}) {
        EXPECT_FALSE(check_filter(filter)) << filter;
    }
    for (const std::string_view filter : {"", "a+", "a/#/b", "$share/g/a", "a\tb"}) {
        EXPECT_TRUE(check_filter(filter)) << filter;
    }
}

}  // namespace
}  // namespace kleber::config
