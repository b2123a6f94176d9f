#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

using testing::ElementsAre;

port::ReportRows inspect(Stage& stage, port::Inspect request) {
    stage.broker.handle(port::SeatId{0}, request, stage.now, stage.outbox);
    port::Reply reply = std::move(stage.outbox.to(port::SeatId{0}).back());
    stage.outbox.to(port::SeatId{0}).pop_back();
    EXPECT_EQ(reply.to.slot, 77u);
    return std::move(*std::get<port::Report>(reply.body).rows);
}

TEST(BrokerInspect, gives_clients_by_the_page) {
    Stage stage;
    for (const char* id : {"a", "b", "c", "d", "e"}) stage.attach(id);
    stage.detach(stage.attach({.client_id = "b", .clean_start = true}), port::WillFate::Publish,
                 Duration{0});
    stage.lines();
    std::string ids;
    int pages = 0;
    std::uint32_t cursor = 0;
    do {
        const port::ReportRows rows = inspect(stage, {.token = {77, 0},
                                                      .subject = port::InspectSubject::Clients,
                                                      .cursor = cursor,
                                                      .rows_max = 2});
        for (const port::ClientRow& row : rows.clients) ids += row.client_id;
        EXPECT_LE(rows.clients.size(), 2u);
        cursor = rows.next;
        ++pages;
    } while (cursor != 0);
    EXPECT_EQ(ids, "acde");
    EXPECT_LE(pages, 3);
}

TEST(BrokerInspect, says_how_a_client_is) {
    Stage stage;
    stage.now.wall = WallTime{Duration{1000}};
    const auto a = stage.attach({.client_id = "a", .credit = {.slots = 1, .bytes = 1000}});
    stage.subscribe(a, "x", {.qos = Qos::AtLeastOnce});
    for (std::uint16_t id = 1; id <= 3; ++id) stage.publish(a, "x", "1", Qos::AtLeastOnce, id);
    port::ClientRow row = stage.row("a");
    EXPECT_TRUE(row.is_online);
    EXPECT_EQ(row.since, WallTime{Duration{1000}});
    EXPECT_EQ(row.subscriptions, 1u);
    EXPECT_EQ(row.in_flight, 1u);
    EXPECT_EQ(row.queued, 2u);
    EXPECT_EQ(row.last_end, "");
    stage.now.wall = WallTime{Duration{2000}};
    stage.handle(port::Detach{.client = a.ref, .reason = ReasonCode::KeepAliveTimeout});
    row = stage.row("a");
    EXPECT_FALSE(row.is_online);
    EXPECT_EQ(row.since, WallTime{Duration{2000}});
    EXPECT_EQ(row.last_end, "keep alive timeout");
}

TEST(BrokerInspect, says_how_the_broker_is) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.subscribe(a, "x");
    stage.subscribe(a, "$share/g/x");
    stage.publish(a, make_message("x", "1", Qos::AtMostOnce, true));
    const port::BrokerStatistics broker = inspect(stage, {.token = {77, 0}}).broker;
    EXPECT_EQ(broker.clients_online, 1u);
    EXPECT_EQ(broker.subscriptions, 2u);
    EXPECT_EQ(broker.shared_subscriptions, 1u);
    EXPECT_EQ(broker.retained_messages, 1u);
    EXPECT_EQ(broker.messages_published, 1u);
    EXPECT_EQ(broker.messages_delivered, 2u);
}

TEST(BrokerAdminister, kicks_who_is_there) {
    Stage stage;
    const auto a = stage.attach("a");
    stage.lines();
    const auto kick = [&](const char* id) {
        return stage.handle(
            port::Administer{.token = {77, 0}, .kick = std::make_unique<std::string>(id)});
    };
    EXPECT_THAT(kick("nobody"), ElementsAre("77 not found"));
    EXPECT_THAT(kick("a"), ElementsAre("1 close administrative action", "77 found"));
    EXPECT_THAT(kick("a"), ElementsAre("77 not found"));
    EXPECT_EQ(stage.row("a").last_end, "administrative action");
    EXPECT_THAT(stage.publish(a, "x", "1", Qos::AtLeastOnce, 1), testing::IsEmpty());
}

}  // namespace
}  // namespace kleber::broker
