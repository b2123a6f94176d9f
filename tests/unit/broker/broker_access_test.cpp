#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/listed_access.hpp"
#include "tests/unit/broker/stage.hpp"

// What a client may not read does not come to it, by whatever way. Clients here have no user name:
// the list calls them by their client ids.
namespace kleber::broker {
namespace {

using std::chrono::seconds;
using support::allow_only;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

class BrokerAccess : public testing::Test {
  protected:
    BrokerAccess() : publisher_(stage_.attach("p")) { stage_.lines(); }

    Stage::Client subscriber(const char* client_id, const char* filter, Qos qos = kQos2) {
        const auto client = stage_.attach(client_id);
        stage_.subscribe(client, filter, {.qos = qos});
        return client;
    }
    // Without what is said to the publisher, who is not asked here whether it may.
    Lines publish(std::string_view topic, std::string_view payload, Qos qos = Qos::AtMostOnce) {
        Lines lines =
            stage_.publish(publisher_, topic, payload, qos, qos == Qos::AtMostOnce ? 0 : ++id_);
        std::erase_if(lines, [](const std::string& line) { return line.starts_with("1 "); });
        return lines;
    }
    Lines retain(std::string_view topic, std::string_view payload) {
        return stage_.publish(publisher_, make_message(topic, payload, Qos::AtMostOnce, true));
    }
    void obey(std::uint32_t generation, std::initializer_list<const char*> allowed) {
        stage_.broker.set_authorizer(allow_only(generation, allowed));
    }
    std::uint64_t not_allowed() { return stage_.dropped(port::DropReason::NotAllowed); }

    Stage stage_;
    Stage::Client publisher_;
    std::uint16_t id_ = 0;
};

// S28: a wildcard is no way around.
TEST_F(BrokerAccess, a_wide_subscription_brings_only_what_may_be_read) {
    obey(1, {"a reads x/1", "b reads x/2"});
    subscriber("a", "#");
    subscriber("a2", "#");
    subscriber("b", "+/+");
    for (int round = 0; round < 3; ++round) {  // found, found again, and remembered
        EXPECT_THAT(publish("x/1", "1"), ElementsAre("2 deliver x/1=1"));
        EXPECT_THAT(publish("x/2", "2"), ElementsAre("4 deliver x/2=2"));
        EXPECT_THAT(publish("x/3", "3"), IsEmpty());
    }
    EXPECT_THAT(stage_.publish(publisher_, "x/3", "", kQos1, 9),
                ElementsAre("1 puback 9 no matching subscribers"));
}

TEST_F(BrokerAccess, is_decided_once_for_a_topic_that_comes_again) {
    const auto access = allow_only(1, {"a reads x"});
    stage_.broker.set_authorizer(access);
    subscriber("a", "#");
    for (int count = 0; count < 10; ++count) publish("x", "");
    EXPECT_EQ(access->take_asked_count(), 2u);  // a topic is remembered when it comes twice
}

TEST_F(BrokerAccess, a_subscription_that_is_there_obeys_another_table_at_once) {
    subscriber("a", "x/+");
    EXPECT_THAT(publish("x/1", "1"), ElementsAre("2 deliver x/1=1"));
    EXPECT_THAT(publish("x/1", "2"), ElementsAre("2 deliver x/1=2"));
    obey(1, {"a reads x/2"});
    EXPECT_THAT(publish("x/1", "3"), IsEmpty());
    EXPECT_THAT(publish("x/2", "4"), ElementsAre("2 deliver x/2=4"));
    obey(2, {"a reads x/1"});
    EXPECT_THAT(publish("x/1", "5"), ElementsAre("2 deliver x/1=5"));
    EXPECT_THAT(publish("x/2", "6"), IsEmpty());
    stage_.broker.set_authorizer(nullptr);
    EXPECT_THAT(publish("x/2", "7"), ElementsAre("2 deliver x/2=7"));
}

TEST_F(BrokerAccess, retained_messages_too) {
    retain("x/1", "1");
    retain("x/2", "2");
    obey(1, {"a reads x/2"});
    const auto client = stage_.attach("a");
    stage_.lines();
    EXPECT_THAT(stage_.subscribe(client, "#"),
                ElementsAre("2 suback 1: 0", "2 deliver x/2=2 retain"));
    EXPECT_THAT(stage_.subscribe(client, "x/1"), ElementsAre("2 suback 1: 0"));
}

TEST_F(BrokerAccess, the_states_of_clients_too) {
    obey(1, {"a reads $SYS/broker/clients/p/state"});
    const auto client = stage_.attach("a");
    stage_.lines();
    const Lines lines = stage_.subscribe(client, "$SYS/broker/clients/+/state");
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_TRUE(lines[1].starts_with("2 deliver $SYS/broker/clients/p/state=")) << lines[1];
    stage_.attach("b");
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached"));
}

TEST_F(BrokerAccess, a_shared_group_gives_it_to_a_member_that_may_read_it) {
    obey(1, {"a reads x", "c reads x", "b reads y"});
    for (const char* id : {"a", "b", "c"}) subscriber(id, "$share/g/#");
    EXPECT_THAT(publish("x", "1"), ElementsAre("2 deliver x=1"));
    EXPECT_THAT(publish("x", "2"), ElementsAre("4 deliver x=2"));
    EXPECT_THAT(publish("x", "3"), ElementsAre("2 deliver x=3"));
    EXPECT_THAT(publish("y", "4"), ElementsAre("3 deliver y=4"));
    EXPECT_THAT(publish("z", "5"), IsEmpty());
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 1u);
}

TEST_F(BrokerAccess, what_a_member_leaves_goes_to_one_that_may_read_it) {
    const auto a = subscriber("a", "$share/g/#");
    subscriber("b", "$share/g/#");
    EXPECT_THAT(publish("x", "1", kQos1), ElementsAre("2 deliver x=1 q1 #1"));
    obey(1, {"a reads x"});
    stage_.detach(a, port::WillFate::Discard, Duration::zero());
    EXPECT_THAT(stage_.lines(), IsEmpty());
    EXPECT_EQ(stage_.dropped(port::DropReason::NoReceiver), 1u);
}

TEST_F(BrokerAccess, members_are_asked_for_once_a_topic) {
    const auto access = allow_only(1, {"a reads x", "c reads x", "c reads y"});
    stage_.broker.set_authorizer(access);
    for (const char* id : {"a", "b", "c"}) subscriber(id, "$share/g/#");
    // Each member's turn comes at least once.
    for (const char* topic : {"x", "y"}) {
        for (int round = 0; round < 4; ++round) publish(topic, "1");
    }
    access->take_asked_count();
    EXPECT_THAT(publish("x", "2"), ElementsAre("2 deliver x=2"));
    EXPECT_THAT(publish("x", "3"), ElementsAre("4 deliver x=3"));
    EXPECT_THAT(publish("y", "4"), ElementsAre("4 deliver y=4"));
    EXPECT_EQ(access->take_asked_count(), 0u);
    // Another member, who is not one of those that were asked for.
    subscriber("d", "$share/g/#");
    publish("x", "5");
    EXPECT_THAT(publish("x", "6"), ElementsAre("4 deliver x=6"));
    obey(2, {"d reads x"});
    EXPECT_THAT(publish("x", "7"), ElementsAre("5 deliver x=7"));
}

TEST_F(BrokerAccess, what_a_member_may_not_read_any_more_goes_to_one_that_may) {
    const auto a = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1 << 20}});
    stage_.subscribe(a, "$share/g/#", {.qos = kQos1});
    EXPECT_THAT(publish("y", "1", kQos1), ElementsAre("2 deliver y=1 q1 #1"));
    for (const char* topic : {"x", "y", "z"}) publish(topic, "2", kQos1);
    subscriber("b", "$share/g/#");
    obey(1, {"a reads y", "b reads x"});
    EXPECT_THAT(stage_.acknowledge(a, 1),
                ElementsAre("2 deliver y=2 q1 #2", "3 deliver x=2 q1 #1"));
    EXPECT_THAT(stage_.acknowledge(a, 2), IsEmpty());
    EXPECT_EQ(stage_.statistics().shared_redeliveries, 1u);
    EXPECT_EQ(not_allowed(), 1u);
    EXPECT_EQ(stage_.row("a").dropped, 1u);
    EXPECT_EQ(stage_.statistics().queued_messages, 1u);
}

TEST_F(BrokerAccess, what_was_sent_to_a_member_that_comes_back_without_the_right_does_too) {
    const auto a = subscriber("a", "$share/g/#");
    EXPECT_THAT(publish("x", "1", kQos1), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("x", "2", kQos2), ElementsAre("2 deliver x=2 q2 #2"));
    stage_.detach(a);
    subscriber("b", "$share/g/#");
    obey(1, {"b reads x"});
    stage_.attach("a");
    // [MQTT-4.8.2-5] What may have arrived at QoS 2 is nobody else's.
    EXPECT_THAT(stage_.lines(),
                ElementsAre("4 attached again", "4 pubrel 2", "3 deliver x=1 q1 #1"));
}

TEST_F(BrokerAccess, what_no_other_member_may_read_stays_with_its_own_under_its_id) {
    const auto a = subscriber("a", "$share/g/#");
    subscriber("b", "$share/g/#");
    obey(1, {"a reads x", "a reads y", "b reads y"});
    EXPECT_THAT(publish("x", "1", kQos1), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("y", "2", kQos1), ElementsAre("3 deliver y=2 q1 #1"));
    EXPECT_THAT(publish("y", "3", kQos1), ElementsAre("2 deliver y=3 q1 #2"));
    EXPECT_THAT(stage_.detach(a), ElementsAre("3 deliver y=3 q1 #2"));
    stage_.attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("4 attached again", "4 deliver x=1 q1 #1 dup"));
}

// S18, CVE-2021-34434
TEST_F(BrokerAccess, what_waits_for_an_absent_client_is_looked_at_again) {
    const auto client = subscriber("a", "#");
    stage_.detach(client);
    publish("x", "1", kQos1);
    publish("y", "2", kQos1);
    publish("x", "3", kQos2);
    obey(1, {"a reads y"});
    EXPECT_EQ(stage_.row("a").queued, 3u);
    stage_.attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again", "3 deliver y=2 q1 #1"));
    EXPECT_EQ(not_allowed(), 2u);
    EXPECT_EQ(stage_.row("a").queued, 0u);
    EXPECT_EQ(stage_.row("a").dropped, 2u);
    EXPECT_EQ(stage_.statistics().queued_messages, 1u);
}

TEST_F(BrokerAccess, what_waits_for_a_slow_client_too) {
    const auto client = stage_.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1 << 20}});
    stage_.subscribe(client, "#", {.qos = kQos1});
    EXPECT_THAT(publish("y", "1", kQos1), ElementsAre("2 deliver y=1 q1 #1"));
    for (const char* topic : {"x", "y", "x", "y"}) publish(topic, "2", kQos1);
    obey(1, {"a reads y"});
    EXPECT_THAT(stage_.acknowledge(client, 1), ElementsAre("2 deliver y=2 q1 #2"));
    EXPECT_THAT(stage_.acknowledge(client, 2), ElementsAre("2 deliver y=2 q1 #3"));
    EXPECT_EQ(not_allowed(), 2u);
    // From here on nothing has waited for longer than the table is in force.
    obey(2, {});
    EXPECT_THAT(stage_.acknowledge(client, 3), IsEmpty());
    EXPECT_EQ(not_allowed(), 2u);
}

TEST_F(BrokerAccess, what_was_sent_before_is_not_repeated) {
    const auto client = subscriber("a", "#");
    EXPECT_THAT(publish("x", "1", kQos1), ElementsAre("2 deliver x=1 q1 #1"));
    EXPECT_THAT(publish("x", "2", kQos2), ElementsAre("2 deliver x=2 q2 #2"));
    EXPECT_THAT(publish("y", "3", kQos1), ElementsAre("2 deliver y=3 q1 #3"));
    stage_.detach(client);
    obey(1, {"a reads y"});
    const auto again = stage_.attach("a");
    // The id of QoS 2 ends in good order, so that it can be used again.
    EXPECT_THAT(stage_.lines(),
                ElementsAre("3 attached again", "3 pubrel 2", "3 deliver y=3 q1 #3 dup"));
    EXPECT_EQ(not_allowed(), 2u);
    stage_.acknowledge(again, 2, port::AcknowledgeKind::Completed);
    stage_.acknowledge(again, 3);
    EXPECT_EQ(stage_.row("a").in_flight, 0u);
    EXPECT_EQ(stage_.statistics().queued_messages, 0u);
    EXPECT_EQ(stage_.statistics().queued_bytes, 0u);
    EXPECT_EQ(stage_.statistics().unknown_acknowledgements, 0u);
}

TEST_F(BrokerAccess, nor_if_something_was_acknowledged_meanwhile) {
    const auto client = subscriber("a", "#");
    publish("x", "1", kQos1);
    publish("y", "2", kQos1);
    obey(1, {"a reads y"});
    EXPECT_THAT(stage_.acknowledge(client, 2), IsEmpty());
    stage_.detach(client);
    stage_.attach("a");
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again"));
    EXPECT_EQ(not_allowed(), 1u);
}

// [MQTT-4.3.3-10] What has arrived is not refused any more; its id is free when PUBREL has come.
TEST_F(BrokerAccess, a_refused_repeat_at_qos_2_is_acknowledged_if_it_has_arrived) {
    subscriber("s", "#");
    const auto repeat = [&] {
        return stage_.handle(port::Publish{.client = publisher_.ref,
                                           .id = port::PacketId{5},
                                           .refusal = ReasonCode::NotAuthorized,
                                           .message = {}});
    };
    EXPECT_THAT(repeat(), ElementsAre("1 pubrec 5 not authorized"));
    EXPECT_THAT(stage_.publish(publisher_, "x", "1", kQos2, 5),
                ElementsAre("2 deliver x=1 q2 #1", "1 pubrec 5"));
    EXPECT_THAT(repeat(), ElementsAre("1 pubrec 5"));
    EXPECT_THAT(stage_.release(publisher_, 5), ElementsAre("1 pubcomp 5"));
    EXPECT_THAT(repeat(), ElementsAre("1 pubrec 5 not authorized"));
    EXPECT_THAT(stage_.publish(publisher_, "x", "2", kQos2, 5),
                ElementsAre("2 deliver x=2 q2 #2", "1 pubrec 5"));
}

TEST_F(BrokerAccess, who_takes_over_a_session_gets_what_he_may_read) {
    obey(1, {"anna reads x", "ben reads y"});
    const auto anna = stage_.attach({.client_id = "c", .user = "anna"});
    stage_.subscribe(anna, "#", {.qos = kQos1});
    EXPECT_THAT(publish("x", "1"), ElementsAre("2 deliver x=1"));
    EXPECT_THAT(publish("x", "2"), ElementsAre("2 deliver x=2"));
    stage_.detach(anna);
    publish("x", "3", kQos1);
    publish("y", "4", kQos1);
    stage_.attach({.client_id = "c", .user = "ben"});
    EXPECT_THAT(stage_.lines(), ElementsAre("3 attached again"));
    EXPECT_EQ(not_allowed(), 1u);
    EXPECT_THAT(publish("x", "5"), IsEmpty());
    EXPECT_THAT(publish("y", "6"), ElementsAre("3 deliver y=6"));
    EXPECT_EQ(stage_.row("c").user, "ben");
}

TEST_F(BrokerAccess, a_certificates_name_counts_as_the_user_does) {
    obey(1, {"lamp reads x"});
    const auto lamp = stage_.attach({.client_id = "c", .common_name = "lamp"});
    stage_.subscribe(lamp, "#");
    EXPECT_THAT(publish("x", "1"), ElementsAre("2 deliver x=1"));
    stage_.attach({.client_id = "c", .common_name = "door"});
    stage_.lines();
    EXPECT_THAT(publish("x", "2"), IsEmpty());
}

TEST_F(BrokerAccess, a_part_of_the_gateway_hears_everything) {
    obey(1, {});
    retain("x", "1");
    const auto recorder = stage_.attach({.client_id = "$recorder", .is_ours = true});
    stage_.lines();
    EXPECT_THAT(stage_.subscribe(recorder, "#"),
                ElementsAre("2 suback 1: 0", "2 deliver x=1 retain"));
    EXPECT_THAT(publish("x", "2"), ElementsAre("2 deliver x=2"));
    // Not so who calls himself like it.
    stage_.attach({.client_id = "$recorder"});
    stage_.lines();
    EXPECT_THAT(publish("x", "3"), IsEmpty());
}

TEST_F(BrokerAccess, a_will_that_is_not_allowed_any_more_is_not_published) {
    subscriber("s", "#");
    const auto client = stage_.attach(
        {.client_id = "a", .will = port::Will{.message = make_message("x", "gone", kQos1)}});
    stage_.lines();
    obey(1, {"s reads x"});
    EXPECT_THAT(stage_.detach(client), IsEmpty());
    EXPECT_EQ(not_allowed(), 1u);
    EXPECT_EQ(stage_.statistics().wills_published, 0u);
}

TEST_F(BrokerAccess, a_will_whose_delay_runs_obeys_too) {
    subscriber("s", "#");
    const auto with_will = [](const char* client_id) {
        return Stage::Options{
            .client_id = client_id,
            .will = port::Will{.message = make_message("x", client_id), .delay = seconds{10}}};
    };
    const auto a = stage_.attach(with_will("a"));
    const auto b = stage_.attach(with_will("b"));
    stage_.detach(a);
    stage_.detach(b);
    stage_.pass(seconds{5});
    obey(1, {"s reads x", "b publishes x"});
    EXPECT_THAT(stage_.pass(seconds{6}), ElementsAre("2 deliver x=b"));
    EXPECT_EQ(not_allowed(), 1u);
    EXPECT_EQ(stage_.statistics().wills_published, 1u);
}

}  // namespace
}  // namespace kleber::broker
