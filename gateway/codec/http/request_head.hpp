#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/base/byte_reader.hpp"

// HTTP/1.0 and 1.1, as much of it as a door for WebSockets and files needs.
namespace kleber::codec::http {

constexpr std::size_t kHeadBytesMax = 8 << 10;
constexpr std::size_t kFieldsMax = 64;

struct Field {
    std::string_view name;
    std::string_view value;  // without white space around it
};

// What stands before a body; requests that have one are refused. Views into the bytes given.
struct RequestHead {
    std::string_view method;
    std::string_view path;   // of the target, still encoded; begins with a slash
    std::string_view query;  // what follows a question mark, or nothing
    bool is_http_1_0 = false;
    std::vector<Field> fields;

    // The value of the first field of this name, whatever its case; none if there is none.
    std::optional<std::string_view> field(std::string_view name) const;
    // Whether one of the values between the commas of all fields of this name is `token`.
    bool has_token(std::string_view name, std::string_view token) const;
    // Whether the connection stays open after the answer.
    bool keeps_connection() const;
};

enum class HeadOutcome : std::uint8_t { Complete, Incomplete, Refused };

struct HeadResult {
    HeadOutcome outcome = HeadOutcome::Incomplete;
    RequestHead head{};          // Complete
    std::size_t size_bytes = 0;  // Complete: of the head, with its empty line
    std::uint16_t status = 0;    // Refused: 400, 413, 414, 431, 501 or 505
};

// Looks for a head at the start of `bytes`. Nothing is tolerated that two readers could understand
// differently: lines that end in a line feed alone, white space before a colon, fields that go on
// in the next line, bodies, several hosts.
HeadResult next_head(Bytes bytes);

// ASCII letters are the same in both cases.
bool is_same_name(std::string_view a, std::string_view b);

}  // namespace kleber::codec::http
