#include "gateway/codec/http/answer_head.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::codec::http {
namespace {

constexpr std::pair<std::uint16_t, std::string_view> kPhrases[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {416, "Range Not Satisfiable"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
};
constexpr std::array<std::string_view, 5> kClasses{"Information", "OK", "Redirection",
                                                   "Bad Request", "Internal Server Error"};

// What would end the line, or the head, before its time.
bool is_one_line(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte >= 0x20 && byte != 0x7F;
    });
}

}  // namespace

std::string_view reason_phrase(std::uint16_t status) {
    KLEBER_ASSERT(status >= 100 && status < 600);
    for (const auto& [known, phrase] : kPhrases) {
        if (known == status) return phrase;
    }
    return kClasses[status / 100U - 1];
}

AnswerHead::AnswerHead(std::uint16_t status) : text_("HTTP/1.1 ") {
    text_.append(std::to_string(status)).append(1, ' ');
    text_.append(reason_phrase(status)).append("\r\n");
}

AnswerHead& AnswerHead::add(std::string_view name, std::string_view value) {
    KLEBER_ASSERT(is_one_line(name) && is_one_line(value));
    text_.append(name).append(": ").append(value).append("\r\n");
    return *this;
}

AnswerHead& AnswerHead::add(std::string_view name, std::uint64_t value) {
    return add(name, std::string_view{std::to_string(value)});
}

std::string refusal_text(std::uint16_t status, std::string_view reason) {
    std::string text = std::to_string(status);
    text.append(1, ' ').append(reason_phrase(status)).append(": ");
    return text.append(reason).append(1, '\n');
}

AnswerHead text_head(std::uint16_t status, std::size_t text_bytes) {
    AnswerHead head{status};
    head.add("Content-Type", "text/plain; charset=utf-8").add("Content-Length", text_bytes);
    head.add("X-Content-Type-Options", "nosniff").add("Cache-Control", "no-cache");
    return head;
}

std::string refusal(std::uint16_t status, std::string_view reason,
                    std::initializer_list<Field> fields) {
    const std::string text = refusal_text(status, reason);
    AnswerHead head = text_head(status, text.size());
    for (const Field& field : fields) head.add(field.name, field.value);
    head.add("Connection", "close");
    return head.text() + text;
}

}  // namespace kleber::codec::http
