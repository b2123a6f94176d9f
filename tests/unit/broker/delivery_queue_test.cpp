#include "gateway/broker/delivery_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

constexpr auto kQos0 = Qos::AtMostOnce;
constexpr auto kQos1 = Qos::AtLeastOnce;
constexpr auto kQos2 = Qos::ExactlyOnce;

Delivery delivery(std::string_view payload, Qos qos) {
    Delivery made;
    made.message = make_message("t", payload, qos);
    made.qos = qos;
    return made;
}

// Returns how many were dropped.
std::uint32_t push(DeliveryQueue& queue, Delivery pushed, const port::QueueLimits& limits) {
    std::uint32_t dropped = 0;
    queue.push(std::move(pushed), limits, [&](const Delivery&) { ++dropped; });
    return dropped;
}

// 0 if there is no id left.
std::uint16_t start(DeliveryQueue& queue, Delivery started) {
    const Delivery* in_flight = queue.start(std::move(started));
    return in_flight ? in_flight->id.value : std::uint16_t{0};
}

// The payloads that wait, in order.
std::string waiting(DeliveryQueue& queue) {
    std::string text;
    queue.for_each([&](const Delivery& each) {
        if (each.state == DeliveryState::Waiting) text += as_text(each.message->payload());
    });
    return text;
}

TEST(DeliveryQueue, keeps_order) {
    DeliveryQueue queue;
    for (const char* payload : {"a", "b", "c"})
        EXPECT_EQ(push(queue, delivery(payload, kQos1), {}), 0u);
    EXPECT_EQ(queue.waiting_count(), 3u);
    EXPECT_EQ(queue.bytes(), 3u * (1 + 1 + 8));
    EXPECT_EQ(as_text(queue.take_first_waiting().message->payload()), "a");
    EXPECT_EQ(waiting(queue), "bc");
    EXPECT_EQ(queue.bytes(), 2u * (1 + 1 + 8));
}

struct LimitCase {
    const char* name;
    port::DropPolicy policy;
    const char* queued;  // digits are QoS 1, letters are QoS 0
    char pushed;
    const char* expected;
};

class DeliveryQueueAtItsLimit : public testing::TestWithParam<LimitCase> {};

TEST_P(DeliveryQueueAtItsLimit, drops_qos_0_first_then_what_the_policy_says) {
    const LimitCase& row = GetParam();
    const auto qos_of = [](char c) { return c <= '9' ? kQos1 : kQos0; };
    const port::QueueLimits limits{.messages_max = 3, .bytes_max = 1000, .policy = row.policy};
    DeliveryQueue queue;
    for (const char c : std::string_view{row.queued}) {
        ASSERT_EQ(push(queue, delivery({&c, 1}, qos_of(c)), limits), 0u);
    }
    EXPECT_EQ(push(queue, delivery({&row.pushed, 1}, qos_of(row.pushed)), limits), 1u);
    EXPECT_EQ(waiting(queue), row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, DeliveryQueueAtItsLimit,
    testing::Values(
        LimitCase{"oldest", port::DropPolicy::Oldest, "123", '4', "234"},
        LimitCase{"newest", port::DropPolicy::Newest, "123", '4', "123"},
        LimitCase{"oldest_qos_0", port::DropPolicy::Oldest, "1ab", '4', "1b4"},
        LimitCase{"newest_qos_0", port::DropPolicy::Newest, "1ab", '4', "1a4"},
        LimitCase{"qos_0_for_the_oldest_qos_0", port::DropPolicy::Oldest, "1ab", 'c', "1bc"},
        LimitCase{"qos_0_is_the_newest_qos_0", port::DropPolicy::Newest, "1ab", 'c', "1ab"},
        LimitCase{"qos_0_never_for_qos_1", port::DropPolicy::Oldest, "123", 'c', "123"},
        LimitCase{"qos_0_never_for_qos_1_either", port::DropPolicy::Newest, "123", 'c', "123"}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(DeliveryQueue, makes_room_in_bytes) {
    const port::QueueLimits limits{.messages_max = 100, .bytes_max = 3 * (1 + 4 + 8)};
    DeliveryQueue queue;
    for (const char* payload : {"aaaa", "bbbb", "cccc"})
        push(queue, delivery(payload, kQos1), limits);
    // As many go as it takes.
    EXPECT_EQ(push(queue, delivery("dddddddddd", kQos1), limits), 2u);
    EXPECT_EQ(waiting(queue), "ccccdddddddddd");
    // What is larger than the whole queue displaces nobody.
    EXPECT_EQ(push(queue, delivery(std::string(40, 'e'), kQos1), limits), 1u);
    EXPECT_EQ(waiting(queue), "ccccdddddddddd");
}

TEST(DeliveryQueue, without_room_for_anything_drops_everything) {
    DeliveryQueue queue;
    EXPECT_EQ(push(queue, delivery("a", kQos2), {.messages_max = 0}), 1u);
    EXPECT_TRUE(queue.empty());
}

TEST(DeliveryQueue, gives_out_ids_in_order_and_never_0) {
    DeliveryQueue queue;
    EXPECT_EQ(start(queue, delivery("a", kQos1)), 1);
    EXPECT_EQ(start(queue, delivery("b", kQos1)), 2);
    queue.finish(queue.find(port::PacketId{1}));
    // An id is not used again at once: a late acknowledgement would hit the wrong delivery.
    EXPECT_EQ(start(queue, delivery("c", kQos1)), 3);
    EXPECT_EQ(queue.find(port::PacketId{1}), nullptr);
    EXPECT_EQ(queue.find(port::PacketId{0}), nullptr);
    EXPECT_EQ(queue.in_flight_count(), 2u);
}

TEST(DeliveryQueue, ids_wrap_and_skip_those_in_use) {
    DeliveryQueue queue;
    for (std::uint16_t kept = 1; kept <= 3; ++kept)
        EXPECT_EQ(start(queue, delivery("k", kQos2)), kept);
    queue.finish(queue.find(port::PacketId{2}));
    for (std::uint32_t id = 4; id <= 65'535; ++id) {
        ASSERT_EQ(start(queue, delivery("x", kQos1)), id);
        queue.finish(queue.find(port::PacketId{static_cast<std::uint16_t>(id)}));
    }
    EXPECT_EQ(start(queue, delivery("a", kQos1)), 2);
    EXPECT_EQ(start(queue, delivery("b", kQos1)), 4);
    // In the order of sending, whatever the ids.
    std::string order;
    for (std::uint32_t index = 0; index < queue.in_flight_count(); ++index) {
        order += std::to_string(queue.in_flight(index).id.value) + ' ';
    }
    EXPECT_EQ(order, "1 3 2 4 ");
}

TEST(DeliveryQueue, runs_out_of_ids) {
    DeliveryQueue queue;
    for (std::uint32_t id = 1; id <= 65'535; ++id) ASSERT_NE(start(queue, delivery("", kQos1)), 0);
    EXPECT_EQ(start(queue, delivery("", kQos1)), 0);
    queue.finish(queue.find(port::PacketId{700}));
    EXPECT_EQ(start(queue, delivery("", kQos1)), 700);
}

TEST(DeliveryQueue, extracts_in_order_from_both_parts) {
    DeliveryQueue queue;
    for (const char* payload : {"a", "b", "c"}) start(queue, delivery(payload, kQos1));
    for (const char* payload : {"d", "e"}) push(queue, delivery(payload, kQos0), {});
    push(queue, delivery("f", kQos1), {});
    std::string taken;
    queue.extract(
        [](const Delivery& each) {
            return as_text(each.message->payload()) != "b" &&
                   as_text(each.message->payload()) != "e";
        },
        [&](const Delivery& each) { taken += as_text(each.message->payload()); });
    EXPECT_EQ(taken, "acdf");
    EXPECT_EQ(waiting(queue), "e");
    EXPECT_EQ(queue.in_flight_count(), 1u);
    EXPECT_EQ(queue.bytes(), 10u);
    // The one QoS 0 that is left is still known as such.
    EXPECT_EQ(push(queue, delivery("g", kQos1), {.messages_max = 1}), 1u);
    EXPECT_EQ(waiting(queue), "g");
}

}  // namespace
}  // namespace kleber::broker
