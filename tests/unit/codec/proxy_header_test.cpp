#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "gateway/codec/proxy/header.hpp"

// After doc/proxy-protocol.txt of HAProxy.
namespace kleber::codec::proxy {
namespace {

using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;
const std::string kV4 = "\xC0\0\2\1\xC6\x33\x64\2\xC3\xC0\7\x5B"s;

// A header of version 2.
std::string block(int version_and_command, int protocol, const std::string& body) {
    return kSignature + static_cast<char>(version_and_command) + static_cast<char>(protocol) +
           static_cast<char>(body.size() >> 8) + static_cast<char>(body.size() & 0xFF) + body;
}

HeaderResult header_of(const std::string& text) {
    return next_header(as_bytes(text));
}

void expect_complete(const std::string& header, const char* address, int port) {
    const HeaderResult result = header_of(header + "PROXY and what follows");
    ASSERT_EQ(result.outcome, HeaderOutcome::Complete) << header << ": " << result.reason;
    EXPECT_EQ(result.size_bytes, header.size()) << header;
    ASSERT_EQ(result.client.has_value(), address != nullptr) << header;
    if (address) {
        EXPECT_EQ(result.client->address, parse_ip_address(address)) << header;
        EXPECT_EQ(result.client->port, port) << header;
    }
    for (std::size_t size = 0; size < header.size(); ++size) {
        EXPECT_EQ(header_of(header.substr(0, size)).outcome, HeaderOutcome::Incomplete) << size;
    }
}

TEST(ProxyHeader, version_1_names_the_client) {
    expect_complete("PROXY TCP4 192.0.2.1 198.51.100.2 50112 1883\r\n", "192.0.2.1", 50112);
    expect_complete("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0", 0);
    expect_complete("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n", "2001:db8::7", 1);
    expect_complete("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "192.0.2.1", 1);
    // The specification's longest ones of each kind.
    expect_complete("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255",
                    65535);
    const std::string longest = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
    expect_complete("PROXY TCP6 " + longest + ' ' + longest + " 65535 65535\r\n", longest.c_str(),
                    65535);
    const std::string unknown = "PROXY UNKNOWN " + longest + ' ' + longest + " 65535 65535\r\n";
    EXPECT_EQ(unknown.size(), kLineBytesMax);
    expect_complete(unknown, nullptr, 0);
    expect_complete("PROXY UNKNOWN\r\n", nullptr, 0);
    expect_complete("PROXY UNKNOWN whatever it \x01 is\r\n", nullptr, 0);
}

TEST(ProxyHeader, version_1_is_nothing_else) {
    for (const std::string& line : {
             ""s,
             "TCP4"s,
             "TCP4 "s,
             "TCP5 192.0.2.1 198.51.100.2 1 2"s,
             "tcp4 192.0.2.1 198.51.100.2 1 2"s,
             "UNKNOWNS"s,
             " TCP4 192.0.2.1 198.51.100.2 1 2"s,
             "TCP4 192.0.2.1 198.51.100.2 1"s,
             "TCP4 192.0.2.1 198.51.100.2 1 "s,
             "TCP4 192.0.2.1 198.51.100.2 1 2 "s,
             "TCP4 192.0.2.1 198.51.100.2 1 2 3"s,
             "TCP4 192.0.2.1  198.51.100.2 1 2"s,
             "TCP4 192.0.2.1\t198.51.100.2 1 2"s,
             "TCP4 192.0.2.1 198.51.100.2 65536 2"s,
             "TCP4 192.0.2.1 198.51.100.2 1 65536"s,
             "TCP4 192.0.2.1 198.51.100.2 01 2"s,
             "TCP4 192.0.2.1 198.51.100.2 -1 2"s,
             "TCP4 192.0.2.1 198.51.100.2 +1 2"s,
             "TCP4 192.0.2.01 198.51.100.2 1 2"s,
             "TCP4 192.0.2.256 198.51.100.2 1 2"s,
             "TCP4 192.0.2.1 localhost 1 2"s,
             "TCP4 ::1 ::1 1 2"s,
             "TCP4 ::ffff:192.0.2.1 198.51.100.2 1 2"s,
             "TCP6 192.0.2.1 198.51.100.2 1 2"s,
             "TCP6 fe80::1%lo ::1 1 2"s,
             "TCP4 192.0.2.1 198.51.100.2 1 2\n"s,
             "TCP4 192.0.2.1\0 198.51.100.2 1 2"s,
         }) {
        EXPECT_EQ(header_of("PROXY " + line + "\r\n").outcome, HeaderOutcome::Refused) << line;
    }
    EXPECT_EQ(header_of("PROXY\r\n").outcome, HeaderOutcome::Refused);
    EXPECT_EQ(header_of("PROXY TCP4 192.0.2.1 198.51.100.2 1 2\n").outcome,
              HeaderOutcome::Incomplete);
}

TEST(ProxyHeader, version_1_ends_where_it_must) {
    const std::string begin = "PROXY UNKNOWN ";
    const std::string filled(kLineBytesMax - begin.size() - 1, 'x');
    EXPECT_EQ(header_of(begin + filled).outcome, HeaderOutcome::Incomplete);
    EXPECT_EQ(header_of(begin + filled + "x").outcome, HeaderOutcome::Refused);
    EXPECT_EQ(header_of(begin + filled + "\r\n").outcome, HeaderOutcome::Refused);
}

TEST(ProxyHeader, version_2_names_the_client) {
    expect_complete(block(0x21, 0x11, kV4), "192.0.2.1", 50112);
    const std::string v6 = "\x20\1\x0D\xB8"s + std::string(11, '\0') + '\7' +
                           std::string(15, '\0') + "\1\xC3\xC0\7\x5B"s;
    expect_complete(block(0x21, 0x21, v6), "2001:db8::7", 50112);
    // Extensions may be anything, up to our limit.
    expect_complete(block(0x21, 0x11, kV4 + "\4\0\2no\5\0\3how"s), "192.0.2.1", 50112);
    expect_complete(block(0x21, 0x11, kV4 + std::string(kHeaderBytesMax - 16 - 12, '\xFF')),
                    "192.0.2.1", 50112);
}

TEST(ProxyHeader, version_2_names_nobody) {
    expect_complete(block(0x20, 0x00, ""), nullptr, 0);
    expect_complete(block(0x20, 0x11, kV4), nullptr, 0);
    expect_complete(block(0x20, 0xFF, "abc"), nullptr, 0);
    expect_complete(block(0x21, 0x00, ""), nullptr, 0);
    expect_complete(block(0x21, 0x00, "\4\0\1x"s), nullptr, 0);
    expect_complete(block(0x21, 0x31, std::string(216, 'p')), nullptr, 0);
    expect_complete(block(0x21, 0x12, kV4), nullptr, 0);
}

TEST(ProxyHeader, version_2_is_nothing_else) {
    for (const std::string& header :
         {block(0x11, 0x11, kV4), block(0x31, 0x11, kV4), block(0x22, 0x11, kV4),
          block(0x2F, 0x11, kV4), block(0x21, 0x41, kV4), block(0x21, 0x13, kV4),
          block(0x21, 0x11, kV4.substr(1)), block(0x21, 0x21, std::string(35, 'x')),
          block(0x21, 0x31, std::string(215, 'x'))}) {
        EXPECT_EQ(header_of(header).outcome, HeaderOutcome::Refused);
    }
    // Told before it is there.
    const std::string begin = kSignature + "\x21\x11"s;
    for (const std::string& length : {"\xFF\xFF"s, "\x0F\xF1"s, "\0\0"s}) {
        EXPECT_EQ(header_of(begin + length).outcome, HeaderOutcome::Refused);
    }
    EXPECT_EQ(header_of(begin + "\x0F\xF0"s).outcome, HeaderOutcome::Incomplete);
    EXPECT_EQ(header_of(kSignature + "\x11"s).outcome, HeaderOutcome::Refused);
}

TEST(ProxyHeader, anything_else_is_refused_with_its_first_wrong_byte) {
    for (const std::string& begin : {"\x10"s, "\x16\3\1"s, "GET "s, "p"s, "PROXY\t"s, "\n"s,
                                     "\r\r"s, kSignature.substr(0, 11) + 'x'}) {
        const HeaderResult result = header_of(begin);
        EXPECT_EQ(result.outcome, HeaderOutcome::Refused) << begin;
        EXPECT_FALSE(result.reason.empty());
    }
    EXPECT_EQ(header_of("").outcome, HeaderOutcome::Incomplete);
}

}  // namespace
}  // namespace kleber::codec::proxy
