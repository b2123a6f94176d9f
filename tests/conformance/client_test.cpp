// What the specification asks of a client, shown by ours: against the server, and against packets
// made by hand.

#include "tests/conformance/conversation.hpp"
#include "tests/conformance/member.hpp"
#include "tests/unit/codec/notation.hpp"
#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::conformance {
namespace {

using connection::ClientOptions;
using connection::MqttClientRig;
using testing::ElementsAre;

class Client : public EveryVersion {
  protected:
    ClientOptions options(std::string id) const {
        return {.version = GetParam(),
                .client_id = std::move(id),
                .clean_start = false,
                .session_expiry_seconds = 3600};
    }
};
INSTANTIATE_TEST_SUITE_P(Mqtt, Client, kEveryVersion, version_name);

class Client5 : public testing::Test {
  protected:
    ClientOptions options_{.version = Version::V5, .client_id = "c"};
};

TEST_P(Client, mqtt311_7_0_0_1_our_client_and_our_server_understand_each_other) {
    Member a{world, options("a")};
    Member b{world, options("b")};
    a.connect();
    b.connect();
    a.subscribe("t/#", kQos2);
    for (const Qos qos : {kQos0, kQos1, kQos2}) b.publish("t/1", "x", qos);
    a.run();
    EXPECT_THAT(a.received(), ElementsAre("t/1=x", "t/1=x", "t/1=x"));
    EXPECT_EQ(b.published_count(), 3U);
    a.cut();
    b.publish("t/2", "y", kQos2);
    a.connect();
    a.run();
    EXPECT_EQ(a.received().back(), "t/2=y");
    a.disconnect();
    EXPECT_EQ(world.connection_count(), 1U);
}

TEST_P(Client, mqtt311_7_1_1_1_mqtt311_7_1_2_1_mqtt5_4_2_0_1_any_stream_of_bytes_will_do) {
    Member a{world, options("a")};
    a.set_chunk(1);
    a.connect();
    a.subscribe("t", kQos2);
    for (const Qos qos : {kQos0, kQos1, kQos2}) a.publish("t", "byte by byte", qos);
    EXPECT_EQ(a.received().size(), 3U);
    EXPECT_EQ(a.published_count(), 3U);
    for (const port::ClientRow& row : world.clients()) EXPECT_EQ(row.in_flight, 0U);
}

TEST_P(Client, mqtt311_2_3_1_2_mqtt5_2_2_1_3_its_ids_are_unused_ones) {
    MqttClientRig rig{options("c")};
    rig.connect();
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
        ASSERT_TRUE(rig.publish("t", "x", kQos2, ticket));
    }
    EXPECT_THAT(rig.written(),
                ElementsAre("PUBLISH q2 id1 t=x", "PUBLISH q2 id2 t=x", "PUBLISH q2 id3 t=x"));
    rig.send_ack(PacketType::Pubrec, 2);
    rig.send_ack(PacketType::Pubcomp, 2);
    rig.written();
    ASSERT_TRUE(rig.publish("t", "y", kQos1, 4));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id4 t=y"));
}

TEST_P(Client, mqtt311_2_3_1_3_mqtt5_4_4_0_1_mqtt5_3_3_1_1_it_repeats_under_the_same_id_with_dup) {
    MqttClientRig rig{options("c")};
    rig.connect();
    ASSERT_TRUE(rig.publish("t", "x", kQos1, 1));
    ASSERT_TRUE(rig.publish("t", "y", kQos2, 2));
    rig.written();
    rig.cut();
    rig.connect({.session_present = GetParam() != Version::V31});
    const std::vector<std::string> again{"PUBLISH q1 id1 dup t=x", "PUBLISH q2 id2 dup t=y"};
    EXPECT_EQ(rig.written(), again);
}

TEST_P(Client, mqtt311_4_5_0_2_mqtt5_4_5_0_2_it_acknowledges_every_message) {
    MqttClientRig rig{options("c")};
    rig.connect();
    rig.send_message("t", "x", kQos1, 5);
    rig.send_message("t", "y", kQos2, 6);
    rig.send_ack(PacketType::Pubrel, 6);
    EXPECT_THAT(rig.written(), ElementsAre("PUBACK 5", "PUBREC 6", "PUBCOMP 6"));
}

TEST_P(Client, mqtt311_4_6_0_2_mqtt5_4_6_0_2_mqtt311_4_6_0_3_mqtt5_4_6_0_3_its_answers_keep_order) {
    MqttClientRig rig{options("c")};
    rig.connect();
    rig.send_message("t", "x", kQos1, 9);
    rig.send_message("t", "x", kQos2, 3);
    rig.send_message("t", "x", kQos1, 7);
    rig.send_message("t", "x", kQos2, 1);
    EXPECT_THAT(rig.written(), ElementsAre("PUBACK 9", "PUBREC 3", "PUBACK 7", "PUBREC 1"));
}

TEST_P(Client, mqtt311_4_6_0_4_mqtt5_4_6_0_4_its_pubrels_keep_the_order_of_the_pubrecs) {
    MqttClientRig rig{options("c")};
    rig.connect();
    for (std::uint64_t ticket = 1; ticket <= 3; ++ticket) {
        ASSERT_TRUE(rig.publish("t", "x", kQos2, ticket));
    }
    rig.written();
    for (const mqtt::PacketId id : {mqtt::PacketId{3}, mqtt::PacketId{1}, mqtt::PacketId{2}}) {
        rig.send_ack(PacketType::Pubrec, id);
    }
    const std::vector<std::string> released{"PUBREL 3", "PUBREL 1", "PUBREL 2"};
    EXPECT_EQ(rig.written(), released);
    rig.cut();
    rig.connect({.session_present = GetParam() != Version::V31});
    EXPECT_EQ(rig.written(), released);
}

TEST_P(Client, mqtt311_3_1_2_23_mqtt5_3_1_2_20_it_pings_in_time) {
    ClientOptions with_keep_alive = options("c");
    with_keep_alive.keep_alive_seconds = 10;
    MqttClientRig rig{std::move(with_keep_alive)};
    rig.connect();
    rig.wait(seconds{9});
    EXPECT_TRUE(rig.written().empty());
    rig.wait(seconds{1});
    EXPECT_THAT(rig.written(), ElementsAre("PINGREQ"));
}

TEST_P(Client, mqtt311_3_14_4_1_mqtt311_3_14_4_2_mqtt5_3_14_4_1_mqtt5_3_14_4_2_says_good_bye_last) {
    MqttClientRig rig{options("c")};
    rig.connect();
    MqttClientRig::Version version = GetParam();
    connection::MqttClient::Turn turn = rig.turn();
    rig.client().disconnect(ReasonCode::Success, turn);
    EXPECT_TRUE(rig.client().has_ended());
    rig.client().ping(turn);
    rig.client().acknowledge({}, ReasonCode::Success, turn);
    const mqtt::Publish late{.topic = "t", .packet_id = 4, .qos = kQos1};
    rig.client().receive(MqttClientRig::wire(version, late).bytes(), turn);
    EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT success"));
}

TEST_P(Client, a_client_that_asked_for_a_clean_start_does_not_take_an_old_session) {
    ClientOptions clean = options("c");
    clean.clean_start = true;
    MqttClientRig rig{std::move(clean)};
    rig.connect({.session_present = true});
    EXPECT_EQ(rig.client().has_ended(), GetParam() != Version::V31);  // which has no such flag
}

TEST_F(Client5, mqtt5_3_2_2_4_an_unasked_session_ends_the_connection) {
    MqttClientRig rig{options_};
    rig.connect({.session_present = true});
    EXPECT_TRUE(rig.client().has_ended());
    const auto& end = std::get<connection::Ended>(rig.events().back());
    EXPECT_EQ(end.reason, ReasonCode::ProtocolError);
}

TEST_F(Client5, mqtt5_3_2_2_5_it_forgets_a_session_that_the_server_has_lost) {
    options_.session_expiry_seconds = 100;
    MqttClientRig rig{options_};
    rig.connect();
    rig.told();
    rig.send_message("t", "x", kQos2, 5);
    EXPECT_EQ(rig.told().size(), 1U);
    rig.cut();
    rig.connect({.session_present = false});
    rig.told();
    rig.send_message("t", "another", kQos2, 5);
    EXPECT_EQ(rig.told().size(), 1U);  // which it would take for a repeat otherwise
    rig.send_ack(PacketType::Pubrel, 5);
}

TEST_F(Client5, mqtt5_3_1_2_21_mqtt5_3_2_2_21_it_keeps_to_the_servers_keep_alive) {
    options_.keep_alive_seconds = 100;
    MqttClientRig rig{options_};
    rig.connect({.server_keep_alive = 10});
    rig.wait(seconds{10});
    EXPECT_THAT(rig.written(), ElementsAre("PINGREQ"));
}

TEST_F(Client5, mqtt5_3_2_2_17_mqtt5_3_3_2_9_its_aliases_keep_to_the_servers_maximum) {
    MqttClientRig rig{options_};
    rig.connect({.topic_alias_maximum = 2});
    std::string all;
    for (int round = 0; round < 5; ++round) {
        for (const std::string_view topic : {"a", "b", "c", "d"}) {
            ASSERT_TRUE(rig.publish(topic, "x", kQos0, 1));
        }
    }
    for (const std::string& packet : rig.written()) all += packet + '\n';
    EXPECT_THAT(all, testing::HasSubstr("alias"));
    for (const std::string_view beyond : {"alias0", "alias3", "alias4"}) {
        EXPECT_THAT(all, testing::Not(testing::HasSubstr(std::string{beyond})));
    }
}

TEST_F(Client5, mqtt5_3_2_2_18_it_uses_no_alias_where_the_server_takes_none) {
    MqttClientRig rig{options_};
    rig.connect();
    for (int time = 0; time < 5; ++time) ASSERT_TRUE(rig.publish("t", "x", kQos0, 1));
    for (const std::string& packet : rig.written()) EXPECT_EQ(packet, "PUBLISH q0 t=x");
}

TEST_F(Client5, mqtt5_3_2_2_15_it_sends_nothing_larger_than_the_server_takes) {
    MqttClientRig rig{options_};
    rig.connect({.maximum_packet_size = 20});
    ASSERT_TRUE(rig.publish("t", std::string(14, 'x'), kQos0, 1));
    EXPECT_EQ(rig.written().size(), 1U);
    EXPECT_FALSE(rig.publish("t", std::string(15, 'x'), kQos0, 2));
    EXPECT_TRUE(rig.written().empty());

    MqttClientRig early{options_};
    ASSERT_TRUE(early.publish("t", std::string(15, 'x'), kQos0, 1));
    early.connect({.maximum_packet_size = 20});
    EXPECT_TRUE(early.written().empty());
}

TEST_F(Client5, mqtt5_3_2_2_11_mqtt5_3_2_2_14_it_sends_no_qos_or_retain_that_the_server_has_not) {
    MqttClientRig rig{options_};
    rig.connect({.maximum_qos = kQos0, .retain_available = false});
    ASSERT_TRUE(rig.publish("t", "x", kQos2, 1, true));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q0 t=x"));
}

TEST_F(Client5, mqtt5_3_3_4_7_mqtt5_3_3_4_8_mqtt5_4_9_0_2_mqtt5_4_9_0_3_only_publishes_wait) {
    MqttClientRig rig{options_};
    rig.connect({.receive_maximum = 1});
    ASSERT_TRUE(rig.publish("t", "one", kQos1, 1));
    ASSERT_TRUE(rig.publish("t", "two", kQos1, 2));
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id1 t=one"));
    connection::MqttClient::Turn turn = rig.turn();
    const Subscription subscription{.filter = "t"};
    ASSERT_TRUE(rig.client().subscribe({&subscription, 1}, {}, {}, turn));
    rig.client().ping(turn);
    rig.send_message("t", "theirs", kQos1, 9);
    const std::vector<std::string> went_on = rig.written();
    ASSERT_EQ(went_on.size(), 3U);
    EXPECT_EQ(went_on[1], "PINGREQ");
    EXPECT_EQ(went_on[2], "PUBACK 9");
    rig.send_ack(PacketType::Puback, 1);
    EXPECT_THAT(rig.written(), ElementsAre("PUBLISH q1 id3 t=two"));
}

TEST_F(Client5, mqtt5_3_14_2_1_it_says_no_reason_that_is_a_servers) {
    MqttClientRig rig{options_};
    rig.connect();
    connection::MqttClient::Turn turn = rig.turn();
    rig.client().disconnect(ReasonCode::ServerBusy, turn);
    EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT unspecified error"));
}

TEST_F(Client5, mqtt5_3_3_2_10_it_takes_every_alias_it_allows) {
    options_.topic_alias_maximum = 5;
    MqttClientRig rig{options_};
    rig.connect();
    rig.told();
    for (std::uint16_t alias = 1; alias <= 5; ++alias) {
        rig.send(mqtt::Publish{.topic = "t", .topic_alias = alias});
        rig.send(mqtt::Publish{.topic = "", .topic_alias = alias});
    }
    EXPECT_FALSE(rig.client().has_ended());
    EXPECT_EQ(rig.told().size(), 10U);
}

TEST_F(Client5, mqtt5_4_4_0_2_a_refused_publish_is_not_repeated) {
    options_.session_expiry_seconds = 100;
    MqttClientRig rig{options_};
    rig.connect();
    ASSERT_TRUE(rig.publish("t", "x", kQos1, 1));
    ASSERT_TRUE(rig.publish("t", "y", kQos2, 2));
    rig.written();
    rig.send_ack(PacketType::Puback, 1, ReasonCode::QuotaExceeded);
    rig.send_ack(PacketType::Pubrec, 2, ReasonCode::NotAuthorized);
    EXPECT_TRUE(rig.written().empty());  // no PUBREL
    rig.cut();
    rig.connect({.session_present = true});
    EXPECT_TRUE(rig.written().empty());
}

}  // namespace
}  // namespace kleber::conformance
