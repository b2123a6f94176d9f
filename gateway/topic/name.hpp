#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kleber::topic {

// What the wire's two bytes of length can carry.
constexpr std::size_t kPathBytesMax = 65'535;

// True for what a message may be published to: 1 to kPathBytesMax bytes without '+', '#' and NUL.
// That it is UTF-8 is for whoever took it from the wire to check.
bool is_valid_name(std::string_view name);

// True for what may be subscribed to: 1 to kPathBytesMax bytes without NUL, where '+' and '#'
// appear only as whole levels and '#' only as the last one. Says nothing about `$share`.
bool is_valid_filter(std::string_view filter);

// How many levels a name or filter has: one more than it has slashes.
std::size_t level_count(std::string_view path);

enum class Sharing : std::uint8_t { NotShared, Shared, Malformed };

// A filter taken apart. Views point into the text given.
struct SharedFilter {
    Sharing sharing = Sharing::NotShared;
    std::string_view group;   // empty unless Shared
    std::string_view filter;  // unless Malformed: what names are to be matched with
};

// Splits `$share/group/filter`. NotShared: the text does not start with `$share/`, and `filter` is
// the whole text, unchecked. Shared: both parts are there and valid. Malformed: one of them is not.
SharedFilter parse_shared(std::string_view text);

}  // namespace kleber::topic
