#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kleber::codec::mqtt {

// Bytes as a reader can check them:
//   1F a0   hexadecimal, blanks where it reads well
//   'text'  the characters
//   <text>  two bytes of length, then the characters
//   ( ... ) a variable byte integer that counts what is between, then that
// So a PUBLISH is `30 ( <a/b> 'payload' )`.
std::vector<std::uint8_t> wire(std::string_view notation);

}  // namespace kleber::codec::mqtt
