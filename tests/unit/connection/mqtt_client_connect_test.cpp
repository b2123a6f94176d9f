#include <gmock/gmock.h>

#include "tests/unit/connection/mqtt_client_rig.hpp"

namespace kleber::connection {
namespace {

using codec::mqtt::ProtocolVersion;
using testing::ElementsAre;
using testing::IsEmpty;
using Strings = MqttClientRig::Strings;

const std::vector<std::uint8_t>& bytes_of(std::string_view text) {
    static std::vector<std::uint8_t> bytes;
    bytes.assign(text.begin(), text.end());
    return bytes;
}

Strings connect_packet(const ClientOptions& options) {
    MqttClientRig rig{options};
    MqttClient::Turn turn = rig.turn();
    rig.client().connect(turn);
    return rig.written();
}

const Ended& ended(const MqttClientRig& rig) {
    return std::get<Ended>(rig.events().back());
}

TEST(MqttClientConnect, SaysWhatTheVersionCanSay) {
    ClientOptions options{.client_id = "me",
                          .clean_start = false,
                          .session_expiry_seconds = 7,
                          .user_name = "user",
                          .password = bytes_of("word"),
                          .wants_problem_information = false,
                          .keep_alive_seconds = 30};
    EXPECT_THAT(connect_packet(options), ElementsAre("CONNECT me keep30 expiry7 receive20 alias10 "
                                                     "max1048576 terse user=user password=word"));
    options.version = ProtocolVersion::V311;
    EXPECT_THAT(connect_packet(options), ElementsAre("CONNECT me keep30 user=user password=word"));
    options.version = ProtocolVersion::V31;
    options.is_bridge = true;
    EXPECT_THAT(connect_packet(options),
                ElementsAre("CONNECT me bridge keep30 user=user password=word"));
}

TEST(MqttClientConnect, CarriesTheWillWithItsProperties) {
    ByteBuffer properties;
    ASSERT_TRUE(codec::mqtt::append_user_property(properties, "a", "b"));
    ClientOptions options{.version = ProtocolVersion::V311, .client_id = "me"};
    options.will =
        ClientWill{.topic = "gone",
                   .payload = bytes_of("bye"),
                   .properties = {properties.data(), properties.data() + properties.size()},
                   .qos = Qos::AtLeastOnce,
                   .retain = true,
                   .message_expiry_seconds = 9,
                   .delay_seconds = 5};
    EXPECT_THAT(connect_packet(options),
                ElementsAre("CONNECT me clean keep60 will q1 retain gone=bye"));
    options.version = ProtocolVersion::V5;
    EXPECT_THAT(connect_packet(options),
                ElementsAre("CONNECT me clean keep60 expiry0 receive20 alias10 max1048576 "
                            "will q1 retain gone=bye delay5 expiry9 a:b"));
}

TEST(MqttClientConnect, EndsWhereOptionsMakeNoPacket) {
    for (const ClientOptions& options :
         {ClientOptions{.client_id = std::string(65'536, 'x')},
          ClientOptions{.user_name = std::string(65'536, 'x')},
          ClientOptions{.password = std::vector<std::uint8_t>(65'536)},
          ClientOptions{.will = ClientWill{.topic = std::string(65'536, 'x')}},
          ClientOptions{
              .will = ClientWill{.topic = "x", .payload = std::vector<std::uint8_t>(65'536)}}}) {
        MqttClientRig rig{options};
        MqttClient::Turn turn = rig.turn();
        rig.client().connect(turn);
        EXPECT_TRUE(rig.client().has_ended());
        EXPECT_THAT(rig.written(), IsEmpty());
        EXPECT_THAT(rig.told(), ElementsAre("ended by client: packet too large"));
    }
}

TEST(MqttClientConnect, TellsWhatTheServerCanDo) {
    MqttClientRig rig{{.keep_alive_seconds = 60}};
    rig.connect({.session_expiry = 11,
                 .receive_maximum = 5,
                 .maximum_qos = Qos::AtLeastOnce,
                 .retain_available = false,
                 .maximum_packet_size = 500,
                 .assigned_client_id = "made-up",
                 .topic_alias_maximum = 3,
                 .wildcard_subscription_available = false,
                 .subscription_ids_available = false,
                 .shared_subscription_available = false,
                 .server_keep_alive = 20});
    const auto& told = std::get<Connected>(rig.events().at(0));
    EXPECT_EQ(told.client_id, "made-up");
    EXPECT_EQ(told.server.receive_maximum, 5);
    EXPECT_EQ(told.server.maximum_qos, Qos::AtLeastOnce);
    EXPECT_FALSE(told.server.retain_available);
    EXPECT_EQ(told.server.packet_bytes_max, 500U);
    EXPECT_EQ(told.server.topic_alias_maximum, 3);
    EXPECT_FALSE(told.server.wildcard_subscription_available);
    EXPECT_FALSE(told.server.subscription_ids_available);
    EXPECT_FALSE(told.server.shared_subscription_available);
    EXPECT_EQ(told.server.keep_alive_seconds, 20);
    EXPECT_EQ(told.server.session_expiry_seconds, 11U);
}

TEST(MqttClientConnect, ComesBackUnderTheAssignedNameAndResumes) {
    MqttClientRig rig{{.session_expiry_seconds = 100}};
    rig.connect({.assigned_client_id = "made-up"});
    rig.cut();
    MqttClient::Turn turn = rig.turn();
    rig.client().connect(turn);
    EXPECT_THAT(rig.written(),
                ElementsAre("CONNECT made-up keep60 expiry100 receive20 alias10 max1048576"));
}

TEST(MqttClientConnect, BeginsAnewEachTimeBeforeMqtt5) {
    MqttClientRig rig{{.version = ProtocolVersion::V311, .client_id = "me"}};
    rig.connect();
    rig.cut();
    MqttClient::Turn turn = rig.turn();
    rig.client().connect(turn);
    EXPECT_THAT(rig.written(), ElementsAre("CONNECT me clean keep60"));
}

TEST(MqttClientConnect, TellsWhyItWasRefused) {
    MqttClientRig rig{{}};
    rig.connect({.reason = ReasonCode::ServerMoved,
                 .reason_string = "not here",
                 .server_reference = "there:1883"});
    EXPECT_EQ(ended(rig).by, EndedBy::Server);
    EXPECT_EQ(ended(rig).reason, ReasonCode::ServerMoved);
    EXPECT_EQ(ended(rig).detail, "not here");
    EXPECT_EQ(ended(rig).server_reference, "there:1883");
    EXPECT_THAT(rig.written(), IsEmpty());

    for (const ProtocolVersion version : {ProtocolVersion::V31, ProtocolVersion::V311}) {
        MqttClientRig old{{.version = version, .client_id = "me"}};
        old.connect({.reason = ReasonCode::NotAuthorized});
        EXPECT_THAT(old.told(), ElementsAre("ended by server: not authorized"));
    }
}

TEST(MqttClientConnect, TellsWhyTheServerDisconnected) {
    MqttClientRig rig{{}};
    rig.connect();
    rig.send(codec::mqtt::Disconnect{.reason = ReasonCode::UseAnotherServer,
                                     .reason_string = "full",
                                     .server_reference = "other"});
    EXPECT_EQ(ended(rig).by, EndedBy::Server);
    EXPECT_EQ(ended(rig).reason, ReasonCode::UseAnotherServer);
    EXPECT_EQ(ended(rig).detail, "full");
    EXPECT_EQ(ended(rig).server_reference, "other");
}

TEST(MqttClientConnect, SaysGoodBye) {
    for (const ProtocolVersion version :
         {ProtocolVersion::V31, ProtocolVersion::V311, ProtocolVersion::V5}) {
        MqttClientRig rig{{.version = version, .client_id = "me"}};
        rig.connect();
        MqttClient::Turn turn = rig.turn();
        rig.client().disconnect(ReasonCode::Success, turn);
        rig.client().disconnect(ReasonCode::Success, turn);
        rig.client().link_lost(turn);
        EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT success"));
        EXPECT_THAT(rig.told(), ElementsAre("connected", "ended by client: success"));
    }
}

TEST(MqttClientConnect, LeavesTheWillToBePublished) {
    MqttClientRig rig{{}};
    rig.connect();
    MqttClient::Turn turn = rig.turn();
    rig.client().disconnect(ReasonCode::DisconnectWithWill, turn);
    EXPECT_THAT(rig.written(), ElementsAre("DISCONNECT disconnect with will message"));

    MqttClientRig old{{.version = ProtocolVersion::V311, .client_id = "me"}};
    old.connect();
    MqttClient::Turn old_turn = old.turn();
    old.client().disconnect(ReasonCode::DisconnectWithWill, old_turn);
    EXPECT_THAT(old.written(), IsEmpty());
    EXPECT_TRUE(old.client().has_ended());
}

}  // namespace
}  // namespace kleber::connection
