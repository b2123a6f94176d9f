#include "gateway/broker/retained.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

class RetainedTest : public testing::Test {
  protected:
    explicit RetainedTest() : retained_(limits(), statistics_, ledger_, 1) {}
    static Limits limits() { return {.retained_messages_max = 3, .retained_bytes_max = 60}; }

    bool set(std::string_view topic, std::string_view payload,
             SteadyTime expires_at = port::kNever) {
        return retained_.set(make_message(topic, payload, Qos::AtMostOnce, true, expires_at));
    }
    Lines matching(std::string_view filter) {
        Lines found;
        topic::Cursor cursor = retained_.begin(filter);
        std::size_t steps_left = 1000;
        for (Retained::Step step = retained_.next(cursor, steps_left);
             step.state == topic::Cursor::State::Found; step = retained_.next(cursor, steps_left)) {
            found.push_back(std::string{step.message->topic()} + '=' +
                            std::string{as_text(step.message->payload())});
        }
        retained_.close(cursor);
        std::sort(found.begin(), found.end());
        return found;
    }

    port::BrokerStatistics statistics_;
    Ledger ledger_;
    Retained retained_;
};

TEST_F(RetainedTest, mqtt_3_3_1_5_keeps_the_last_of_each_topic) {
    EXPECT_TRUE(set("a", "1"));
    EXPECT_TRUE(set("a/b", "2"));
    EXPECT_TRUE(set("a", "3"));
    EXPECT_EQ(matching("#"), (Lines{"a/b=2", "a=3"}));
    EXPECT_EQ(matching("a/+"), (Lines{"a/b=2"}));
    EXPECT_EQ(statistics_.retained_messages, 2u);
    EXPECT_EQ(statistics_.retained_bytes, (1u + 1 + 8) + (3 + 1 + 8));
}

TEST_F(RetainedTest, mqtt_3_3_1_6_an_empty_one_clears_its_topic) {
    set("a", "1");
    EXPECT_TRUE(set("a", ""));
    EXPECT_TRUE(set("b", ""));
    EXPECT_EQ(matching("#"), Lines{});
    EXPECT_EQ(statistics_.retained_messages, 0u);
    EXPECT_EQ(statistics_.retained_bytes, 0u);
}

TEST_F(RetainedTest, keeps_to_its_limits) {
    for (const char* topic : {"a", "b", "c"}) EXPECT_TRUE(set(topic, "1"));
    EXPECT_FALSE(set("d", "1"));
    EXPECT_TRUE(set("a", "2")) << "no more of them";
    EXPECT_FALSE(set("a", std::string(40, 'x'))) << "but more bytes";
    EXPECT_EQ(matching("#"), (Lines{"a=2", "b=1", "c=1"}));
    set("b", "");
    EXPECT_TRUE(set("d", "1"));
    EXPECT_EQ(matching("#"), (Lines{"a=2", "c=1", "d=1"}));
}

TEST_F(RetainedTest, expire) {
    const auto at = [](int ms) { return SteadyTime{Duration{ms}}; };
    set("a", "1", at(20));
    set("b", "1", at(10));
    set("c", "1");
    EXPECT_EQ(retained_.deadline(), at(10));
    retained_.expire(at(9));
    EXPECT_EQ(matching("#"), (Lines{"a=1", "b=1", "c=1"}));
    retained_.expire(at(10));
    EXPECT_EQ(matching("#"), (Lines{"a=1", "c=1"}));
    // A new value brings its own expiry, or none.
    set("a", "2");
    EXPECT_EQ(retained_.deadline(), std::nullopt);
    set("a", "3", at(30));
    set("a", "");
    EXPECT_EQ(retained_.deadline(), std::nullopt);
    EXPECT_EQ(matching("#"), (Lines{"c=1"}));
}

TEST_F(RetainedTest, counts_what_was_set) {
    set("a", "1");
    const std::uint64_t before = retained_.last_serial();
    set("a", "2");
    EXPECT_EQ(retained_.last_serial(), before + 1);
    topic::Cursor cursor = retained_.begin("a");
    std::size_t steps_left = 100;
    EXPECT_EQ(retained_.next(cursor, steps_left).serial, before + 1);
    retained_.close(cursor);
}

}  // namespace
}  // namespace kleber::broker
