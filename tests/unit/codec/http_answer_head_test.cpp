#include "gateway/codec/http/answer_head.hpp"

#include <gtest/gtest.h>

namespace kleber::codec::http {
namespace {

TEST(HttpAnswerHead, is_a_status_and_its_fields) {
    EXPECT_EQ(AnswerHead{200}.add("Content-Length", 5).add("ETag", "\"a\"").text(),
              "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n");
    EXPECT_EQ(AnswerHead{304}.text(), "HTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST(HttpAnswerHead, has_a_phrase_for_every_status) {
    EXPECT_EQ(reason_phrase(416), "Range Not Satisfiable");
    EXPECT_EQ(reason_phrase(418), "Bad Request");
    EXPECT_EQ(reason_phrase(599), "Internal Server Error");
    for (std::uint16_t status = 100; status < 600; ++status) EXPECT_NE(reason_phrase(status), "");
}

TEST(HttpAnswerHead, is_never_split_by_a_value) {
    EXPECT_DEATH(AnswerHead{301}.add("Location", "/a\r\nSet-Cookie: b"), "is_one_line");
    EXPECT_DEATH(AnswerHead{301}.add("Location", std::string_view{"/a\0b", 4}), "is_one_line");
}

TEST(HttpAnswerHead, a_refusal_says_why_and_closes) {
    EXPECT_EQ(refusal(426, "expected Sec-WebSocket-Version: 13", {{"Upgrade", "websocket"}}),
              "HTTP/1.1 426 Upgrade Required\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Content-Length: 57\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "Cache-Control: no-cache\r\n"
              "Upgrade: websocket\r\n"
              "Connection: close\r\n\r\n"
              "426 Upgrade Required: expected Sec-WebSocket-Version: 13\n");
}

}  // namespace
}  // namespace kleber::codec::http
