#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kleber::codec::http {

// What can be said with four digits of a year.
constexpr std::chrono::sys_seconds kFirstDate{std::chrono::seconds{0}};
constexpr std::chrono::sys_seconds kLastDate{std::chrono::seconds{253'402'300'799}};

// "Fri, 20 Nov 2026 14:56:24 GMT" (RFC 9110, 5.6.7). What is before 1970 or after 9999 becomes the
// first or last second between.
std::string date_text(std::chrono::sys_seconds date);

// Only what date_text() writes: who sends a date has it from us. The older forms are none.
std::optional<std::chrono::sys_seconds> date_from(std::string_view text);

}  // namespace kleber::codec::http
