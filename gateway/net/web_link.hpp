#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/codec/http/request_head.hpp"
#include "gateway/connection/outgoing.hpp"
#include "gateway/net/connection_limits.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/net/web_place.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::net {

// A connection that begins with HTTP: answers requests one after the other, until one asks for a
// WebSocket; the socket is somebody else's then.
class WebLink : public runtime::Participant {
  public:
    // What takes over: the socket, and the stream that WebSocket frames are taken off already.
    using OnOpen = std::function<void(runtime::FileDescriptor, std::unique_ptr<Stream>)>;

    struct Visitor {
        runtime::FileDescriptor socket;
        std::unique_ptr<Stream> stream;  // what stands between; none for a plain socket
        std::string address;             // for the log
        std::string origin;              // admitted by the limits
    };
    // `limits` hears of its end, unless somebody takes over.
    WebLink(runtime::Lane& lane, port::Token token, Visitor visitor,
            std::shared_ptr<const WebPlace> place, ConnectionLimits& limits, OnOpen on_open);
    ~WebLink() override;

    // Once it is a participant of its lane.
    void start();

    void on_ready(std::uint32_t events) override;
    void on_deadline() override;
    void on_flush() override;
    void on_stop() override { close(); }

  private:
    bool is_answering() const { return !out_.empty() || body_ || is_open_ || is_last_; }
    Received receive_into(std::span<std::uint8_t> room) const;
    void drop();
    void read();
    // Looks for the next request in what has arrived.
    void go_on();
    void handle(const codec::http::RequestHead& request);
    // True if a WebSocket was asked for, granted or not.
    bool handle_upgrade(const codec::http::RequestHead& request);
    void answer(HttpAnswer answer, bool keeps_connection);
    // Says so in the log too, and closes when it is said.
    void refuse(std::uint16_t status, std::string_view why,
                std::initializer_list<codec::http::Field> fields = {});
    bool write();
    void fill_from_body();
    void hand_over();
    // The answer was the last one: waits for the other side to have read it.
    void part();
    void wait(Duration longest);
    void flush_later();
    void watch_for(std::uint32_t events);
    void close();

    runtime::Lane& lane_;
    const port::Token token_;
    Visitor visitor_;
    std::shared_ptr<const WebPlace> place_;
    ConnectionLimits& limits_;
    OnOpen on_open_;
    ByteBuffer in_;  // a request that has not wholly arrived, or those after it
    connection::Outgoing out_;
    std::unique_ptr<HttpBody> body_;
    std::uint64_t body_left_ = 0;
    std::uint32_t watched_;
    bool is_last_ = false;  // the answer under way
    bool is_open_ = false;  // the WebSocket, once the answer is written
    bool is_flush_due_ = false;
    bool is_blocked_ = false;
    bool is_parting_ = false;
    bool is_closed_ = false;
};

}  // namespace kleber::net
