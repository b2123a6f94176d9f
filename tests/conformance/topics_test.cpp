// Chapter 4.7: topic names and filters.

#include "tests/conformance/conversation.hpp"

namespace kleber::conformance {
namespace {

class Topics : public EveryVersion {
  protected:
    // The names that a subscriber of the filter gets.
    std::vector<std::string> matching(std::string_view filter,
                                      const std::vector<std::string>& names) {
        TestClient& a = join("a");
        a.subscribe(filter);
        TestClient& b = join("b");
        for (const std::string& name : names) b.publish(name, name);
        return payloads(a.messages());
    }
    void expect_refused(std::string_view filter, support::Where where = {}) {
        SCOPED_TRACE(filter);
        TestClient& a = join("a");
        a.send_subscribe({{.filter = filter}});
        a.expect_closed(ReasonCode::TopicFilterInvalid, where);
        a.connect();
        a.send_unsubscribe({filter});
        a.expect_closed(ReasonCode::TopicFilterInvalid, where);
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Topics, kEveryVersion, version_name);

TEST_P(Topics, mqtt311_4_7_1_2_mqtt5_4_7_1_1_number_sign_is_a_last_whole_level) {
    for (const std::string_view filter : {"a#", "a/#/b", "#/a", "a/b#", "##", "a/#b", "#/"}) {
        expect_refused(filter);
    }
    EXPECT_THAT(matching("a/#", {"a", "a/b", "a/b/c", "a/", "b/a", "ab"}),
                testing::ElementsAre("a", "a/b", "a/b/c", "a/"));
    EXPECT_THAT(matching("#", {"a", "/", "a/b"}), testing::ElementsAre("a", "/", "a/b"));
}

TEST_P(Topics, mqtt311_4_7_1_3_mqtt5_4_7_1_2_plus_is_a_whole_level) {
    for (const std::string_view filter : {"a+", "+a", "a/b+/c", "++", "a/+b"}) {
        expect_refused(filter);
    }
    EXPECT_THAT(matching("+", {"a", "/a", "a/b"}), testing::ElementsAre("a"));
    EXPECT_THAT(matching("a/+/c", {"a/b/c", "a//c", "a/b/d", "a/c"}),
                testing::ElementsAre("a/b/c", "a//c"));
    EXPECT_THAT(matching("+/+", {"/a", "a/b", "a"}), testing::ElementsAre("/a", "a/b"));
    EXPECT_THAT(matching("+/b/#", {"a/b", "a/b/c", "b"}), testing::ElementsAre("a/b", "a/b/c"));
}

TEST_P(Topics, mqtt311_4_7_2_1_mqtt5_4_7_2_1_wildcards_do_not_match_dollar) {
    for (const std::string_view filter : {"#", "+/broker/#", "+/+/+", "/#"}) {
        TestClient& a = join("a");
        a.subscribe(filter);
        world.publish(port::Message::make({.topic = "$SYS/broker/x", .retain = true},
                                          port::Sharing::OneThread));
        a.expect_nothing();
        a.subscribe(filter);  // nor the retained one
        a.expect_nothing();
    }
    TestClient& b = join("b");
    b.subscribe("$SYS/broker/+");
    world.publish(port::Message::make({.topic = "$SYS/broker/x"}, port::Sharing::OneThread));
    b.expect_message("$SYS/broker/x", "");
}

TEST_P(Topics, mqtt311_4_7_3_1_mqtt5_4_7_3_1_an_empty_filter_closes_the_connection) {
    expect_refused("");
}

TEST_P(Topics, mqtt311_4_7_3_1_mqtt5_4_7_3_1_an_empty_name_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("30 ( <>" + none() + "'x' )");
    a.expect_closed(is_v5() ? ReasonCode::ProtocolError : ReasonCode::TopicNameInvalid);
}

TEST_P(Topics, mqtt311_4_7_3_2_mqtt5_4_7_3_2_the_null_character_closes_the_connection) {
    TestClient& a = join("a");
    a.send_wire("30 ( 00 01 00" + none() + "'x' )");
    a.expect_closed(ReasonCode::MalformedPacket);
    TestClient& b = join("b");
    b.send_wire("82 ( 00 01" + none() + "00 02 'a' 00 00 )");
    b.expect_closed(ReasonCode::MalformedPacket);
}

TEST_P(Topics, mqtt311_4_7_3_3_mqtt5_4_7_3_3_up_to_65535_bytes_if_the_policy_allows_it) {
    MqttPolicy policy;
    policy.topic_bytes_max = 65'535;
    TestClient& a = client("a", &policy);
    a.connect();
    const std::string longest(65'535, 't');
    a.subscribe(longest);
    a.publish(longest, "x");
    a.expect_message(longest, "x");
}

TEST_P(Topics, mqtt311_4_7_3_4_mqtt5_4_7_3_4_are_taken_as_they_are) {
    EXPECT_THAT(matching("Accounts", {"ACCOUNTS", "accounts", "Accounts"}),
                testing::ElementsAre("Accounts"));
    EXPECT_THAT(matching("a b", {"a  b", " a b", "a b"}), testing::ElementsAre("a b"));
    EXPECT_THAT(matching("a//b", {"a/b", "a//b", "a/./b"}), testing::ElementsAre("a//b"));
    EXPECT_THAT(matching("/a", {"a", "/a", "/a/"}), testing::ElementsAre("/a"));
    // The same letter in two forms of Unicode.
    EXPECT_THAT(matching("\u00e9", {"e\u0301", "\u00e9"}), testing::ElementsAre("\u00e9"));
}

TEST_P(Topics, levels_have_a_limit) {
    std::string deep = "a";
    for (int level = 1; level < 128; ++level) deep += "/a";
    TestClient& a = join("a");
    a.subscribe(deep);
    a.publish(deep, "x");
    a.expect_message(deep, "x");
    a.publish(deep + "/a", "x");
    a.expect_closed(ReasonCode::TopicNameInvalid);
}

}  // namespace
}  // namespace kleber::conformance
