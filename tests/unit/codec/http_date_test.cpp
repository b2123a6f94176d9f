#include "gateway/codec/http/date.hpp"

#include <gtest/gtest.h>

namespace kleber::codec::http {
namespace {

std::chrono::sys_seconds at(std::int64_t seconds) {
    return std::chrono::sys_seconds{std::chrono::seconds{seconds}};
}

TEST(HttpDate, is_written_and_read) {
    const std::pair<std::int64_t, const char*> dates[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784'111'777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {951'868'799, "Tue, 29 Feb 2000 23:59:59 GMT"},
        {4'102'444'800, "Fri, 01 Jan 2100 00:00:00 GMT"},
        {253'402'300'799, "Fri, 31 Dec 9999 23:59:59 GMT"},
    };
    for (const auto& [seconds, text] : dates) {
        EXPECT_EQ(date_text(at(seconds)), text);
        EXPECT_EQ(date_from(text), at(seconds)) << text;
    }
}

TEST(HttpDate, stays_within_what_can_be_written) {
    EXPECT_EQ(date_text(at(-1)), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(date_text(at(253'402'300'800)), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(date_text(std::chrono::sys_seconds::max()), "Fri, 31 Dec 9999 23:59:59 GMT");
    EXPECT_EQ(date_text(std::chrono::sys_seconds::min()), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(HttpDate, nothing_else_is_one) {
    for (const auto* text : {
             "",
             "0",
             "Sunday, 06-Nov-94 08:49:37 GMT",
             "Sun Nov  6 08:49:37 1994",
             "Mon, 06 Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:37 CET",
             "Sun, 06 nov 1994 08:49:37 GMT",
             "Sun, 06 anF 1994 08:49:37 GMT",
             "Sun, 06 Nov 1994 24:49:37 GMT",
             "Sun, 06 Nov 1994 08:60:37 GMT",
             "Sun, 06 Nov 1994 08:49:60 GMT",
             "Wed, 31 Nov 1994 08:49:37 GMT",
             "Sun, 00 Nov 1994 08:49:37 GMT",
             "Sun, 0x Nov 1994 08:49:37 GMT",
             "Sun, 06 Nov 0000 08:49:37 GMT",
             "Sun, 06 Nov 1994 08:49:37 GMT ",
         }) {
        EXPECT_EQ(date_from(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kleber::codec::http
