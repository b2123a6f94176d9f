#pragma once

#include <memory>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"

namespace kleber::store {

// Records, without what their key says, to bytes and back. What is read fails the reader where it
// is nothing that a broker would have written; instants are in the steady time of `now`.

// Valid, and UTF-8.
bool is_topic(std::string_view text);
bool is_filter(std::string_view text);  // may be $share/group/filter

void put_message(ByteBuffer& out, const port::Message& message, const Now& now);
port::MessageRef take_message(ByteReader& in, std::string_view topic, const Now& now,
                              port::Sharing sharing);

void put_record(ByteBuffer& out, const port::SessionPut::Record& record, const Now& now);
std::unique_ptr<port::SessionPut::Record> take_session(ByteReader& in, const Now& now,
                                                       port::Sharing sharing);

void put_record(ByteBuffer& out, const port::SubscriptionPut::Record& record);
std::unique_ptr<port::SubscriptionPut::Record> take_subscription(ByteReader& in,
                                                                 std::string_view filter);

void put_record(ByteBuffer& out, const port::DeliveryPut& delivery);
port::DeliveryPut take_delivery(ByteReader& in, port::SessionId session, std::uint64_t serial);

}  // namespace kleber::store
