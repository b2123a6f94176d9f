#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/time.hpp"
#include "gateway/net/address.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::net {

// Hears what a proxy says of the client behind it. Of what that says itself, it takes not a byte.
class ProxyGreeting : public runtime::Participant {
  public:
    struct End {
        runtime::FileDescriptor socket;  // none where nobody follows
        std::optional<Address>
            client{};       // where there is a socket; none: the proxy tells of nobody
        std::string why{};  // where there is none: for people; empty if it is no news
    };
    // On the lane.
    using OnEnd = std::function<void(End)>;

    // `longest`: what it may take.
    ProxyGreeting(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                  Duration longest, OnEnd on_end);
    ~ProxyGreeting() override;

    // Once it is a participant of its lane.
    void start();

    void on_ready(std::uint32_t events) override;
    void on_deadline() override;
    void on_stop() override { end({}); }

  private:
    void read_header();
    // After a header that tells of nobody.
    void look_for_a_byte();
    void end(End end);

    runtime::Lane& lane_;
    const port::Token token_;
    runtime::FileDescriptor socket_;
    const Duration longest_;
    OnEnd on_end_;
    ByteBuffer header_;  // what has arrived of it
    bool is_heard_ = false;
};

}  // namespace kleber::net
