#include <gtest/gtest.h>

#include "tests/unit/connection/server_conversation.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::Connect;
using codec::mqtt::PropertyId;
using codec::mqtt::Will;

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;

constexpr std::string_view kGranted = "receive 20 size 1048576 aliases 10";

std::string hex(const std::vector<std::uint8_t>& bytes) {
    std::string text;
    for (const std::uint8_t byte : bytes) {
        static constexpr char kDigits[] = "0123456789abcdef";
        if (!text.empty()) text += ' ';
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

TEST(MqttServerConnect, asks_the_broker_and_sends_nothing_before_its_answer) {
    for (const auto& [version, protocol, connack] :
         {std::tuple{kV31, "MQTT 3.1", "20 02 00 00"},
          std::tuple{kV311, "MQTT 3.1.1", "20 02 00 00"}}) {
        ServerConversation wire_to;
        wire_to.send(wire(connect_packet(version)));
        EXPECT_EQ(wire_to.requests(),
                  "attach 'c' clean expiry 0s slots 20 bytes 262144 " + std::string{protocol});
        EXPECT_EQ(wire_to.packets(), "");
        EXPECT_FALSE(wire_to.server().is_reading());
        EXPECT_FALSE(wire_to.server().is_attached());

        wire_to.reply_attached();
        EXPECT_EQ(hex(wire_to.bytes()), connack);
        EXPECT_TRUE(wire_to.server().is_reading());
        EXPECT_TRUE(wire_to.server().is_attached());
        EXPECT_EQ(wire_to.server().client_id(), "c");
        EXPECT_EQ(wire_to.server().address(), "10.0.0.9:50112");
        EXPECT_EQ(wire_to.server().protocol(), protocol);
    }
}

TEST(MqttServerConnect, announces_what_it_grants_to_a_client_of_mqtt_5) {
    ServerConversation client;
    client.send(wire(connect_packet(kV5)));
    EXPECT_EQ(client.requests(), "attach 'c' clean expiry 0s slots 20 bytes 262144 MQTT 5.0");
    client.reply_attached();
    EXPECT_EQ(client.packets(), "CONNACK " + std::string{kGranted});
}

TEST(MqttServerConnect, mqtt_3_2_2_2_and_3_session_present_is_the_brokers_word) {
    ServerConversation client;
    client.send(wire(connect_packet(kV311)));
    client.reply_attached(true);
    EXPECT_EQ(hex(client.bytes()), "20 02 01 00");

    client.relink();
    client.send(wire(connect_packet(kV31)));
    client.reply_attached(true);
    EXPECT_EQ(hex(client.bytes()), "20 02 00 00") << "3.1 has no such flag";

    client.relink();
    client.send(wire(connect_packet(kV5)));
    client.reply_attached(true);
    EXPECT_EQ(client.packets(), "CONNACK present " + std::string{kGranted});
}

TEST(MqttServerConnect, mqtt_3_1_0_1_the_first_packet_must_be_a_connect) {
    for (const char* bytes : {"c0", "30 ff ff ff 7f", "20 02 00 00", "00", "f0 00", "d0 00"}) {
        ServerConversation client;
        client.send(from_hex(bytes));
        EXPECT_EQ(client.end(), "server: protocol error: the first packet is no CONNECT") << bytes;
        EXPECT_EQ(client.requests() + client.packets(), "");
        EXPECT_EQ(client.tail_bytes(), 0U);
    }
}

TEST(MqttServerConnect, mqtt_3_1_0_2_a_second_connect_ends_the_connection) {
    ServerConversation client;
    client.attach(kV311);
    client.send(wire(connect_packet(kV311)));
    EXPECT_EQ(client.requests(), "detach (protocol error) will");
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.end(), "server: protocol error: a second CONNECT");

    client.relink();
    client.attach(kV5);
    client.send(wire(connect_packet(kV5)));
    EXPECT_EQ(client.requests(), "detach (protocol error) will");
    EXPECT_EQ(client.packets(), "DISCONNECT (protocol error) 'a second CONNECT'");
}

TEST(MqttServerConnect, a_connect_over_the_limit_is_refused_before_it_has_come) {
    ServerConversation client{MqttPolicy{.connect_packet_bytes_max = 40}};
    client.send(from_hex("10 26"));
    EXPECT_EQ(client.end(), "not ended");
    EXPECT_EQ(client.server().wanted_bytes(), 40U);
    client.relink();
    client.send(from_hex("10 27"));
    EXPECT_EQ(client.end(), "server: packet too large: refused by its length");
    EXPECT_EQ(client.packets() + client.requests(), "");
    client.relink();
    client.send(from_hex("10 ff ff ff ff"));
    EXPECT_EQ(client.end(), "server: malformed packet: refused by its length");
}

TEST(MqttServerConnect, without_one_in_time_the_link_is_closed) {
    ServerConversation client;
    EXPECT_EQ(client.server().deadline(), client.now() + std::chrono::seconds{5});
    client.wait(std::chrono::milliseconds{4999});
    client.send(from_hex("10 0d"));
    client.on_deadline();
    EXPECT_EQ(client.end(), "not ended");
    client.wait(std::chrono::milliseconds{1});
    client.on_deadline();
    EXPECT_EQ(client.end(), "server: maximum connect time: no CONNECT in time");
    EXPECT_EQ(client.packets() + client.requests(), "");
    EXPECT_EQ(client.server().deadline(), std::nullopt);
}

TEST(MqttServerConnect, mqtt_3_1_2_2_an_unknown_version_is_told_so) {
    const auto with_level = [](std::string_view name, std::uint8_t level) {
        ByteBuffer body;
        body.text(name);
        body.u8(level);
        body.append(from_hex("02 00 3c 00 01 63").bytes());
        ByteBuffer packet;
        packet.u8(0x10);
        packet.varint(static_cast<std::uint32_t>(body.size()));
        packet.append(body.bytes());
        return packet;
    };
    ServerConversation client;
    client.send(with_level("MQTT", 3));
    EXPECT_EQ(hex(client.bytes()), "20 02 00 01");
    EXPECT_EQ(client.end(), "server: unsupported protocol version");

    client.relink();
    client.send(with_level("MQIsdp", 7));
    EXPECT_EQ(hex(client.bytes()), "20 02 00 01");

    client.relink();
    client.send(with_level("MQTT", 6));
    EXPECT_EQ(client.packets(),
              "CONNACK (unsupported protocol version) 'unsupported protocol version'");

    client.relink();
    client.send(with_level("HTTP", 4));
    EXPECT_EQ(client.packets() + client.requests(), "");
    EXPECT_EQ(client.end(), "server: malformed packet: malformed CONNECT");
}

TEST(MqttServerConnect, mqtt_3_1_2_2_a_version_the_listener_does_not_allow_is_refused) {
    const AllowedVersions none{.mqtt_3_1 = false, .mqtt_3_1_1 = false, .mqtt_5 = false};
    for (const auto& [version, connack] :
         {std::pair{kV31, "20 02 00 01"}, std::pair{kV311, "20 02 00 01"}}) {
        ServerConversation client{MqttPolicy{.versions = none}};
        client.send(wire(connect_packet(version)));
        EXPECT_EQ(hex(client.bytes()), connack);
        EXPECT_EQ(client.requests(), "");
    }
    ServerConversation client{MqttPolicy{.versions = none}};
    client.send(wire(connect_packet(kV5)));
    EXPECT_EQ(client.packets(),
              "CONNACK (unsupported protocol version) 'protocol version not allowed here'");
    EXPECT_EQ(client.requests(), "");
}

TEST(MqttServerConnect, mqtt_3_1_4_1_a_malformed_connect_gets_no_connack_before_mqtt_5) {
    ServerConversation client;
    client.send(from_hex("10 0d 00 04 4d 51 54 54 04 03 00 3c 00 01 63"));  // reserved flag
    EXPECT_EQ(client.packets() + client.requests(), "");
    EXPECT_EQ(client.end(), "server: malformed packet: malformed CONNECT");

    client.relink();
    client.send(from_hex("10 0e 00 04 4d 51 54 54 05 03 00 3c 00 00 01 63"));
    EXPECT_EQ(client.packets(), "CONNACK (malformed packet) 'malformed CONNECT'");
    EXPECT_EQ(client.requests(), "");
}

TEST(MqttServerConnect, mqtt_3_1_4_5_and_6_nothing_after_a_refused_connect_is_looked_at) {
    ServerConversation client{MqttPolicy{.allow_anonymous = AllowAnonymous::No}};
    ByteBuffer both = wire(connect_packet(kV311));
    both.append(publish(kV311, "t", "x").bytes());
    client.send(both);
    EXPECT_EQ(client.requests(), "");
    EXPECT_EQ(hex(client.bytes()), "20 02 00 05");
    EXPECT_EQ(client.tail_bytes(), 0U);
}

TEST(MqttServerConnect, what_follows_a_connect_waits_for_the_broker) {
    ServerConversation client;
    ByteBuffer both = wire(connect_packet(kV311));
    both.append(publish(kV311, "t", "x").bytes());
    both.append(from_hex("c0 00").bytes());
    client.send(both);
    EXPECT_EQ(client.requests(), "attach 'c' clean expiry 0s slots 20 bytes 262144 MQTT 3.1.1");
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.tail_bytes(), both.size() - wire(connect_packet(kV311)).size());
    client.reply_attached();
    EXPECT_EQ(client.requests(), "publish 0 t=x qos0");
    EXPECT_EQ(client.packets(), "CONNACK; PINGRESP");
}

TEST(MqttServerConnect, client_ids_of_3_1_may_be_long) {
    Connect packet = connect_packet(kV31);
    const std::string id(100, 'x');
    packet.client_id = id;
    ServerConversation client;
    client.send(wire(packet));
    EXPECT_EQ(client.requests(), "attach '" + id +
                                     "' clean expiry 0s slots 20 bytes 262144 "
                                     "MQTT 3.1");
}

TEST(MqttServerConnect, mqtt_3_1_3_8_without_a_client_id_only_where_it_may_be_missing) {
    ServerConversation client;
    Connect packet = connect_packet(kV31);
    packet.client_id = {};
    client.send(wire(packet));
    EXPECT_EQ(hex(client.bytes()), "20 02 00 02");
    EXPECT_EQ(client.end(), "server: client identifier not valid: no client id");

    client.relink();
    packet.version = kV311;
    packet.clean_start = false;
    client.send(wire(packet));
    EXPECT_EQ(hex(client.bytes()), "20 02 00 02");
    EXPECT_EQ(client.requests(), "");

    client.relink();
    packet.clean_start = true;
    client.send(wire(packet));
    EXPECT_EQ(client.requests(), "attach '' clean expiry 0s slots 20 bytes 262144 MQTT 3.1.1");
    client.reply_attached(false, "made-up");
    EXPECT_EQ(hex(client.bytes()), "20 02 00 00");
    EXPECT_EQ(client.server().client_id(), "made-up");
}

TEST(MqttServerConnect, mqtt_3_2_2_16_an_assigned_client_id_is_told) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.client_id = {};
    packet.clean_start = false;
    packet.user_name = "someone";
    client.send(wire(packet));
    EXPECT_EQ(client.requests(), "attach '' expiry 0s slots 20 bytes 262144 MQTT 5.0");
    client.reply_attached(false, "made-up");
    EXPECT_EQ(client.packets(), "CONNACK receive 20 size 1048576 id made-up aliases 10");
    EXPECT_EQ(client.server().client_id(), "made-up");
    EXPECT_EQ(client.server().user(), "someone");
    EXPECT_EQ(client.server().address(), "10.0.0.9:50112");
}

TEST(MqttServerConnect, sessions_before_mqtt_5_last_as_long_as_the_policy_says) {
    for (const auto version : {kV31, kV311}) {
        ServerConversation client;
        Connect packet = connect_packet(version);
        packet.clean_start = false;
        client.send(wire(packet));
        EXPECT_EQ(client.requests().substr(0, 28), "attach 'c' expiry 2592000s s");
    }
}

TEST(MqttServerConnect, session_expiry_is_capped_and_the_granted_one_told) {
    struct Row {
        std::uint32_t wanted;
        Duration max;
        std::string granted;
        std::string told;
    };
    const Row rows[] = {
        {0, std::chrono::hours{1}, "0s", ""},
        {3600, std::chrono::hours{1}, "3600s", ""},
        {3601, std::chrono::hours{1}, "3600s", " expiry 3600"},
        {0xFFFFFFFF, std::chrono::hours{1}, "3600s", " expiry 3600"},
        {0xFFFFFFFE, port::kForever, "4294967294s", ""},
        {0xFFFFFFFF, port::kForever, "forever", ""},
        {10, Duration::zero(), "0s", " expiry 0"},
    };
    for (const Row& row : rows) {
        ServerConversation client{MqttPolicy{.session_expiry_max = row.max}};
        Connect packet = connect_packet(kV5);
        packet.session_expiry = row.wanted;
        client.send(wire(packet));
        EXPECT_EQ(client.requests(),
                  "attach 'c' clean expiry " + row.granted + " slots 20 bytes 262144 MQTT 5.0");
        client.reply_attached();
        EXPECT_EQ(client.packets(), "CONNACK" + row.told + " " + std::string{kGranted});
    }
}

TEST(MqttServerConnect, mqtt_3_3_4_9_the_clients_receive_maximum_bounds_what_may_be_open) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.receive_maximum = 5;
    client.send(wire(packet));
    EXPECT_EQ(client.requests(), "attach 'c' clean expiry 0s slots 5 bytes 262144 MQTT 5.0");
}

TEST(MqttServerConnect, anonymous_clients_are_let_in_as_the_listener_says) {
    struct Row {
        AllowAnonymous allow;
        bool is_local;
        bool is_let_in;
    };
    for (const Row& row :
         {Row{AllowAnonymous::No, true, false}, Row{AllowAnonymous::No, false, false},
          Row{AllowAnonymous::Local, true, true}, Row{AllowAnonymous::Local, false, false},
          Row{AllowAnonymous::Yes, true, true}, Row{AllowAnonymous::Yes, false, true}}) {
        const MqttPolicy policy{.allow_anonymous = row.allow, .listener = "[::]:1883"};
        for (const auto version : {kV31, kV311, kV5}) {
            ServerConversation client{policy, row.is_local};
            Connect packet = connect_packet(version);
            packet.user_name = "somebody";
            client.send(wire(packet));
            EXPECT_EQ(client.requests().starts_with("attach"), row.is_let_in);
            if (row.is_let_in) continue;
            EXPECT_EQ(client.end(),
                      "server: not authorized: anonymous clients are not allowed from here; set "
                      "allow_anonymous in [[listener]] [::]:1883");
            if (version == kV5) {
                EXPECT_EQ(client.packets(),
                          "CONNACK (not authorized) 'anonymous clients are not allowed from here'");
            } else {
                EXPECT_EQ(hex(client.bytes()), "20 02 00 05");
            }
            EXPECT_EQ(client.server().user(), "somebody");
        }
    }
}

TEST(MqttServerConnect, a_user_name_nobody_has_checked_is_not_passed_on) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.user_name = "root";
    packet.password = as_bytes("secret");
    client.send(wire(packet));
    EXPECT_EQ(client.requests(), "attach 'c' clean expiry 0s slots 20 bytes 262144 MQTT 5.0");
}

TEST(MqttServerConnect, who_has_proven_to_be_somebody_is_not_asked_again) {
    ServerConversation client{MqttPolicy{.allow_anonymous = AllowAnonymous::No}};
    client.relink({.address = "10.0.0.9:50112", .user = "lamp"});
    Connect packet = connect_packet(kV5);
    packet.user_name = "root";
    client.send(wire(packet));
    const std::string requests = client.requests();
    EXPECT_TRUE(requests.starts_with("attach 'c'")) << requests;
    EXPECT_NE(requests.find(" user lamp"), std::string::npos) << requests;
    EXPECT_EQ(client.server().user(), "lamp");
    EXPECT_EQ(client.server().client_id(), "c");
    EXPECT_EQ(client.server().address(), "10.0.0.9:50112");
}

TEST(MqttServerConnect, mqtt_4_12_0_1_an_authentication_method_is_refused) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.authentication_method = "SCRAM-SHA-256";
    packet.authentication_data = as_bytes("x");
    client.send(wire(packet));
    EXPECT_EQ(client.packets(),
              "CONNACK (bad authentication method) 'no authentication method is supported'");
    EXPECT_EQ(client.requests(), "");
    EXPECT_TRUE(client.server().has_ended());
}

TEST(MqttServerConnect, the_will_goes_along_with_what_travels) {
    ServerConversation client;
    const ByteBuffer properties = section({{PropertyId::PayloadFormat, std::uint8_t{1}},
                                           {PropertyId::ContentType, "text"},
                                           {PropertyId::ResponseTopic, "answers"},
                                           {PropertyId::CorrelationData, "id"}},
                                          1);
    Connect packet = connect_packet(kV5);
    packet.will = Will{.topic = "w",
                       .payload = as_bytes("gone"),
                       .properties = properties.bytes(),
                       .qos = Qos::ExactlyOnce,
                       .retain = true,
                       .message_expiry = 60,
                       .delay = 5};
    client.send(wire(packet));
    EXPECT_EQ(client.requests(),
              "attach 'c' clean expiry 0s slots 20 bytes 262144 MQTT 5.0 will w=gone qos2 retain "
              "+1=1 +3=text +8=answers +9=id +38=k:v after 5s for 60s");

    client.relink();
    packet.version = kV311;
    client.send(wire(packet));
    EXPECT_EQ(
        client.requests(),
        "attach 'c' clean expiry 0s slots 20 bytes 262144 MQTT 3.1.1 will w=gone qos2 retain");
}

TEST(MqttServerConnect, a_will_that_cannot_be_published_is_refused) {
    const std::string deep(200, '/');
    const std::string invalid{"\xff"};
    const ByteBuffer text = section({{PropertyId::PayloadFormat, std::uint8_t{1}}});
    const ByteBuffer wild = section({{PropertyId::ResponseTopic, "a/#"}});
    struct Row {
        Will will;
        std::string reason;
        std::string detail;
    };
    const Row rows[] = {
        {{.topic = "a/#"}, "topic name invalid", "the will's topic is not valid"},
        {{.topic = "+"}, "topic name invalid", "the will's topic is not valid"},
        {{.topic = ""}, "topic name invalid", "the will's topic is not valid"},
        {{.topic = deep}, "topic name invalid", "the will's topic is too long"},
        {{.topic = "$SYS/x"}, "topic name invalid", "the will's topic starts with $"},
        {{.topic = "w", .properties = wild.bytes()},
         "protocol error",
         "the will's response topic is not valid"},
        {{.topic = "w", .payload = as_bytes(invalid), .properties = text.bytes()},
         "payload format invalid",
         "the will's payload is not UTF-8"},
    };
    for (const Row& row : rows) {
        ServerConversation client;
        Connect packet = connect_packet(kV5);
        packet.will = row.will;
        client.send(wire(packet));
        EXPECT_EQ(client.packets(), "CONNACK (" + row.reason + ") '" + row.detail + "'");
        EXPECT_EQ(client.end(), "server: " + row.reason + ": " + row.detail);
        EXPECT_EQ(client.requests(), "");

        if (!row.will.properties.empty()) continue;
        client.relink();
        packet.version = kV311;
        client.send(wire(packet));
        EXPECT_EQ(client.packets() + client.requests(), "") << "3.1.1 has no return code for it";
        EXPECT_TRUE(client.server().has_ended());
    }
}

TEST(MqttServerConnect, user_properties_are_limited) {
    const ByteBuffer allowed = section({}, 100);
    const ByteBuffer too_many = section({}, 101);
    for (const bool in_will : {false, true}) {
        ServerConversation client;
        Connect packet = connect_packet(kV5);
        packet.will = Will{.topic = "w", .properties = allowed.bytes()};
        packet.properties = allowed.bytes();
        client.send(wire(packet));
        EXPECT_TRUE(client.requests().starts_with("attach"));

        client.relink();
        (in_will ? packet.will->properties : packet.properties) = too_many.bytes();
        client.send(wire(packet));
        EXPECT_EQ(client.packets(), "CONNACK (quota exceeded) 'too many user properties'");
        EXPECT_EQ(client.requests(), "");
    }
}

TEST(MqttServerConnect, the_broker_may_refuse) {
    struct Row {
        ReasonCode reason;
        std::string connack;
        std::string old_connack;
    };
    for (const Row& row :
         {Row{ReasonCode::QuotaExceeded, "CONNACK (quota exceeded) 'quota exceeded'",
              "20 02 00 03"},
          Row{ReasonCode::ClientIdentifierNotValid,
              "CONNACK (client identifier not valid) 'client identifier not valid'", "20 02 00 02"},
          Row{ReasonCode::SessionTakenOver, "CONNACK (server unavailable) 'session taken over'",
              "20 02 00 03"},
          Row{ReasonCode::AdministrativeAction,
              "CONNACK (server unavailable) 'administrative action'", "20 02 00 03"}}) {
        ServerConversation client;
        client.send(wire(connect_packet(kV5)));
        client.requests();
        client.reply(port::Close{.reason = row.reason});
        EXPECT_EQ(client.packets(), row.connack);
        EXPECT_EQ(client.requests(), "");
        EXPECT_TRUE(client.server().has_ended());

        client.relink();
        client.send(wire(connect_packet(kV311)));
        client.requests();
        client.reply(port::Close{.reason = row.reason});
        EXPECT_EQ(hex(client.bytes()), row.old_connack);
        EXPECT_EQ(client.requests(), "");
    }
}

TEST(MqttServerConnect, mqtt_3_1_2_24_where_not_even_connack_fits_nothing_is_sent) {
    ServerConversation client;
    Connect packet = connect_packet(kV5);
    packet.maximum_packet_size = 10;
    client.send(wire(packet));
    client.requests();
    client.reply_attached();
    EXPECT_EQ(client.packets(), "");
    EXPECT_EQ(client.requests(), "detach (packet too large)");
    EXPECT_TRUE(client.server().has_ended());
}

}  // namespace
}  // namespace kleber::connection
