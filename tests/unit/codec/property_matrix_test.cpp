#include <gtest/gtest.h>

#include <string>

#include "tests/unit/codec/any_packet.hpp"
#include "tests/unit/codec/notation.hpp"

// Every property in every packet: accepted once where the specification's table 2-4 has it, refused
// twice, refused elsewhere.
namespace kleber::codec::mqtt {
namespace {

struct PropertyCase {
    std::string name;
    std::string id;
    std::string value;
    std::string packets;  // where the table allows it
};

const std::vector<PropertyCase>& properties() {
    static const std::vector<PropertyCase> cases{
        {"payload_format", "01", "01", "PUBLISH will"},
        {"message_expiry", "02", "0000003C", "PUBLISH will"},
        {"content_type", "03", "<t>", "PUBLISH will"},
        {"response_topic", "08", "<r>", "PUBLISH will"},
        {"correlation_data", "09", "<d>", "PUBLISH will"},
        {"subscription_id", "0B", "01", "PUBLISH SUBSCRIBE"},
        {"session_expiry", "11", "0000003C", "CONNECT CONNACK DISCONNECT_of_client"},
        {"assigned_client_id", "12", "<c>", "CONNACK"},
        {"server_keep_alive", "13", "003C", "CONNACK"},
        {"authentication_method", "15", "<m>", "CONNECT CONNACK AUTH"},
        {"authentication_data", "16", "<d>", "CONNECT CONNACK AUTH"},
        {"request_problem_information", "17", "01", "CONNECT"},
        {"will_delay", "18", "0000003C", "will"},
        {"request_response_information", "19", "01", "CONNECT"},
        {"response_information", "1A", "<i>", "CONNACK"},
        {"server_reference", "1C", "<s>", "CONNACK DISCONNECT_of_server"},
        {"reason_string", "1F", "<s>",
         "CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT_of_client "
         "DISCONNECT_of_server AUTH"},
        {"receive_maximum", "21", "0001", "CONNECT CONNACK"},
        {"topic_alias_maximum", "22", "0001", "CONNECT CONNACK"},
        {"topic_alias", "23", "0001", "PUBLISH"},
        {"maximum_qos", "24", "01", "CONNACK"},
        {"retain_available", "25", "01", "CONNACK"},
        {"user_property", "26", "<k> <v>",
         "CONNECT will CONNACK PUBLISH PUBACK PUBREC PUBREL PUBCOMP SUBSCRIBE SUBACK UNSUBSCRIBE "
         "UNSUBACK DISCONNECT_of_client DISCONNECT_of_server AUTH"},
        {"maximum_packet_size", "27", "00010000", "CONNECT CONNACK"},
        {"wildcard_subscription_available", "28", "01", "CONNACK"},
        {"subscription_ids_available", "29", "01", "CONNACK"},
        {"shared_subscription_available", "2A", "01", "CONNACK"},
    };
    return cases;
}

struct PacketCase {
    std::string name;
    Sender sender;
    std::string before;  // up to the properties
    std::string after;
};

const std::vector<PacketCase>& packets() {
    static const std::vector<PacketCase> cases{
        {"CONNECT", Sender::Client, "10 ( <MQTT> 05 02 0000 (", ") <c> )"},
        {"will", Sender::Client, "10 ( <MQTT> 05 06 0000 ( ) <c> (", ") <w> <m> )"},
        {"CONNACK", Sender::Server, "20 ( 00 00 (", ") )"},
        {"PUBLISH", Sender::Server, "30 ( <a> (", ") 'x' )"},
        {"PUBACK", Sender::Client, "40 ( 0001 00 (", ") )"},
        {"PUBREC", Sender::Client, "50 ( 0001 00 (", ") )"},
        {"PUBREL", Sender::Client, "62 ( 0001 00 (", ") )"},
        {"PUBCOMP", Sender::Client, "70 ( 0001 00 (", ") )"},
        {"SUBSCRIBE", Sender::Client, "82 ( 0001 (", ") <a> 00 )"},
        {"SUBACK", Sender::Server, "90 ( 0001 (", ") 00 )"},
        {"UNSUBSCRIBE", Sender::Client, "A2 ( 0001 (", ") <a> )"},
        {"UNSUBACK", Sender::Server, "B0 ( 0001 (", ") 00 )"},
        {"DISCONNECT_of_client", Sender::Client, "E0 ( 00 (", ") )"},
        {"DISCONNECT_of_server", Sender::Server, "E0 ( 8B (", ") )"},
        {"AUTH", Sender::Client, "F0 ( 18 (", ") )"},
    };
    return cases;
}

bool is_allowed(const PropertyCase& property, const PacketCase& packet) {
    return (" " + property.packets + " ").find(" " + packet.name + " ") != std::string::npos;
}

class PropertyMatrix : public testing::TestWithParam<PropertyCase> {
  protected:
    // What is decoded when the packet has these properties; Success if it is accepted.
    static ReasonCode outcome(const PacketCase& packet, const std::string& properties) {
        const std::vector<std::uint8_t> bytes = wire(packet.before + properties + packet.after);
        const FramingResult framed = next_frame(bytes, kPacketMax);
        EXPECT_EQ(framed.outcome, Framing::Complete);
        const auto decoded = decode_any(framed.frame, ProtocolVersion::V5, packet.sender);
        return decoded ? ReasonCode::Success : decoded.error();
    }
    // AUTH must have a method, and data is nothing without one.
    static std::string companion(const PacketCase& packet) {
        const bool is_data =
            GetParam().name == "authentication_data" && is_allowed(GetParam(), packet);
        const bool is_method = GetParam().name == "authentication_method";
        return (is_data || packet.name == "AUTH") && !is_method ? "15 <m> " : "";
    }
    static std::string property() { return GetParam().id + " " + GetParam().value + " "; }
};

TEST_P(PropertyMatrix, is_accepted_once_where_allowed_and_refused_elsewhere) {
    for (const PacketCase& packet : packets()) {
        const ReasonCode reason = outcome(packet, companion(packet) + property());
        // For one side alone: understood, but not allowed.
        const bool is_for_the_other_side =
            (GetParam().name == "session_expiry" && packet.name == "DISCONNECT_of_server") ||
            (GetParam().name == "server_reference" && packet.name == "DISCONNECT_of_client");
        const ReasonCode expected = is_allowed(GetParam(), packet) ? ReasonCode::Success
                                    : is_for_the_other_side        ? ReasonCode::ProtocolError
                                                                   : ReasonCode::MalformedPacket;
        EXPECT_EQ(reason, expected) << packet.name << ": " << name_of(reason);
    }
}

TEST_P(PropertyMatrix, is_refused_twice) {
    for (const PacketCase& packet : packets()) {
        if (!is_allowed(GetParam(), packet)) continue;
        const bool may_repeat = GetParam().name == "user_property" ||
                                (GetParam().name == "subscription_id" && packet.name == "PUBLISH");
        const ReasonCode reason = outcome(packet, companion(packet) + property() + property());
        EXPECT_EQ(reason, may_repeat ? ReasonCode::Success : ReasonCode::ProtocolError)
            << packet.name << ": " << name_of(reason);
        // Not only side by side.
        const ReasonCode apart =
            outcome(packet, companion(packet) + property() + "26 <k> <v> " + property());
        EXPECT_EQ(apart, reason) << packet.name;
    }
}

TEST_P(PropertyMatrix, is_refused_when_its_value_is_cut) {
    const std::vector<std::uint8_t> whole = wire(property());
    for (const PacketCase& packet : packets()) {
        if (!is_allowed(GetParam(), packet)) continue;
        for (std::size_t size = 1; size < whole.size(); ++size) {
            std::string cut;
            for (std::size_t i = 0; i < size; ++i) {
                constexpr std::string_view kDigits = "0123456789ABCDEF";
                cut += kDigits[whole[i] / 16];
                cut += kDigits[whole[i] % 16];
            }
            EXPECT_EQ(outcome(packet, companion(packet) + cut), ReasonCode::MalformedPacket)
                << packet.name << " " << size;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Properties, PropertyMatrix, testing::ValuesIn(properties()),
                         [](const auto& row) { return row.param.name; });

}  // namespace
}  // namespace kleber::codec::mqtt
