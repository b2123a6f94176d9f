#include "tests/unit/codec/rows.hpp"

// PINGREQ, PINGRESP, DISCONNECT, AUTH and what is no packet at all.
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

std::vector<ValidRow> valid_other_rows() {
    return {
        {"pingreq_31", kV31, kClient, "C0 00", "PINGREQ"},
        {"pingreq_311", kV311, kClient, "C0 00", "PINGREQ"},
        {"pingreq_5", kV5, kClient, "C0 00", "PINGREQ"},
        {"pingresp_31", kV31, kServer, "D0 00", "PINGRESP"},
        {"pingresp_311", kV311, kServer, "D0 00", "PINGRESP"},
        {"pingresp_5", kV5, kServer, "D0 00", "PINGRESP"},
        {"disconnect_31", kV31, kClient, "E0 00", "DISCONNECT"},
        {"disconnect_311", kV311, kClient, "E0 00", "DISCONNECT"},
        {"disconnect_5", kV5, kClient, "E0 00", "DISCONNECT"},
        {"disconnect_5_reason", kV5, kClient, "E0 ( 04 )",
         "DISCONNECT reason=disconnect with will message"},
        {"disconnect_5_expiry", kV5, kClient, "E0 ( 00 ( 11 00000000 ) )",
         "DISCONNECT session_expiry=0"},
        {"disconnect_5_everything", kV5, kServer, "E0 ( 9D ( 1C <other> 1F <moved> 26 <k> <v> ) )",
         "DISCONNECT reason=server moved server=other because=moved user=k:v"},
        {"auth_5_short", kV5, kServer, "F0 00", "AUTH"},
        {"auth_5_again", kV5, kClient, "F0 ( 19 ( 15 <SCRAM> ) )",
         "AUTH reason=re-authenticate method=SCRAM"},
        {"auth_5_everything", kV5, kServer,
         "F0 ( 18 ( 15 <SCRAM> 16 <next> 1F <go on> 26 <k> <v> ) )",
         "AUTH reason=continue authentication method=SCRAM data=next because=go on user=k:v"},
    };
}

std::vector<MalformedRow> malformed_other_rows() {
    return {
        {"reserved_type_0", kV311, kClient, "00 00", kMalformed},
        {"reserved_type_15", kV311, kClient, "F0 00", kMalformed},
        {"mqtt_2_2_2_2_pingreq_flags", kV311, kClient, "C1 00", kMalformed},
        {"mqtt5_2_1_3_1_pingresp_flags", kV5, kServer, "D8 00", kMalformed},
        {"pingreq_with_body", kV311, kClient, "C0 ( 00 )", kMalformed},
        {"pingresp_with_body", kV5, kServer, "D0 ( 00 )", kMalformed},
        {"mqtt_3_14_1_1_disconnect_flags", kV311, kClient, "E1 00", kMalformed},
        {"mqtt5_3_14_1_1_disconnect_flags", kV5, kClient, "E2 00", kMalformed},
        {"disconnect_31_with_body", kV31, kClient, "E0 ( 00 )", kMalformed},
        {"disconnect_311_with_body", kV311, kClient, "E0 ( 00 )", kMalformed},
        {"disconnect_311_of_server", kV311, kServer, "E0 00", kProtocol},
        {"mqtt5_3_14_2_1_reason_unknown", kV5, kClient, "E0 ( 03 )", kProtocol},
        {"mqtt5_3_14_2_1_reason_of_server", kV5, kClient, "E0 ( 8B )", kProtocol},
        {"mqtt5_3_14_2_1_reason_of_client", kV5, kServer, "E0 ( 04 )", kProtocol},
        {"mqtt5_3_14_2_2_expiry_of_server", kV5, kServer, "E0 ( 8B ( 11 00000001 ) )", kProtocol},
        {"disconnect_5_server_reference_of_client", kV5, kClient, "E0 ( 00 ( 1C <other> ) )",
         kProtocol},
        {"disconnect_5_trailing_byte", kV5, kClient, "E0 ( 00 ( ) 00 )", kMalformed},
        {"disconnect_5_property_length_past_the_end", kV5, kClient, "E0 ( 00 05 )", kMalformed},
        {"mqtt5_3_15_1_1_auth_flags", kV5, kClient, "F1 ( 18 ( 15 <m> ) )", kMalformed},
        {"mqtt5_3_15_2_1_reason_unknown", kV5, kClient, "F0 ( 87 ( 15 <m> ) )", kProtocol},
        {"mqtt5_3_15_2_1_success_of_client", kV5, kClient, "F0 00", kProtocol},
        {"mqtt5_3_15_2_1_again_of_server", kV5, kServer, "F0 ( 19 ( 15 <m> ) )", kProtocol},
        {"auth_5_no_method", kV5, kClient, "F0 ( 18 ( ) )", kProtocol},
        {"auth_5_data_without_method", kV5, kClient, "F0 ( 18 ( 16 <d> ) )", kProtocol},
        {"auth_5_no_property_length", kV5, kServer, "F0 ( 00 )", kMalformed},
        {"auth_5_trailing_byte", kV5, kClient, "F0 ( 18 ( 15 <m> ) 00 )", kMalformed},
    };
}

}  // namespace kleber::codec::mqtt
