#include "tests/unit/codec/rows.hpp"

// PUBLISH and its acknowledgements.
namespace kleber::codec::mqtt {
namespace {

constexpr auto kV31 = ProtocolVersion::V31;
constexpr auto kV311 = ProtocolVersion::V311;
constexpr auto kV5 = ProtocolVersion::V5;
constexpr auto kClient = Sender::Client;
constexpr auto kServer = Sender::Server;
constexpr auto kMalformed = ReasonCode::MalformedPacket;
constexpr auto kProtocol = ReasonCode::ProtocolError;

}  // namespace

std::vector<ValidRow> valid_message_rows() {
    return {
        {"publish_31", kV31, kClient, "30 ( <a/b> 'hi' )", "PUBLISH topic=a/b payload=hi"},
        {"publish_31_qos_1_again", kV31, kClient, "3A ( <a/b> 0001 'hi' )",
         "PUBLISH topic=a/b payload=hi qos=1 packet_id=1 dup"},
        {"publish_311", kV311, kClient, "30 ( <a/b> 'hi' )", "PUBLISH topic=a/b payload=hi"},
        {"publish_311_empty", kV311, kClient, "31 ( <a/b> )", "PUBLISH topic=a/b payload= retain"},
        // At QoS 0 there is no packet id: what follows the topic is the payload.
        {"mqtt_2_3_1_5_no_packet_id_at_qos_0", kV311, kClient, "30 ( <a> '01' )",
         "PUBLISH topic=a payload=01"},
        {"mqtt5_2_2_1_2_no_packet_id_at_qos_0", kV5, kClient, "30 ( <a> ( ) '01' )",
         "PUBLISH topic=a payload=01"},
        {"publish_311_qos_1", kV311, kClient, "32 ( <a/b> 000A 'hi' )",
         "PUBLISH topic=a/b payload=hi qos=1 packet_id=10"},
        {"publish_311_qos_2_retain_dup", kV311, kServer, "3D ( <a/b> FFFF 'hi' )",
         "PUBLISH topic=a/b payload=hi qos=2 packet_id=65535 retain dup"},
        {"mqtt_1_5_3_3_topic_with_feff", kV311, kClient, "30 ( 0004 EFBBBF61 'x' )",
         "PUBLISH topic=\xEF\xBB\xBF"
         "a payload=x"},
        {"publish_311_long", kV311, kClient,
         "30 ( <a/b> '0123456789012345678901234567890123456789012345678901234567890123456789"
         "0123456789012345678901234567890123456789012345678901234567890123456789' )",
         "PUBLISH topic=a/b "
         "payload=0123456789012345678901234567890123456789012345678901234567890123"
         "4567890123456789012345678901234567890123456789012345678901234567890123456789"},
        {"publish_5", kV5, kClient, "30 ( <a/b> ( ) 'hi' )", "PUBLISH topic=a/b payload=hi"},
        {"publish_5_alias_alone", kV5, kClient, "30 ( <> ( 23 0001 ) 'hi' )",
         "PUBLISH topic= payload=hi alias=1"},
        {"publish_5_payload_format_0", kV5, kClient, "30 ( <a> ( 01 00 ) )",
         "PUBLISH topic=a payload= format=0"},
        {"publish_5_user_properties_in_order", kV5, kClient,
         "30 ( <a> ( 26 <z> <1> 01 01 26 <a> <2> 26 <z> <1> ) 'hi' )",
         "PUBLISH topic=a payload=hi format=1 user=z:1 user=a:2 user=z:1"},
        {"publish_5_everything", kV5, kServer,
         "3B ( <a/b> 0007 ( 02 0000003C 23 0003 0B 01 0B FFFFFF7F 01 01 03 <text/plain> "
         "08 <re/ply> 09 <42> 26 <k> <v> ) 'hi' )",
         "PUBLISH topic=a/b payload=hi qos=1 packet_id=7 retain dup alias=3 expiry=60 "
         "subscription_id=1 subscription_id=268435455 format=1 content=text/plain response=re/ply "
         "correlation=42 user=k:v"},
        {"puback_31", kV31, kServer, "40 ( 0001 )", "PUBACK packet_id=1"},
        {"puback_311", kV311, kServer, "40 ( 0001 )", "PUBACK packet_id=1"},
        {"puback_5", kV5, kServer, "40 ( 0001 )", "PUBACK packet_id=1"},
        {"puback_5_reason", kV5, kServer, "40 ( 0001 10 )",
         "PUBACK packet_id=1 reason=no matching subscribers"},
        {"puback_5_everything", kV5, kServer, "40 ( 0001 87 ( 1F <no> 26 <k> <v> ) )",
         "PUBACK packet_id=1 reason=not authorized because=no user=k:v"},
        {"puback_5_success_with_text", kV5, kClient, "40 ( 0001 00 ( 1F <ok> ) )",
         "PUBACK packet_id=1 because=ok"},
        {"pubrec_311", kV311, kClient, "50 ( 0002 )", "PUBREC packet_id=2"},
        {"pubrec_5_reason", kV5, kClient, "50 ( 0002 97 )",
         "PUBREC packet_id=2 reason=quota exceeded"},
        {"pubrel_31", kV31, kClient, "62 ( 0003 )", "PUBREL packet_id=3"},
        {"pubrel_311", kV311, kClient, "62 ( 0003 )", "PUBREL packet_id=3"},
        {"pubrel_5_reason", kV5, kClient, "62 ( 0003 92 )",
         "PUBREL packet_id=3 reason=packet identifier not found"},
        {"pubcomp_311", kV311, kServer, "70 ( 0004 )", "PUBCOMP packet_id=4"},
        {"pubcomp_5_everything", kV5, kServer, "70 ( 0004 92 ( 1F <late> 26 <k> <v> ) )",
         "PUBCOMP packet_id=4 reason=packet identifier not found because=late user=k:v"},
    };
}

std::vector<MalformedRow> malformed_message_rows() {
    return {
        {"mqtt_3_3_1_4_qos_3", kV311, kClient, "36 ( <a> 0001 'hi' )", kMalformed},
        {"mqtt5_3_3_1_4_qos_3", kV5, kClient, "36 ( <a> 0001 ( ) 'hi' )", kMalformed},
        {"mqtt_3_3_1_2_dup_at_qos_0", kV311, kClient, "38 ( <a> 'hi' )", kProtocol},
        {"publish_31_dup_at_qos_0", kV31, kClient, "39 ( <a> 'hi' )", kProtocol},
        {"mqtt5_3_3_1_2_dup_at_qos_0", kV5, kClient, "38 ( <a> ( ) 'hi' )", kProtocol},
        {"mqtt_3_3_2_1_no_topic", kV311, kClient, "30 ( )", kMalformed},
        {"mqtt_3_3_2_1_topic_past_the_end", kV311, kClient, "30 ( 0005 'abc' )", kMalformed},
        {"publish_topic_of_65535_bytes_that_are_not_there", kV311, kClient, "30 ( FFFF )",
         kMalformed},
        {"mqtt_3_3_2_1_topic_utf8", kV311, kClient, "30 ( 0003 61FF62 'hi' )", kMalformed},
        {"mqtt5_3_3_2_1_topic_utf8", kV5, kClient, "30 ( 0003 61FF62 ( ) 'hi' )", kMalformed},
        {"publish_topic_nul", kV311, kClient, "30 ( 0003 610062 'hi' )", kMalformed},
        {"mqtt_2_3_1_1_publish_packet_id_0", kV311, kClient, "32 ( <a> 0000 'hi' )", kProtocol},
        {"mqtt5_2_2_1_3_publish_packet_id_0", kV5, kClient, "34 ( <a> 0000 ( ) 'hi' )", kProtocol},
        {"mqtt5_2_2_1_4_publish_packet_id_0", kV5, kServer, "34 ( <a> 0000 ( ) 'hi' )", kProtocol},
        {"publish_no_packet_id", kV311, kClient, "32 ( <a> )", kMalformed},
        {"publish_half_a_packet_id", kV311, kClient, "32 ( <a> 00 )", kMalformed},
        {"mqtt5_2_2_2_1_publish_no_property_length", kV5, kClient, "30 ( <a> )", kMalformed},
        {"publish_5_property_length_past_the_end", kV5, kClient, "30 ( <a> 05 01 01 )", kMalformed},
        {"publish_5_property_past_the_section", kV5, kClient, "30 ( <a> 02 02 00 0000 3C )",
         kMalformed},
        {"mqtt5_1_5_5_1_publish_property_length_overlong", kV5, kClient, "30 ( <a> 8000 'hi' )",
         kMalformed},
        {"publish_5_payload_format_2", kV5, kClient, "30 ( <a> ( 01 02 ) 'hi' )", kProtocol},
        {"mqtt5_3_3_2_8_alias_0", kV5, kClient, "30 ( <a> ( 23 0000 ) 'hi' )",
         ReasonCode::TopicAliasInvalid},
        {"mqtt5_3_3_4_6_subscription_id_of_client", kV5, kClient, "30 ( <a> ( 0B 01 ) 'hi' )",
         kProtocol},
        {"publish_5_subscription_id_0", kV5, kServer, "30 ( <a> ( 0B 00 ) 'hi' )", kProtocol},
        {"publish_5_subscription_id_overlong", kV5, kServer, "30 ( <a> ( 0B 8100 ) 'hi' )",
         kMalformed},
        {"publish_5_subscription_id_of_five_bytes", kV5, kServer,
         "30 ( <a> ( 0B 8181818101 ) 'hi' )", kMalformed},
        {"mqtt5_3_3_2_13_response_topic_utf8", kV5, kClient, "30 ( <a> ( 08 0001 FF ) 'hi' )",
         kMalformed},
        {"mqtt5_3_3_2_19_content_type_utf8", kV5, kClient, "30 ( <a> ( 03 0001 FF ) 'hi' )",
         kMalformed},
        {"mqtt_2_2_2_2_puback_flags", kV311, kClient, "41 ( 0001 )", kMalformed},
        {"mqtt5_2_1_3_1_pubrec_flags", kV5, kClient, "52 ( 0001 )", kMalformed},
        {"mqtt_3_6_1_1_pubrel_flags", kV311, kClient, "60 ( 0001 )", kMalformed},
        {"mqtt_3_6_1_1_pubrel_flags_as_in_31", kV311, kClient, "6A ( 0001 )", kMalformed},
        {"mqtt5_3_6_1_1_pubrel_flags", kV5, kClient, "63 ( 0001 )", kMalformed},
        {"mqtt5_2_1_3_1_pubcomp_flags", kV5, kClient, "72 ( 0001 )", kMalformed},
        {"mqtt_2_3_1_6_puback_packet_id_0", kV311, kClient, "40 ( 0000 )", kProtocol},
        {"mqtt5_2_2_1_5_pubrel_packet_id_0", kV5, kClient, "62 ( 0000 )", kProtocol},
        {"puback_empty", kV311, kClient, "40 ( )", kMalformed},
        {"puback_short", kV311, kClient, "40 ( 00 )", kMalformed},
        {"puback_311_trailing_byte", kV311, kClient, "40 ( 0001 00 )", kMalformed},
        {"puback_5_trailing_byte", kV5, kClient, "40 ( 0001 00 ( ) 00 )", kMalformed},
        {"mqtt5_3_4_2_1_puback_reason", kV5, kClient, "40 ( 0001 92 )", kProtocol},
        {"mqtt5_3_5_2_1_pubrec_reason", kV5, kClient, "50 ( 0001 01 )", kProtocol},
        {"mqtt5_3_6_2_1_pubrel_reason", kV5, kClient, "62 ( 0001 80 )", kProtocol},
        {"mqtt5_3_7_2_1_pubcomp_reason", kV5, kClient, "70 ( 0001 10 )", kProtocol},
        {"puback_5_unknown_reason", kV5, kClient, "40 ( 0001 FF )", kProtocol},
        {"puback_5_property_length_past_the_end", kV5, kClient, "40 ( 0001 00 04 1F )", kMalformed},
        {"puback_5_property_length_too_short", kV5, kClient, "40 ( 0001 00 01 1F <no> )",
         kMalformed},
        {"puback_5_reason_string_utf8", kV5, kClient, "40 ( 0001 00 ( 1F 0001 FF ) )", kMalformed},
    };
}

}  // namespace kleber::codec::mqtt
