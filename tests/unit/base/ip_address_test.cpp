#include "gateway/base/ip_address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "gateway/base/ip_network.hpp"

namespace kleber {
namespace {

// The C library's opinion.
std::optional<IpAddress> by_inet_pton(const std::string& text) {
    std::array<std::uint8_t, 4> v4{};
    if (::inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return IpAddress::of_v4(v4);
    IpAddress v6;
    if (::inet_pton(AF_INET6, text.c_str(), v6.bytes.data()) == 1) return v6;
    return std::nullopt;
}

TEST(IpAddress, is_read_as_the_c_library_reads_it) {
    for (const char* text : {"192.0.2.1",
                             "0.0.0.0",
                             "255.255.255.255",
                             "256.0.0.1",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.4.",
                             ".1.2.3.4",
                             "01.2.3.4",
                             "1..2.3",
                             "1.2.3.-4",
                             "1.2.3.+4",
                             "1.2.3.4 ",
                             "",
                             ".",
                             "0x1.2.3.4",
                             "::",
                             "::1",
                             "1::",
                             "2001:db8::7",
                             "1:2:3:4:5:6:7:8",
                             "1:2:3:4:5:6:7::",
                             "::2:3:4:5:6:7:8",
                             "1::3:4:5:6:7:8",
                             "1:2:3:4::5:6:7:8",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             ":::",
                             "1:::2",
                             "1::2::3",
                             ":1::2",
                             "1::2:",
                             "1:",
                             ":1",
                             ":",
                             "12345::",
                             "g::",
                             "::FFFF:192.0.2.1",
                             "::ffff:192.0.2.1",
                             "::192.0.2.1",
                             "1:2:3:4:5:6:1.2.3.4",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "1.2.3.4::",
                             "::1.2.3.4:5",
                             "::1.2.3",
                             "::01.2.3.4",
                             "fe80::1%eth0",
                             "-1::",
                             "0x1::"}) {
        EXPECT_EQ(parse_ip_address(text), by_inet_pton(text)) << text;
    }
}

TEST(IpAddress, is_read_as_the_c_library_reads_it_whatever_it_looks_like) {
    std::mt19937 random{20};
    constexpr std::string_view kLetters = "::::....01259afF";
    int good_count = 0;
    for (int round = 0; round < 100'000; ++round) {
        std::string text;
        for (auto size = random() % 14; size > 0; --size) {
            text += kLetters[random() % kLetters.size()];
        }
        const auto expected = by_inet_pton(text);
        good_count += expected.has_value() ? 1 : 0;
        ASSERT_EQ(parse_ip_address(text), expected) << text;
    }
    EXPECT_GT(good_count, 500);
}

TEST(IpAddress, of_version_4_is_the_same_in_other_clothes) {
    EXPECT_EQ(parse_ip_address("::ffff:192.0.2.1"), parse_ip_address("192.0.2.1"));
    EXPECT_TRUE(parse_ip_address("192.0.2.1")->is_v4());
    EXPECT_FALSE(parse_ip_address("::192.0.2.1")->is_v4());
    EXPECT_EQ(parse_ip_address(std::string_view{"1.2.3.4\0", 8}), std::nullopt);
}

TEST(IpNetwork, contains_its_addresses) {
    struct Row {
        const char* network;
        const char* address;
        bool is_in;
    };
    for (const Row& row :
         {Row{"127.0.0.1", "127.0.0.1", true}, Row{"127.0.0.1", "127.0.0.2", false},
          Row{"127.0.0.1", "::ffff:127.0.0.1", true}, Row{"192.0.2.0/24", "192.0.2.255", true},
          Row{"192.0.2.0/24", "192.0.3.0", false}, Row{"10.64.0.0/10", "10.127.255.255", true},
          Row{"10.64.0.0/10", "10.128.0.0", false}, Row{"192.0.2.7/32", "192.0.2.7", true},
          Row{"192.0.2.7/32", "192.0.2.6", false}, Row{"0.0.0.0/0", "203.0.113.9", true},
          Row{"0.0.0.0/0", "2001:db8::1", false}, Row{"::/0", "2001:db8::1", true},
          Row{"::/0", "203.0.113.9", false}, Row{"2001:db8::/33", "2001:db8:7fff::1", true},
          Row{"2001:db8::/33", "2001:db8:8000::1", false},
          Row{"::ffff:192.0.2.0/120", "192.0.2.9", true}, Row{"::1/128", "::1", true}}) {
        const auto network = IpNetwork::parse(row.network);
        ASSERT_TRUE(network) << row.network;
        EXPECT_EQ(network->contains(*parse_ip_address(row.address)), row.is_in)
            << row.network << ' ' << row.address;
    }
}

TEST(IpNetwork, is_nothing_else) {
    for (const char* text : {"", "/", "/8", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1",
                             "192.0.2.0/+8", "192.0.2.0/24/24", "192.0.2.0/24 ", "192.0.2.0/024",
                             "192.0.2.1/24", "192.0.2.0/255.255.255.0", "::/129", "2001:db8::1/64",
                             "::ffff:192.0.2.0/90", "localhost", "localhost/8", "*"}) {
        EXPECT_FALSE(IpNetwork::parse(text)) << text;
    }
}

}  // namespace
}  // namespace kleber
