#pragma once

#include <cstdint>
#include <initializer_list>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/codec/mqtt/properties.hpp"

namespace kleber::codec::mqtt {

// Which properties a packet may carry; user properties always.
class PropertySet {
  public:
    constexpr PropertySet(std::initializer_list<PropertyId> ids)
        : bits_(bit(PropertyId::UserProperty)) {
        for (const PropertyId id : ids) bits_ |= bit(id);
    }
    constexpr bool has(PropertyId id) const { return (bits_ & bit(id)) != 0; }
    constexpr void add(PropertyId id) { bits_ |= bit(id); }

  private:
    static constexpr std::uint64_t bit(PropertyId id) {
        return std::uint64_t{1} << static_cast<unsigned>(id);
    }

    std::uint64_t bits_;
};

// For the decoders alone: walks a packet's property section while checking it.
//
//     PropertyReader properties{in, kAllowed};
//     while (const Property* property = properties.next()) ...
//     if (properties.error() != ReasonCode::Success) return fail(properties.error());
class PropertyReader {
  public:
    // Takes the length and the section from `in`, which fails if they are not there.
    PropertyReader(ByteReader& in, PropertySet allowed);

    // The next property; null at the end and after the first error.
    const Property* next();

    ReasonCode error() const { return error_; }
    Bytes section() const { return section_; }

  private:
    ReasonCode check() const;

    Bytes section_;
    ByteReader in_;
    PropertySet allowed_;
    PropertySet seen_{};
    Property property_;
    ReasonCode error_ = ReasonCode::Success;
};

}  // namespace kleber::codec::mqtt
