#pragma once

#include "gateway/base/reason_code.hpp"
#include "gateway/codec/mqtt/packets.hpp"

// For the decoders alone: the reason codes that MQTT 5 allows in each packet.
namespace kleber::codec::mqtt {

bool is_connack_reason(ReasonCode reason);
// PUBACK, PUBREC, PUBREL or PUBCOMP.
bool is_ack_reason(PacketType type, ReasonCode reason);
bool is_suback_reason(ReasonCode reason);
bool is_unsuback_reason(ReasonCode reason);
bool is_disconnect_reason(Sender sender, ReasonCode reason);
bool is_auth_reason(Sender sender, ReasonCode reason);

}  // namespace kleber::codec::mqtt
