#pragma once

#include <optional>
#include <string_view>

#include "gateway/base/reason_code.hpp"
#include "gateway/base/result.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/packets.hpp"

// Frames to packets. Nothing malformed is tolerated: the error is the reason code with which the
// specification of MQTT 5 wants the connection closed (MalformedPacket where the bytes cannot be
// understood, ProtocolError where they say what must not be said, or a more telling one).
//
// The caller dispatches on frame.type() and calls the function of that type. What needs more than
// the bytes of one packet is not checked here: topic names and filters (beyond UTF-8), whether a
// text payload is text, order and state.
namespace kleber::codec::mqtt {

// UnsupportedProtocolVersion: the name is MQTT's, the level is not one of ours.
Result<Connect, ReasonCode> decode_connect(const Frame& frame);

// In which version a CONNACK that refuses this CONNECT is to be written, though decode_connect
// failed. None if the sender is not known to speak MQTT at all: close without a word. For an
// unknown level the nearest of ours.
std::optional<ProtocolVersion> refusal_version(const Frame& frame);

Result<Connack, ReasonCode> decode_connack(const Frame& frame, ProtocolVersion version);

// A topic equal to `known_topic`, which is UTF-8, is not looked at again: Publish::is_topic_known.
Result<Publish, ReasonCode> decode_publish(const Frame& frame, ProtocolVersion version,
                                           Sender sender, std::string_view known_topic = {});

// PUBACK, PUBREC, PUBREL and PUBCOMP, by the frame's type.
Result<Ack, ReasonCode> decode_ack(const Frame& frame, ProtocolVersion version);

Result<Subscribe, ReasonCode> decode_subscribe(const Frame& frame, ProtocolVersion version);
Result<Suback, ReasonCode> decode_suback(const Frame& frame, ProtocolVersion version);
Result<Unsubscribe, ReasonCode> decode_unsubscribe(const Frame& frame, ProtocolVersion version);
Result<Unsuback, ReasonCode> decode_unsuback(const Frame& frame, ProtocolVersion version);

// PINGREQ and PINGRESP say nothing; only that they do so correctly is to be checked.
Status<ReasonCode> decode_ping(const Frame& frame);

// Before MQTT 5 a server has no DISCONNECT, and a client's is always Success.
Result<Disconnect, ReasonCode> decode_disconnect(const Frame& frame, ProtocolVersion version,
                                                 Sender sender);
// MQTT 5 alone.
Result<Auth, ReasonCode> decode_auth(const Frame& frame, Sender sender);

}  // namespace kleber::codec::mqtt
