#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/codec/mqtt/properties.hpp"

// For the encoders alone: a packet's bytes are listed once, by a template that is run on a
// SizeCounter first and on a WireWriter after, so that the size is exact before a byte is written.
namespace kleber::codec::mqtt {

// The most bytes that a text or binary field can hold.
constexpr std::size_t kTextMax = 65'535;

class SizeCounter {
  public:
    void u8(std::uint8_t) { size_ += 1; }
    void u16(std::uint16_t) { size_ += 2; }
    void u32(std::uint32_t) { size_ += 4; }
    void varint(std::size_t value) { size_ += varint_size(value); }
    void raw(Bytes bytes) { size_ += bytes.size(); }
    void binary(Bytes bytes) {
        if (bytes.size() > kTextMax) has_overlong_ = true;
        size_ += 2 + bytes.size();
    }
    void text(std::string_view text) { binary(as_bytes(text)); }
    void forwarded(Bytes properties) { size_ += forwarded_size(properties); }
    void user_properties(Bytes properties) { size_ += user_properties_size(properties); }

    std::size_t size() const { return size_; }
    // A field was longer than its length on the wire can say.
    bool has_overlong() const { return has_overlong_; }

  private:
    std::size_t size_ = 0;
    bool has_overlong_ = false;
};

// Writes where there is room for what a SizeCounter has counted.
class WireWriter {
  public:
    explicit WireWriter(std::uint8_t* out) : out_(out) {}

    void u8(std::uint8_t value) { *out_++ = value; }
    void u16(std::uint16_t value) {
        u8(static_cast<std::uint8_t>(value >> 8));
        u8(static_cast<std::uint8_t>(value));
    }
    void u32(std::uint32_t value) {
        u16(static_cast<std::uint16_t>(value >> 16));
        u16(static_cast<std::uint16_t>(value));
    }
    void varint(std::size_t value) {
        while (value >= 0x80) {
            u8(static_cast<std::uint8_t>(value | 0x80));
            value >>= 7;
        }
        u8(static_cast<std::uint8_t>(value));
    }
    void raw(Bytes bytes) {
        if (!bytes.empty()) std::memcpy(out_, bytes.data(), bytes.size());
        out_ += bytes.size();
    }
    void binary(Bytes bytes) {
        u16(static_cast<std::uint16_t>(bytes.size()));
        raw(bytes);
    }
    void text(std::string_view text) { binary(as_bytes(text)); }
    void forwarded(Bytes properties) {
        copy_forwarded(properties, out_);
        out_ += forwarded_size(properties);
    }
    void user_properties(Bytes properties) {
        copy_user_properties(properties, out_);
        out_ += user_properties_size(properties);
    }

  private:
    std::uint8_t* out_;
};

// One property, for either of the two.
template <typename Out>
void put_u8(Out& out, PropertyId id, std::uint8_t value) {
    out.u8(static_cast<std::uint8_t>(id));
    out.u8(value);
}
template <typename Out>
void put_u16(Out& out, PropertyId id, std::uint16_t value) {
    out.u8(static_cast<std::uint8_t>(id));
    out.u16(value);
}
template <typename Out>
void put_u32(Out& out, PropertyId id, std::uint32_t value) {
    out.u8(static_cast<std::uint8_t>(id));
    out.u32(value);
}
template <typename Out>
void put_binary(Out& out, PropertyId id, Bytes value) {
    out.u8(static_cast<std::uint8_t>(id));
    out.binary(value);
}
template <typename Out>
void put_text(Out& out, PropertyId id, std::string_view value) {
    put_binary(out, id, as_bytes(value));
}
// The same, but an empty text counts as none.
template <typename Out>
void put_text_if_any(Out& out, PropertyId id, std::string_view value) {
    if (!value.empty()) put_text(out, id, value);
}

// A property section with its length in front: `list` puts the properties.
template <typename Out, typename List>
void put_section(Out& out, const List& list) {
    SizeCounter size;
    list(size);
    out.varint(size.size());  // [MQTT-2.2.2-1] of 5.0
    list(out);
}

}  // namespace kleber::codec::mqtt
