#pragma once

#include <cstdint>
#include <string_view>

namespace kleber::web {

enum class RangeOutcome : std::uint8_t {
    Whole,          // none was asked for that we understand: all of it
    Part,           // from `offset`, `size_bytes` of it, which is more than nothing
    Unsatisfiable,  // 416
};

struct ByteRange {
    RangeOutcome outcome = RangeOutcome::Whole;
    std::uint64_t offset = 0;
    std::uint64_t size_bytes = 0;
};

// What the value of a Range field asks of a file of this size (RFC 9110, 14.1.2). What asks for
// several parts, for another unit or makes no sense gets all of it.
ByteRange byte_range_from(std::string_view value, std::uint64_t file_bytes);

}  // namespace kleber::web
