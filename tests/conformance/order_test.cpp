// Chapters 4.4 and 4.6: what is sent again, and in which order everything goes.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class Order : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, Order, kEveryVersion, version_name);

TEST_P(Order, mqtt311_4_4_0_1_mqtt5_4_4_0_1_what_is_open_is_sent_again_under_its_ids) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    b.publish("t", "1", {.qos = kQos1});
    b.publish("t", "2", {.qos = kQos2});
    b.publish("t", "3", {.qos = kQos2});
    const std::vector<ReceivedMessage> sent = a.messages();
    ASSERT_EQ(sent.size(), 3U);
    a.send_ack(PacketType::Pubrec, sent[1].packet_id);
    a.expect_ack(PacketType::Pubrel, sent[1].packet_id);
    world.advance(std::chrono::minutes{5});
    a.expect_nothing();  // never without a new connection
    a.drop();
    a.connect(lasting());
    a.expect_ack(PacketType::Pubrel, sent[1].packet_id);
    EXPECT_EQ(a.expect_message("t", "1").packet_id, sent[0].packet_id);
    EXPECT_EQ(a.expect_message("t", "3").packet_id, sent[2].packet_id);
    a.expect_nothing();
}

TEST_P(Order, mqtt5_4_4_0_1_a_clean_start_repeats_nothing) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    join("b").publish("t", "1", {.qos = kQos2});
    EXPECT_EQ(a.messages().size(), 1U);
    a.drop();
    a.connect(lasting(true));
    a.expect_alive();
}

TEST_P(Order, mqtt311_4_6_0_1_mqtt5_4_6_0_1_repeats_keep_the_order_of_the_first_time) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    for (int number = 0; number < 9; ++number) {
        b.publish("t", std::to_string(number), {.qos = number % 2 == 0 ? kQos1 : kQos2});
    }
    const std::vector<ReceivedMessage> sent = a.messages();
    ASSERT_EQ(sent.size(), 9U);
    a.acknowledge(sent[4]);
    a.drop();
    b.publish("t", "new", {.qos = kQos1});
    a.connect(lasting());
    EXPECT_THAT(payloads(a.messages()),
                testing::ElementsAre("0", "1", "2", "3", "5", "6", "7", "8", "new"));
}

TEST_P(Order, mqtt311_4_6_0_2_mqtt5_4_6_0_2_mqtt311_4_6_0_3_mqtt5_4_6_0_3_answers_keep_the_order) {
    TestClient& a = join("a");
    // What the server refuses by itself does not overtake what the broker has yet to answer.
    a.send_wire("32 ( <t> 00 05" + none() + ") 32 ( <$SYS/x> 00 03" + none() + ") 32 ( <t> 00 09" +
                none() + ") 34 ( <$SYS/x> 00 01" + none() + ") 34 ( <t> 00 08" + none() + ")");
    std::vector<mqtt::PacketId> order;
    for (int count = 0; count < 5; ++count) order.push_back(a.expect<mqtt::Ack>().packet_id);
    EXPECT_THAT(order, testing::ElementsAre(5, 3, 9, 1, 8));
}

TEST_P(Order, mqtt311_4_6_0_4_mqtt5_4_6_0_4_pubrels_keep_the_order_of_the_pubrecs) {
    TestClient& a = join("a");
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    for (int number = 0; number < 4; ++number) b.publish("t", "x", {.qos = kQos2});
    const std::vector<ReceivedMessage> sent = a.messages();
    ASSERT_EQ(sent.size(), 4U);
    std::vector<std::uint8_t> pubrecs;
    for (const std::size_t index : {2U, 0U, 3U, 1U}) {
        const auto id = static_cast<std::uint8_t>(sent[index].packet_id);
        pubrecs.insert(pubrecs.end(), {0x50, 0x02, 0x00, id});
    }
    a.send_bytes(pubrecs);
    for (const std::size_t index : {2U, 0U, 3U, 1U}) {
        a.expect_ack(PacketType::Pubrel, sent[index].packet_id);
    }
}

TEST_P(Order, mqtt311_4_6_0_5_mqtt311_4_6_0_6_mqtt5_4_6_0_5_mqtt5_4_6_0_6_a_topic_keeps_its_order) {
    TestClient& a = join("a", lasting());
    a.subscribe("t", kQos2);
    TestClient& b = join("b");
    int number = 0;
    const auto publish = [&](int count) {
        for (int index = 0; index < count; ++index) {
            b.publish("t", std::to_string(number++), {.qos = kQos1});
        }
    };
    std::vector<std::string> got;
    const auto take = [&] {
        for (std::vector<ReceivedMessage> some = a.messages(); !some.empty(); some = a.messages()) {
            for (const ReceivedMessage& message : some) {
                got.push_back(message.payload);
                a.acknowledge(message);
            }
        }
    };
    publish(30);  // more than the window takes
    take();
    a.drop();
    publish(30);  // waiting for the absent
    a.connect(lasting());
    publish(10);  // behind what waits
    take();
    ASSERT_EQ(got.size(), 70U);
    for (int index = 0; index < 70; ++index) {
        EXPECT_EQ(got[static_cast<std::size_t>(index)], std::to_string(index));
    }
}

}  // namespace
}  // namespace kleber::conformance
