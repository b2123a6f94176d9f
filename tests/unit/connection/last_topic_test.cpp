#include "gateway/connection/last_topic.hpp"

#include <gtest/gtest.h>

#include <string>

#include "gateway/port/message.hpp"

namespace kleber::connection {
namespace {

TEST(LastTopic, is_none_at_first) {
    const LastTopic last;
    EXPECT_EQ(last.text(), "");
}

TEST(LastTopic, is_the_one_kept_last) {
    LastTopic last;
    for (const std::string_view topic : {"home/kitchen/temp", "a", "home/cellar/temp", "b", "b",
                                         "home/a longer one/than/any/before"}) {
        last.keep(topic);
        EXPECT_EQ(last.text(), topic);
        EXPECT_EQ(last.hash(), port::hash_topic(topic));
    }
}

TEST(LastTopic, is_a_copy) {
    LastTopic last;
    std::string topic = "a/b";
    last.keep(topic);
    topic = "x/y";
    EXPECT_EQ(last.text(), "a/b");
    last.keep(last.text());
    EXPECT_EQ(last.text(), "a/b");
}

TEST(LastTopic, of_a_long_one_only_the_hash_is_kept) {
    LastTopic last;
    const std::string longest(LastTopic::kBytesMax, 'x');
    last.keep(longest);
    EXPECT_EQ(last.text(), longest);
    const std::string too_long = longest + "x";
    last.keep(too_long);
    EXPECT_EQ(last.text(), "");
    EXPECT_EQ(last.hash(), port::hash_topic(too_long));
    last.keep(longest);
    EXPECT_EQ(last.text(), longest);
    EXPECT_EQ(last.hash(), port::hash_topic(longest));
}

}  // namespace
}  // namespace kleber::connection
