#pragma once

#include <string>
#include <vector>

#include "gateway/codec/mqtt/packets.hpp"

namespace kleber::codec::mqtt {

// A packet that must be accepted. The bytes are as our encoder would write them.
struct ValidRow {
    std::string name;
    ProtocolVersion version;
    Sender sender;
    std::string notation;     // see notation.hpp
    std::string description;  // see any_packet.hpp
};

// A packet that must be refused, and why. The name carries the clause that is violated: mqtt_ for
// 3.1.1 (and what both share), mqtt5_ for 5.0.
struct MalformedRow {
    std::string name;
    ProtocolVersion version;
    Sender sender;
    std::string notation;
    ReasonCode reason;
};

const std::vector<ValidRow>& valid_rows();
const std::vector<MalformedRow>& malformed_rows();

// The parts of the tables, by kind of packet.
std::vector<ValidRow> valid_connect_rows();
std::vector<ValidRow> valid_message_rows();
std::vector<ValidRow> valid_subscribe_rows();
std::vector<ValidRow> valid_other_rows();
std::vector<MalformedRow> malformed_connect_rows();
std::vector<MalformedRow> malformed_message_rows();
std::vector<MalformedRow> malformed_subscribe_rows();
std::vector<MalformedRow> malformed_other_rows();

}  // namespace kleber::codec::mqtt
