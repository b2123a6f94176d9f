// Chapter 3.1.3.1: client identifiers, given and made up.

#include "tests/conformance/conversation.hpp"
#include "tests/unit/codec/notation.hpp"

namespace kleber::conformance {
namespace {

class ClientId : public EveryVersion {};
INSTANTIATE_TEST_SUITE_P(Mqtt, ClientId, kEveryVersion, version_name);

class ClientId311 : public Conversation {};
class ClientId5 : public Conversation {};

TEST_P(ClientId, mqtt311_3_1_3_5_mqtt5_3_1_3_5_client_ids_of_1_to_23_letters_and_digits_are_taken) {
    constexpr std::string_view kAll =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (std::size_t begin = 0; begin + 23 <= kAll.size(); begin += 13) {
        join(std::string{kAll.substr(begin, 23)});
    }
    join("a");
    join("some-longer_client.id/with all kinds of characters: \u00e9 \U0001F600");
}

TEST_F(ClientId311, mqtt311_3_1_3_6_an_empty_client_id_gets_a_session_of_its_own) {
    TestClient& a = join(Version::V311, "");
    TestClient& b = join(Version::V311, "");
    a.expect_alive();
    b.expect_alive();
    EXPECT_EQ(world.clients().size(), 2U);
}

TEST_F(ClientId311, mqtt311_3_1_3_7_mqtt311_3_1_3_8_an_empty_client_id_needs_a_clean_session) {
    TestClient& a = client(Version::V311, "");
    a.expect_refused({.clean_start = false}, ReasonCode::ClientIdentifierNotValid);
    EXPECT_TRUE(world.clients().empty());
}

TEST_F(ClientId311, mqtt311_3_1_3_9_a_client_id_is_refused_with_2) {
    TestClient& a = client(Version::V311, "");
    a.open();
    a.send_wire("10 ( <MQTT> 04 00 00 00 <> )");
    EXPECT_EQ(a.link().receive_bytes(), codec::mqtt::wire("20 ( 00 02 )"));
    a.expect_closed_silently();
    // MQTT 3.1 wants one in any case.
    TestClient& b = client(Version::V31, "");
    b.expect_refused({}, ReasonCode::ClientIdentifierNotValid);
}

TEST_F(ClientId5, mqtt5_3_1_3_6_mqtt5_3_1_3_7_mqtt5_3_2_2_16_an_empty_client_id_is_assigned_one) {
    TestClient& a = client(Version::V5, "");
    const std::string first{a.connect().assigned_client_id};
    TestClient& b = client(Version::V5, "");
    const std::string second{b.connect().assigned_client_id};
    EXPECT_FALSE(first.empty());
    EXPECT_FALSE(second.empty());
    EXPECT_NE(first, second);
    // It is a client id like any other: whoever uses it takes over the session.
    join(Version::V5, first);
    a.expect_closed(ReasonCode::SessionTakenOver);
    b.expect_alive();
}

TEST_F(ClientId5, mqtt5_3_1_3_8_a_rejected_client_id_closes_the_connection) {
    // The only ones that are rejected are those that are no text.
    TestClient& a = client(Version::V5, "a");
    a.open();
    a.send_wire("10 ( <MQTT> 05 02 00 00 00 00 01 FF )");
    EXPECT_TRUE(is_error(a.expect<mqtt::Connack>().reason));
    a.expect_closed_silently();
}

}  // namespace
}  // namespace kleber::conformance
