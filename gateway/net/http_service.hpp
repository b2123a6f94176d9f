#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::net {

// What follows the head of an answer, a piece at a time. On one lane's thread.
class HttpBody {
  public:
    virtual ~HttpBody() = default;

    // Fills in what comes next and returns how many bytes that is: as many as there is room for,
    // but at the end. None: it has ended, too early if less came than the head promised.
    virtual std::size_t read(std::span<std::uint8_t> room) = 0;
};

struct HttpAnswer {
    std::string head;                // with its empty line, but without a Connection field
    std::unique_ptr<HttpBody> body;  // none: nothing follows
    std::uint64_t body_bytes = 0;    // that the head has promised
};

// Answers requests that ask for no WebSocket. Called on any lane's thread, and on several at a
// time.
class HttpService {
  public:
    virtual ~HttpService() = default;

    virtual HttpAnswer answer(const codec::http::RequestHead& request) const = 0;
};

}  // namespace kleber::net
