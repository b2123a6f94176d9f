#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::web {

// What tells a file as it is now from what it was, and from others of its name.
struct Validators {
    std::string entity_tag;  // with its quotes; a strong one
    std::chrono::sys_seconds modified;
};

enum class Verdict : std::uint8_t {
    Proceed,
    NotModified,  // 304: who asks has it already
    Failed,       // 412: it is no longer what was meant
};

// What If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since of a GET or HEAD make of
// it, in this order (RFC 9110, 13.2.2). A date that makes no sense asks for nothing.
Verdict verdict_of(const codec::http::RequestHead& request, const Validators& validators);

// Whether a Range holds: there is no If-Range, or it names the file as it is.
bool is_range_wanted(const codec::http::RequestHead& request, const Validators& validators);

}  // namespace kleber::web
