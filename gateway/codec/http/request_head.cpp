#include "gateway/codec/http/request_head.hpp"

#include <algorithm>

namespace kleber::codec::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kHeadEnd = "\r\n\r\n";

constexpr std::uint16_t kBadRequest = 400;
constexpr std::uint16_t kBodyTooLarge = 413;
constexpr std::uint16_t kTargetTooLong = 414;
constexpr std::uint16_t kHeadTooLarge = 431;
constexpr std::uint16_t kNotImplemented = 501;
constexpr std::uint16_t kVersionUnknown = 505;

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

bool is_alphanumeric(char character) {
    return (lower(character) >= 'a' && lower(character) <= 'z') ||
           (character >= '0' && character <= '9');
}

// RFC 9110, 5.6.2
bool is_token(std::string_view text) {
    constexpr std::string_view kOthers = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char character) {
        return is_alphanumeric(character) || kOthers.find(character) != std::string_view::npos;
    });
}

// Visible ASCII, and what is above it; with `with_blanks` spaces and tabs, too.
bool is_printable(std::string_view text, bool with_blanks) {
    return std::all_of(text.begin(), text.end(), [&](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return (byte > 0x20 && byte != 0x7F) || (with_blanks && (byte == ' ' || byte == '\t'));
    });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// The text up to `end`, which is taken off `rest` together with it; all of it without one.
std::string_view take_until(std::string_view& rest, std::string_view end) {
    const std::size_t size = std::min(rest.find(end), rest.size());
    const std::string_view taken = rest.substr(0, size);
    rest.remove_prefix(std::min(size + end.size(), rest.size()));
    return taken;
}

// "GET /path?query HTTP/1.1". The status of a refusal, or 0.
std::uint16_t read_request_line(std::string_view line, RequestHead& head) {
    head.method = take_until(line, " ");
    std::string_view target = take_until(line, " ");
    if (!is_token(head.method) || target.empty()) return kBadRequest;
    if (!line.starts_with("HTTP/")) return kBadRequest;
    if (line != "HTTP/1.1" && line != "HTTP/1.0") return kVersionUnknown;
    head.is_http_1_0 = line == "HTTP/1.0";
    if (target.front() != '/' || !is_printable(target, false)) return kBadRequest;
    if (target.find('#') != std::string_view::npos) return kBadRequest;
    head.path = take_until(target, "?");
    head.query = target;
    return 0;
}

std::uint16_t read_field(std::string_view line, RequestHead& head) {
    if (head.fields.size() == kFieldsMax) return kHeadTooLarge;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return kBadRequest;
    const Field field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
    // A line that begins with white space goes on with the one before, for some.
    if (!is_token(field.name) || !is_printable(field.value, true)) return kBadRequest;
    head.fields.push_back(field);
    return 0;
}

// Whether all of it was said here, and once.
std::uint16_t check(const RequestHead& head) {
    const auto count = [&](std::string_view name) {
        return std::count_if(head.fields.begin(), head.fields.end(),
                             [&](const Field& field) { return is_same_name(field.name, name); });
    };
    if (count("transfer-encoding") > 0) return kNotImplemented;
    if (count("content-length") > 1) return kBadRequest;
    if (const auto length = head.field("content-length"); length && *length != "0") {
        const bool is_number =
            !length->empty() && length->find_first_not_of("0123456789") == std::string_view::npos;
        return is_number ? kBodyTooLarge : kBadRequest;
    }
    const auto hosts = count("host");
    return hosts > 1 || (hosts == 0 && !head.is_http_1_0) ? kBadRequest : std::uint16_t{0};
}

HeadResult refuse(std::uint16_t status) {
    return {.outcome = HeadOutcome::Refused, .status = status};
}

}  // namespace

bool is_same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> RequestHead::field(std::string_view name) const {
    for (const Field& field : fields) {
        if (is_same_name(field.name, name)) return field.value;
    }
    return std::nullopt;
}

bool RequestHead::has_token(std::string_view name, std::string_view token) const {
    for (const Field& field : fields) {
        if (!is_same_name(field.name, name)) continue;
        std::string_view rest = field.value;
        while (!rest.empty()) {
            if (is_same_name(trimmed(take_until(rest, ",")), token)) return true;
        }
    }
    return false;
}

bool RequestHead::keeps_connection() const {
    if (is_http_1_0) return has_token("connection", "keep-alive");
    return !has_token("connection", "close");
}

HeadResult next_head(Bytes bytes) {
    const std::string_view text = as_text(bytes).substr(0, kHeadBytesMax);
    const std::size_t size = text.find(kHeadEnd);
    if (size == std::string_view::npos) {
        // What is no request need not arrive as a whole.
        if (text.find('\0') != std::string_view::npos) return refuse(kBadRequest);
        if (text.size() < kHeadBytesMax) return {};
        const bool is_in_first_line = text.find(kLineEnd) == std::string_view::npos;
        return refuse(is_in_first_line ? kTargetTooLong : kHeadTooLarge);
    }
    HeadResult result{.outcome = HeadOutcome::Complete, .size_bytes = size + kHeadEnd.size()};
    std::string_view rest = text.substr(0, size);
    std::uint16_t status = read_request_line(take_until(rest, kLineEnd), result.head);
    while (status == 0 && !rest.empty()) {
        status = read_field(take_until(rest, kLineEnd), result.head);
    }
    if (status == 0) status = check(result.head);
    return status == 0 ? result : refuse(status);
}

}  // namespace kleber::codec::http
