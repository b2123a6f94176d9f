#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::Connect;
using codec::mqtt::Disconnect;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kAllVersions = {kV31, kV311, kV5};

TEST(MqttServerEnd, mqtt_3_14_4_3_an_orderly_disconnect_discards_the_will) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.send(from_hex("e0 00"));
        EXPECT_EQ(client.requests(), "detach");
        EXPECT_EQ(client.packets(), "");
        EXPECT_EQ(client.end(), "client: success");
        EXPECT_FALSE(client.server().is_reading());
        EXPECT_EQ(client.server().deadline(), std::nullopt);
    }
}

TEST(MqttServerEnd, any_other_reason_publishes_it) {
    for (const auto& [reason, request] :
         {std::pair{ReasonCode::DisconnectWithWill, "detach (disconnect with will message) will"},
          std::pair{ReasonCode::UnspecifiedError, "detach (unspecified error) will"},
          std::pair{ReasonCode::AdministrativeAction, "detach (administrative action) will"}}) {
        ServerConversation client;
        client.attach(kV5);
        client.send(wire(kV5, Disconnect{.reason = reason, .reason_string = "tired"}));
        EXPECT_EQ(client.requests(), request);
        EXPECT_EQ(client.end(), "client: " + std::string{name_of(reason)} + ": tired");
        EXPECT_EQ(client.packets(), "");
    }
}

TEST(MqttServerEnd, mqtt_3_14_4_1_nothing_after_a_disconnect_is_looked_at) {
    ServerConversation client;
    client.attach(kV311);
    client.send(from_hex("e0 00 c0 00 30 03 00 01 74"));
    EXPECT_EQ(client.requests(), "detach");
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.tail_bytes(), 0U);
}

TEST(MqttServerEnd, disconnect_may_change_the_session_expiry_but_not_begin_one) {
    struct Row {
        std::uint32_t at_first;
        std::uint32_t at_last;
        const char* request;
    };
    for (const Row& row : {
             Row{10, 20, "detach expiry 20s"},
             Row{10, 0, "detach expiry 0s"},
             Row{10, 0xFFFFFFFF, "detach expiry 3600s"},
             Row{0xFFFFFFFF, 7200, "detach expiry 3600s"},
             Row{0, 0, "detach expiry 0s"},
             Row{0, 1, "detach (protocol error) will"},
             Row{0, 0xFFFFFFFF, "detach (protocol error) will"},
         }) {
        ServerConversation client{MqttPolicy{.session_expiry_max = std::chrono::hours{1}}};
        Connect packet = connect_packet(kV5);
        packet.session_expiry = row.at_first;
        client.attach(packet);
        client.send(wire(kV5, Disconnect{.session_expiry = row.at_last}));
        EXPECT_EQ(client.requests(), row.request);
        EXPECT_TRUE(client.server().has_ended());
    }
}

TEST(MqttServerEnd, malformed_disconnects_are_errors) {
    for (const char* bytes : {"e1 00", "e0 01 8b", "e0 03 00 02 11", "e0 01 01"}) {
        ServerConversation client;
        client.attach(kV5);
        client.send(from_hex(bytes));
        EXPECT_TRUE(client.requests().ends_with("will")) << bytes;
        EXPECT_TRUE(client.packets().starts_with("DISCONNECT (")) << bytes;
    }
    ServerConversation client;
    client.attach(kV311);
    client.send(from_hex("e0 01 00"));
    EXPECT_EQ(client.requests(), "detach (malformed packet) will");
    EXPECT_EQ(client.packets(), "");
}

TEST(MqttServerEnd, mqtt_4_12_0_7_auth_has_no_place) {
    ServerConversation client;
    client.attach(kV5);
    client.send(from_hex("f0 06 18 04 15 00 01 78"));
    EXPECT_EQ(client.packets(),
              "DISCONNECT (protocol error) 'AUTH without an authentication method'");
    EXPECT_EQ(client.requests(), "detach (protocol error) will");

    client.relink();
    client.attach(kV5);
    client.send(from_hex("f1 00"));
    EXPECT_TRUE(client.packets().starts_with("DISCONNECT (malformed packet)"));

    for (const auto version : {kV31, kV311}) {
        client.relink();
        client.attach(version);
        client.send(from_hex("f0 00"));
        EXPECT_EQ(client.packets(), "");
        EXPECT_EQ(client.requests(), "detach (malformed packet) will");
    }
}

TEST(MqttServerEnd, packets_that_only_a_server_may_send_are_errors) {
    for (const auto version : kAllVersions) {
        for (const char* bytes :
             {"20 02 00 00", "20 03 00 00 00", "90 03 00 01 00", "b0 02 00 01", "d0 00"}) {
            ServerConversation client;
            client.attach(version);
            client.send(from_hex(bytes));
            EXPECT_EQ(client.requests(), "detach (protocol error) will");
            EXPECT_EQ(client.packets(), version == kV5 ? "DISCONNECT (protocol error) 'a packet "
                                                         "that only a server may send'"
                                                       : "");
        }
    }
}

TEST(MqttServerEnd, reserved_packet_types_are_errors) {
    ServerConversation client;
    client.attach(kV5);
    client.send(from_hex("00 00"));
    EXPECT_EQ(client.packets(), "DISCONNECT (malformed packet) 'a packet of a reserved type'");
    EXPECT_EQ(client.requests(), "detach (malformed packet) will");
}

TEST(MqttServerEnd, packets_over_the_limit_end_the_connection) {
    ServerConversation client{MqttPolicy{.packet_bytes_max = 100}};
    client.attach(kV5);
    client.send(from_hex("30 63"));
    EXPECT_EQ(client.packets(), "DISCONNECT (packet too large) 'refused by its length'");
    EXPECT_EQ(client.requests(), "detach (packet too large) will");

    client.relink();
    client.attach(kV311);
    client.send(from_hex("30 ff ff ff 7f"));
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.requests(), "detach (packet too large) will");

    client.relink();
    client.attach(kV5);
    client.send(from_hex("30 80 80 80 80 01"));
    EXPECT_EQ(client.packets(), "DISCONNECT (malformed packet) 'refused by its length'");
}

TEST(MqttServerEnd, the_broker_may_close) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.reply(port::Close{.reason = ReasonCode::SessionTakenOver});
        EXPECT_EQ(client.packets(),
                  version == kV5 ? "DISCONNECT (session taken over) 'session taken over'" : "");
        EXPECT_EQ(client.requests(), "") << "it needs no Detach";
        EXPECT_EQ(client.end(), "server: session taken over");
    }
}

TEST(MqttServerEnd, the_gateway_may_stop) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        client.attach(version);
        client.stop(ReasonCode::ServerShuttingDown);
        EXPECT_EQ(client.packets(),
                  version == kV5 ? "DISCONNECT (server shutting down) 'server shutting down'" : "");
        EXPECT_EQ(client.requests(), "detach (server shutting down) will");
        client.stop(ReasonCode::ServerShuttingDown);
        EXPECT_EQ(client.requests() + client.packets(), "");
    }
}

TEST(MqttServerEnd, mqtt_3_14_0_1_there_is_no_disconnect_before_connack) {
    ServerConversation client;
    client.stop(ReasonCode::ServerShuttingDown);
    EXPECT_EQ(client.requests() + client.packets(), "");
    EXPECT_EQ(client.end(), "server: server shutting down");

    client.relink();
    client.send(wire(connect_packet(kV5)));
    client.requests();
    client.stop(ReasonCode::ServerShuttingDown);
    EXPECT_EQ(client.packets(), "CONNACK (server unavailable) 'server shutting down'");
    EXPECT_EQ(client.requests(), "");
    EXPECT_FALSE(client.server().has_ended()) << "the session may come yet, and must be left";
    client.reply_attached();
    EXPECT_EQ(client.requests(), "detach (server shutting down)");
    EXPECT_EQ(client.packets(), "");
    EXPECT_TRUE(client.server().has_ended());

    client.relink();
    client.send(wire(connect_packet(kV5)));
    client.requests();
    client.stop(ReasonCode::ServerShuttingDown);
    client.packets();
    client.reply(port::Close{.reason = ReasonCode::ServerBusy});
    EXPECT_EQ(client.requests() + client.packets(), "");
    EXPECT_TRUE(client.server().has_ended());
}

TEST(MqttServerEnd, a_lost_link_publishes_the_will) {
    ServerConversation client;
    client.attach(kV5);
    client.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_EQ(client.requests(), "detach (unspecified error) will");
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.end(), "link: unspecified error");
    client.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_EQ(client.requests(), "");

    client.relink();
    client.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_EQ(client.requests(), "");
    EXPECT_TRUE(client.server().has_ended());
}

TEST(MqttServerEnd, a_link_lost_while_the_broker_considers_ends_with_its_answer) {
    ServerConversation client;
    client.send(wire(connect_packet(kV311)));
    client.requests();
    client.link_lost(ReasonCode::UnspecifiedError);
    EXPECT_EQ(client.requests(), "");
    EXPECT_FALSE(client.server().has_ended());
    EXPECT_FALSE(client.server().is_reading());
    client.reply_attached();
    EXPECT_EQ(client.requests(), "detach (unspecified error) will");
    EXPECT_EQ(client.packets(), "");
    EXPECT_TRUE(client.server().has_ended());
}

TEST(MqttServerEnd, late_replies_are_dropped) {
    ServerConversation client;
    client.attach(kV5);
    client.send(from_hex("e0 00"));
    client.requests();
    client.reply(port::Settled{.id = port::PacketId{1}});
    client.reply(port::Close{.reason = ReasonCode::SessionTakenOver});
    client.reply_attached();
    client.drained();
    EXPECT_EQ(client.requests() + client.packets(), "");
}

TEST(MqttServerEnd, mqtt_3_1_2_22_and_24_keep_alive_is_one_and_a_half_times_patient) {
    for (const auto version : kAllVersions) {
        ServerConversation client;
        Connect packet = connect_packet(version);
        packet.keep_alive = 3;
        client.attach(packet);
        EXPECT_EQ(client.server().deadline(), client.now() + std::chrono::milliseconds{4500});
        client.wait(std::chrono::milliseconds{4000});
        client.send(from_hex("c0 00"));
        EXPECT_EQ(client.packets(), "PINGRESP");
        client.wait(std::chrono::milliseconds{4000});
        client.on_deadline();
        EXPECT_EQ(client.end(), "not ended") << "it has been heard of";
        client.send(from_hex("c0"));
        client.wait(std::chrono::milliseconds{499});
        client.on_deadline();
        EXPECT_EQ(client.end(), "not ended");
        client.wait(std::chrono::milliseconds{1});
        client.on_deadline();
        EXPECT_EQ(client.requests(), "detach (keep alive timeout) will");
        EXPECT_EQ(client.packets(), version == kV5
                                        ? "DISCONNECT (keep alive timeout) 'nothing heard for 1.5 "
                                          "times its keep alive'"
                                        : "");
    }
}

TEST(MqttServerEnd, without_a_keep_alive_a_client_may_be_silent) {
    ServerConversation client;
    client.attach(kV5);
    EXPECT_EQ(client.server().deadline(), std::nullopt);
    client.wait(std::chrono::hours{1000});
    client.on_deadline();
    EXPECT_TRUE(client.server().is_attached());
}

TEST(MqttServerEnd, mqtt_3_1_2_21_the_server_may_want_to_hear_more_often) {
    struct Row {
        std::uint16_t wanted;
        const char* told;
        int granted;
    };
    for (const Row& row :
         {Row{0, " keep 60", 60}, Row{61, " keep 60", 60}, Row{60, "", 60}, Row{10, "", 10}}) {
        ServerConversation client{MqttPolicy{.keep_alive_max = std::chrono::seconds{60}}};
        Connect packet = connect_packet(kV5);
        packet.keep_alive = row.wanted;
        client.send(wire(packet));
        client.reply_attached();
        EXPECT_EQ(client.packets(),
                  std::string{"CONNACK receive 20 size 1048576 aliases 10"} + row.told);
        EXPECT_EQ(client.server().deadline(),
                  client.now() + std::chrono::milliseconds{1500} * row.granted);

        client.relink();
        packet.version = kV311;
        client.attach(packet);
        if (row.wanted == 0) {
            EXPECT_EQ(client.server().deadline(), std::nullopt) << "it cannot be told";
        } else {
            EXPECT_EQ(client.server().deadline(),
                      client.now() + std::chrono::milliseconds{1500} * row.wanted);
        }
    }
}

TEST(MqttServerEnd, a_client_that_is_not_read_is_not_blamed_for_silence) {
    ServerConversation client{MqttPolicy{.unsettled_max = 1}};
    Connect packet = connect_packet(kV311);
    packet.keep_alive = 2;
    client.attach(packet);
    client.send(publish(kV311, "t", "x", Qos::AtLeastOnce, 1));
    EXPECT_FALSE(client.server().is_reading());
    client.wait(std::chrono::seconds{3});
    client.on_deadline();
    EXPECT_TRUE(client.server().is_attached());
    client.reply(port::Settled{.id = port::PacketId{1}});
    client.wait(std::chrono::seconds{3});
    client.on_deadline();
    EXPECT_TRUE(client.server().has_ended());
}

}  // namespace
}  // namespace kleber::connection
