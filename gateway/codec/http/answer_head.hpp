#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::codec::http {

// "Not Found". For a status that nobody here gives, what its class means.
std::string_view reason_phrase(std::uint16_t status);

// What an answer begins with, made field by field.
class AnswerHead {
  public:
    explicit AnswerHead(std::uint16_t status);

    // A name is a token, a value is printable: what came from a request is encoded before.
    AnswerHead& add(std::string_view name, std::string_view value);
    AnswerHead& add(std::string_view name, std::uint64_t value);

    // All of it, with the empty line at its end.
    std::string text() const { return text_ + "\r\n"; }

  private:
    std::string text_;
};

// What a person reads who gets no file: "404 Not Found: nothing of this name is here\n".
std::string refusal_text(std::uint16_t status, std::string_view reason);

// The head before a text for people.
AnswerHead text_head(std::uint16_t status, std::size_t text_bytes);

// A whole answer, after which the connection is closed. `fields`: what the status asks for (Allow
// of 405, Upgrade of 426).
std::string refusal(std::uint16_t status, std::string_view reason,
                    std::initializer_list<Field> fields = {});

}  // namespace kleber::codec::http
