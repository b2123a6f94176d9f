#include "tests/unit/codec/rows.hpp"

// SUBSCRIBE, UNSUBSCRIBE and their answers.
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

std::vector<ValidRow> valid_subscribe_rows() {
    return {
        {"subscribe_31", kV31, kClient, "82 ( 0001 <a/#> 01 )",
         "SUBSCRIBE packet_id=1 filter=a/# qos=1"},
        {"subscribe_311", kV311, kClient, "82 ( 0001 <a/#> 00 <+/b> 02 )",
         "SUBSCRIBE packet_id=1 filter=a/# filter=+/b qos=2"},
        {"subscribe_5", kV5, kClient, "82 ( 0001 ( ) <a> 00 )", "SUBSCRIBE packet_id=1 filter=a"},
        {"subscribe_5_everything", kV5, kClient,
         "82 ( 0001 ( 0B 8001 26 <k> <v> ) <a> 2E <b> 11 <$share/g/c> 0A )",
         "SUBSCRIBE packet_id=1 subscription_id=128 user=k:v filter=a qos=2 no_local "
         "retain_as_published retain_handling=2 filter=b qos=1 retain_handling=1 filter=$share/g/c "
         "qos=2 retain_as_published"},
        {"suback_31", kV31, kServer, "90 ( 0001 02 )", "SUBACK packet_id=1 code=2"},
        {"suback_311", kV311, kServer, "90 ( 0001 00 01 02 80 )",
         "SUBACK packet_id=1 code=0 code=1 code=2 code=128"},
        {"suback_5", kV5, kServer, "90 ( 0001 ( ) 00 87 A1 )",
         "SUBACK packet_id=1 code=0 code=135 code=161"},
        {"suback_5_everything", kV5, kServer, "90 ( 0001 ( 1F <no> 26 <k> <v> ) 8F )",
         "SUBACK packet_id=1 code=143 because=no user=k:v"},
        {"unsubscribe_31", kV31, kClient, "A2 ( 0002 <a/#> )",
         "UNSUBSCRIBE packet_id=2 filter=a/#"},
        {"unsubscribe_311", kV311, kClient, "A2 ( 0002 <a/#> <b> )",
         "UNSUBSCRIBE packet_id=2 filter=a/# filter=b"},
        {"unsubscribe_5", kV5, kClient, "A2 ( 0002 ( 26 <k> <v> ) <a> )",
         "UNSUBSCRIBE packet_id=2 user=k:v filter=a"},
        {"unsuback_31", kV31, kServer, "B0 ( 0002 )", "UNSUBACK packet_id=2"},
        {"unsuback_311", kV311, kServer, "B0 ( 0002 )", "UNSUBACK packet_id=2"},
        {"unsuback_5", kV5, kServer, "B0 ( 0002 ( ) 00 11 )",
         "UNSUBACK packet_id=2 code=0 code=17"},
        {"unsuback_5_everything", kV5, kServer, "B0 ( 0002 ( 1F <no> 26 <k> <v> ) 87 )",
         "UNSUBACK packet_id=2 code=135 because=no user=k:v"},
    };
}

std::vector<MalformedRow> malformed_subscribe_rows() {
    return {
        {"mqtt_3_8_1_1_subscribe_flags", kV311, kClient, "80 ( 0001 <a> 00 )", kMalformed},
        {"mqtt_3_8_1_1_subscribe_flags_as_in_31", kV311, kClient, "8A ( 0001 <a> 00 )", kMalformed},
        {"mqtt5_3_8_1_1_subscribe_flags", kV5, kClient, "83 ( 0001 ( ) <a> 00 )", kMalformed},
        {"mqtt_2_3_1_1_subscribe_packet_id_0", kV311, kClient, "82 ( 0000 <a> 00 )", kProtocol},
        {"mqtt5_2_2_1_3_subscribe_packet_id_0", kV5, kClient, "82 ( 0000 ( ) <a> 00 )", kProtocol},
        {"mqtt_3_8_3_3_subscribe_no_filter", kV311, kClient, "82 ( 0001 )", kProtocol},
        {"mqtt5_3_8_3_2_subscribe_no_filter", kV5, kClient, "82 ( 0001 ( ) )", kProtocol},
        {"subscribe_empty", kV311, kClient, "82 ( )", kMalformed},
        {"subscribe_no_options", kV311, kClient, "82 ( 0001 <a> )", kMalformed},
        {"subscribe_second_without_options", kV311, kClient, "82 ( 0001 <a> 00 <b> )", kMalformed},
        {"mqtt_3_8_3_1_filter_utf8", kV311, kClient, "82 ( 0001 0001 FF 00 )", kMalformed},
        {"mqtt5_3_8_3_1_filter_utf8", kV5, kClient, "82 ( 0001 ( ) 0001 FF 00 )", kMalformed},
        {"mqtt_3_8_3_4_reserved_option", kV311, kClient, "82 ( 0001 <a> 04 )", kMalformed},
        {"subscribe_31_reserved_option", kV31, kClient, "82 ( 0001 <a> 80 )", kMalformed},
        {"mqtt5_3_8_3_5_reserved_option_6", kV5, kClient, "82 ( 0001 ( ) <a> 40 )", kMalformed},
        {"mqtt5_3_8_3_5_reserved_option_7", kV5, kClient, "82 ( 0001 ( ) <a> 80 )", kMalformed},
        {"mqtt_3_8_3_4_qos_3", kV311, kClient, "82 ( 0001 <a> 03 )", kProtocol},
        {"subscribe_5_qos_3", kV5, kClient, "82 ( 0001 ( ) <a> 03 )", kProtocol},
        {"subscribe_5_retain_handling_3", kV5, kClient, "82 ( 0001 ( ) <a> 30 )", kProtocol},
        {"mqtt5_3_8_3_4_no_local_on_shared", kV5, kClient, "82 ( 0001 ( ) <$share/g/a> 04 )",
         kProtocol},
        {"subscribe_5_second_is_malformed", kV5, kClient, "82 ( 0001 ( ) <a> 00 <b> 03 )",
         kProtocol},
        {"subscribe_5_subscription_id_0", kV5, kClient, "82 ( 0001 ( 0B 00 ) <a> 00 )", kProtocol},
        {"subscribe_5_subscription_id_overlong", kV5, kClient, "82 ( 0001 ( 0B 8100 ) <a> 00 )",
         kMalformed},
        {"subscribe_5_property_length_past_the_end", kV5, kClient, "82 ( 0001 7F <a> 00 )",
         kMalformed},
        {"mqtt_2_2_2_2_suback_flags", kV311, kServer, "91 ( 0001 00 )", kMalformed},
        {"mqtt5_2_1_3_1_suback_flags", kV5, kServer, "92 ( 0001 ( ) 00 )", kMalformed},
        {"mqtt_2_3_1_7_suback_packet_id_0", kV311, kServer, "90 ( 0000 00 )", kProtocol},
        {"mqtt5_2_2_1_6_suback_packet_id_0", kV5, kServer, "90 ( 0000 ( ) 00 )", kProtocol},
        {"mqtt_3_8_4_5_suback_no_codes", kV311, kServer, "90 ( 0001 )", kProtocol},
        {"mqtt5_3_8_4_6_suback_no_codes", kV5, kServer, "90 ( 0001 ( ) )", kProtocol},
        {"mqtt_3_9_3_2_return_code_3", kV311, kServer, "90 ( 0001 03 )", kProtocol},
        {"mqtt_3_9_3_2_return_code_of_5", kV311, kServer, "90 ( 0001 00 87 )", kProtocol},
        {"mqtt5_3_9_3_2_reason_code_3", kV5, kServer, "90 ( 0001 ( ) 00 03 )", kProtocol},
        {"mqtt5_3_9_3_2_reason_code_81", kV5, kServer, "90 ( 0001 ( ) 81 )", kProtocol},
        {"suback_5_no_property_length", kV5, kServer, "90 ( 0001 )", kMalformed},
        {"mqtt_3_10_1_1_unsubscribe_flags", kV311, kClient, "A0 ( 0001 <a> )", kMalformed},
        {"mqtt5_3_10_1_1_unsubscribe_flags", kV5, kClient, "A6 ( 0001 ( ) <a> )", kMalformed},
        {"mqtt_2_3_1_1_unsubscribe_packet_id_0", kV311, kClient, "A2 ( 0000 <a> )", kProtocol},
        {"mqtt5_2_2_1_3_unsubscribe_packet_id_0", kV5, kClient, "A2 ( 0000 ( ) <a> )", kProtocol},
        {"mqtt_3_10_3_2_unsubscribe_no_filter", kV311, kClient, "A2 ( 0001 )", kProtocol},
        {"mqtt5_3_10_3_2_unsubscribe_no_filter", kV5, kClient, "A2 ( 0001 ( ) )", kProtocol},
        {"mqtt_3_10_3_1_filter_utf8", kV311, kClient, "A2 ( 0001 0001 FF )", kMalformed},
        {"mqtt5_3_10_3_1_filter_utf8", kV5, kClient, "A2 ( 0001 ( ) <a> 0001 FF )", kMalformed},
        {"unsubscribe_trailing_byte", kV311, kClient, "A2 ( 0001 <a> 00 )", kMalformed},
        {"mqtt_2_2_2_2_unsuback_flags", kV311, kServer, "B2 ( 0001 )", kMalformed},
        {"mqtt5_2_1_3_1_unsuback_flags", kV5, kServer, "B1 ( 0001 ( ) 00 )", kMalformed},
        {"mqtt_2_3_1_7_unsuback_packet_id_0", kV311, kServer, "B0 ( 0000 )", kProtocol},
        {"mqtt5_2_2_1_6_unsuback_packet_id_0", kV5, kServer, "B0 ( 0000 ( ) 00 )", kProtocol},
        {"unsuback_311_trailing_byte", kV311, kServer, "B0 ( 0001 00 )", kMalformed},
        {"unsuback_5_no_codes", kV5, kServer, "B0 ( 0001 ( ) )", kProtocol},
        {"mqtt5_3_11_3_2_reason_code", kV5, kServer, "B0 ( 0001 ( ) 00 01 )", kProtocol},
    };
}

}  // namespace kleber::codec::mqtt
