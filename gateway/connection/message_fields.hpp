#pragma once

#include <cstdint>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/time.hpp"

// What PUBLISH and the will have in common: checks that need more than a packet's bytes, and what
// becomes of their fields. Property sections are those of decoded packets.
namespace kleber::connection {

// The payload format that promises text.
inline constexpr std::uint8_t kTextPayload = 1;

// Well-formed UTF-8, in which U+0000 is a character like any other.
bool is_utf8_payload(Bytes payload);

// For a section that has a response topic: true if it is a topic name.
bool is_response_topic_valid(Bytes properties);

std::size_t count_user_properties(Bytes properties);

// The part of a section that travels with the message: a view of it if it is all of it, else of
// `room`, which is written to.
Bytes forwarded_of(Bytes properties, ByteBuffer& room);

// As it is on the wire, where the largest number means for ever.
Duration session_expiry_of(std::uint32_t seconds);

}  // namespace kleber::connection
