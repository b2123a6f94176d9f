#include <gtest/gtest.h>

#include <string>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::codec::http {
namespace {

HeadResult head_of(std::string_view text) {
    return next_head(as_bytes(text));
}

std::string with_fields(const std::string& fields) {
    return "GET / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

TEST(HttpRequestHead, reads_a_request) {
    const std::string text =
        "GET /mqtt?x=1 HTTP/1.1\r\nHost: pi.local:9001\r\nUPGRADE:websocket\r\n"
        "Connection: keep-alive ,\tUpgrade\r\nEmpty:\r\n\r\nbytes after it";
    const HeadResult result = head_of(text);
    ASSERT_EQ(result.outcome, HeadOutcome::Complete);
    EXPECT_EQ(text.substr(result.size_bytes), "bytes after it");
    const RequestHead& head = result.head;
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.path, "/mqtt");
    EXPECT_EQ(head.query, "x=1");
    EXPECT_EQ(head.field("host"), "pi.local:9001");
    EXPECT_EQ(head.field("upgrade"), "websocket");
    EXPECT_EQ(head.field("empty"), "");
    EXPECT_EQ(head.field("none"), std::nullopt);
    EXPECT_TRUE(head.has_token("connection", "upgrade"));
    EXPECT_FALSE(head.has_token("connection", "up"));
    EXPECT_TRUE(head.keeps_connection());
}

TEST(HttpRequestHead, waits_for_its_end) {
    const std::string text = with_fields("A: b\r\n");
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_EQ(head_of(text.substr(0, size)).outcome, HeadOutcome::Incomplete) << size;
    }
    EXPECT_EQ(head_of(text).outcome, HeadOutcome::Complete);
}

TEST(HttpRequestHead, says_how_long_the_connection_lasts) {
    EXPECT_FALSE(head_of(with_fields("Connection: close\r\n")).head.keeps_connection());
    EXPECT_FALSE(head_of("GET / HTTP/1.0\r\n\r\n").head.keeps_connection());
    EXPECT_TRUE(
        head_of("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").head.keeps_connection());
}

TEST(HttpRequestHead, refuses_what_two_readers_understand_differently) {
    const std::pair<std::string, int> wrong[] = {
        {"\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET / \r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {with_fields("Host: b\r\n"), 400},
        {with_fields("No colon\r\n"), 400},
        {with_fields("Name : value\r\n"), 400},
        {with_fields("A: b\r\n c\r\n"), 400},
        {with_fields("A: b\nHost: c\r\n"), 400},
        {with_fields("A: b\rc\r\n"), 400},
        {with_fields("Transfer-Encoding: chunked\r\n"), 501},
        {with_fields("Content-Length: 5\r\n"), 413},
        {with_fields("Content-Length: 0\r\nContent-Length: 0\r\n"), 400},
        {with_fields("Content-Length: +5\r\n"), 400},
        {with_fields("Content-Length: 5, 5\r\n"), 400},
    };
    for (const auto& [text, status] : wrong) {
        const HeadResult result = head_of(text);
        EXPECT_EQ(result.outcome, HeadOutcome::Refused) << text;
        EXPECT_EQ(result.status, status) << text;
    }
    EXPECT_EQ(head_of(with_fields("Content-Length: 0\r\n")).outcome, HeadOutcome::Complete);
}

TEST(HttpRequestHead, has_limits) {
    std::string many;
    for (std::size_t count = 0; count < kFieldsMax; ++count) many += "a: b\r\n";
    EXPECT_EQ(head_of(with_fields(many)).status, 431);
    EXPECT_EQ(head_of(std::string(kHeadBytesMax, 'a')).status, 414);
    EXPECT_EQ(head_of("GET / HTTP/1.1\r\nA: " + std::string(kHeadBytesMax, 'b')).status, 431);
    EXPECT_EQ(head_of(std::string("\x16\x03\x01\x00", 4)).status, 400) << "TLS";
}

}  // namespace
}  // namespace kleber::codec::http
