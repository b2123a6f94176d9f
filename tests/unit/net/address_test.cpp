#include "gateway/net/address.hpp"

#include <gtest/gtest.h>
#include <sys/un.h>

#include <utility>

namespace kleber::net {
namespace {

TEST(Address, is_read_by_people_and_found_again_in_what_they_read) {
    struct Row {
        const char* given;
        std::string host;
        std::string text;
        bool is_loopback;
    };
    for (const Row& row : {Row{"192.168.1.7", "192.168.1.7", "192.168.1.7:1883", false},
                           Row{"127.0.0.9", "127.0.0.9", "127.0.0.9:1883", true},
                           Row{"2001:db8::7", "2001:db8::7", "[2001:db8::7]:1883", false},
                           Row{"::1", "::1", "[::1]:1883", true},
                           Row{"::ffff:10.0.0.1", "10.0.0.1", "10.0.0.1:1883", false},
                           Row{"::ffff:127.0.0.1", "127.0.0.1", "127.0.0.1:1883", true}}) {
        const Address address = resolve(row.given, 1883, Purpose::Connect).value().front();
        EXPECT_EQ(address.host(), row.host);
        EXPECT_EQ(address.text(), row.text);
        EXPECT_EQ(address.is_loopback(), row.is_loopback) << row.given;
        EXPECT_EQ(host_in(address.text()), address.host());
        ASSERT_TRUE(address.ip());
        EXPECT_EQ(address.ip(), parse_ip_address(row.given));
        const Address again = Address::of(*address.ip(), 1883);
        EXPECT_EQ(again.text(), row.text);
        EXPECT_EQ(again.is_loopback(), row.is_loopback) << row.given;
    }
}

TEST(Address, tells_where_somebody_comes_from) {
    for (const auto& [text, origin] :
         {std::pair{"192.168.1.7:50112", "192.168.1.7"}, std::pair{"127.0.0.9:1", ""},
          std::pair{"[::1]:1", ""}, std::pair{"unix", ""},
          std::pair{"[2001:db8:1:2:3:4:5:6]:50112", "2001:db8:1:2::/64"},
          std::pair{"[2001:db8:1:2::9]:50112", "2001:db8:1:2::/64"},
          std::pair{"[2001:db8:1:3::9]:50112", "2001:db8:1:3::/64"},
          std::pair{"[fd00::7]:1", "fd00::/64"}, std::pair{"[fe80::1]:50112", "fe80::1"}}) {
        EXPECT_EQ(origin_in(text), origin) << text;
    }
}

TEST(Address, of_a_socket_that_is_a_file_is_always_here) {
    Address address;
    address.storage.ss_family = AF_UNIX;
    address.size = sizeof(sa_family_t);
    EXPECT_EQ(address.text(), "unix");
    EXPECT_EQ(host_in(address.text()), address.host());
    EXPECT_TRUE(address.is_loopback());
    EXPECT_FALSE(address.ip());
}

}  // namespace
}  // namespace kleber::net
