#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/listed_access.hpp"
#include "tests/unit/broker/kept_stage.hpp"

// Rights of those who were absent when the gateway started again.
namespace kleber::broker {
namespace {

using std::chrono::seconds;
using support::allow_only;
using testing::ElementsAre;

constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

Stage::Options anna() {
    return {.client_id = "c", .user = "anna", .common_name = "phone"};
}

void publish(KeptStage& stage, const Stage::Client& client, const char* topic, Qos qos,
             std::uint16_t id) {
    stage->publish(client, topic, std::to_string(id), qos, id);
    stage.commit();
}

TEST(KeptAccess, who_an_absent_client_is_survives) {
    KeptStage stage;
    const auto client = stage.attach(anna());
    stage->subscribe(client, "#", {.qos = kQos1});
    stage->detach(client);
    stage.commit();
    stage.crash();
    stage->broker.set_authorizer(allow_only(1, {"anna reads x"}));
    const auto publisher = stage.attach("p");
    publish(stage, publisher, "x", kQos1, 1);
    publish(stage, publisher, "y", kQos1, 2);
    EXPECT_EQ(stage->row("c").queued, 1u);
    EXPECT_EQ(stage->row("c").user, "anna");
}

// Kept by a gateway that did not write down users: who it is shows when it is back.
TEST(KeptAccess, for_a_client_that_may_be_anybody_all_is_kept_and_looked_at_when_it_is_back) {
    Stage stage;
    auto record = std::make_unique<port::SessionPut::Record>();
    record->client_id = "c";
    record->expiry = std::chrono::hours{1};
    record->is_identified = false;
    const port::SessionId id{5};
    stage.broker.restore(port::SessionPut{id, std::move(record)});
    stage.broker.restore(port::SubscriptionPut{
        id, std::make_unique<port::SubscriptionPut::Record>(
                port::SubscriptionPut::Record{.filter = "#", .options = {.qos = kQos1}})});
    stage.broker.finish_restore(stage.now);
    stage.broker.set_authorizer(allow_only(1, {"anna reads x"}));
    const auto publisher = stage.attach("p");
    for (const char* topic : {"x", "y", "x"}) stage.publish(publisher, topic, "", kQos1, 1);
    EXPECT_EQ(stage.row("c").queued, 3u);
    stage.lines();
    stage.attach(anna());
    stage.publish(publisher, "y", "", kQos1, 2);
    EXPECT_EQ(stage.row("c").in_flight, 2u);
    EXPECT_EQ(stage.row("c").queued, 0u);
    EXPECT_EQ(stage.dropped(port::DropReason::NotAllowed), 1u);
}

TEST(KeptAccess, a_certificates_name_survives) {
    KeptStage stage;
    const auto client = stage.attach({.client_id = "c", .common_name = "lamp"});
    stage->subscribe(client, "#", {.qos = kQos1});
    stage->detach(client);
    stage.commit();
    stage.crash();
    stage->broker.set_authorizer(allow_only(1, {"lamp reads x"}));
    const auto publisher = stage.attach("p");
    publish(stage, publisher, "x", kQos1, 1);
    EXPECT_EQ(stage->row("c").queued, 1u);
}

TEST(KeptAccess, what_waited_before_the_start_obeys_the_table_of_today) {
    KeptStage stage;
    const auto client = stage.attach(anna());
    stage->subscribe(client, "#", {.qos = kQos2});
    stage->detach(client);
    const auto publisher = stage.attach("p");
    publish(stage, publisher, "x", kQos1, 1);
    publish(stage, publisher, "y", kQos1, 2);
    publish(stage, publisher, "x", kQos2, 3);
    stage.crash();
    stage->broker.set_authorizer(allow_only(1, {"anna reads y"}));
    stage->attach(anna());
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 deliver y=2 q1 #1"));
    EXPECT_EQ(stage->dropped(port::DropReason::NotAllowed), 2u);
    // What was dropped does not come back, whatever is allowed then.
    stage.commit();
    stage.crash();
    EXPECT_EQ(stage->statistics().queued_messages, 1u);
}

TEST(KeptAccess, what_was_in_flight_is_taken_back_for_good) {
    KeptStage stage;
    const auto client = stage.attach(anna());
    stage->subscribe(client, "#", {.qos = kQos2});
    const auto publisher = stage.attach("p");
    publish(stage, publisher, "x", kQos1, 1);
    publish(stage, publisher, "x", kQos2, 2);
    stage.crash();
    stage->broker.set_authorizer(allow_only(1, {}));
    stage->attach(anna());
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 pubrel 2"));
    EXPECT_EQ(stage->dropped(port::DropReason::NotAllowed), 2u);
    stage.crash();
    stage->attach(anna());
    EXPECT_THAT(stage.commit(), ElementsAre("1 attached again", "1 pubrel 2"));
}

TEST(KeptAccess, a_will_obeys_the_table_of_today) {
    for (const bool is_allowed : {false, true}) {
        KeptStage stage;
        Stage::Options with_will = anna();
        with_will.will = port::Will{.message = make_message("x", "gone", kQos1)};
        stage.attach(with_will);
        stage.crash();
        stage->broker.set_authorizer(is_allowed ? allow_only(1, {"anna publishes x"})
                                                : allow_only(1, {}));
        stage.pass(seconds{61});
        EXPECT_EQ(stage->statistics().wills_published, is_allowed ? 1u : 0u);
        EXPECT_EQ(stage->dropped(port::DropReason::NotAllowed), is_allowed ? 0u : 1u);
        // Neither way it is left to be published after another crash.
        stage.commit();
        stage.crash();
        stage.pass(seconds{100});
        EXPECT_EQ(stage->statistics().wills_published, 0u);
        EXPECT_EQ(stage->dropped(port::DropReason::NotAllowed), 0u);
    }
}

}  // namespace
}  // namespace kleber::broker
