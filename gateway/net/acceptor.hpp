#pragma once

#include <cstdint>
#include <functional>

#include "gateway/net/address.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::net {

// Takes connections off one listening socket and hands them on.
class Acceptor : public runtime::Participant {
  public:
    // A connection that was accepted, not blocking; takes the descriptor. On the listener's lane.
    using OnAccept = std::function<void(runtime::FileDescriptor, const Address&)>;

    Acceptor(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
             OnAccept on_accept);
    ~Acceptor() override;

    void on_ready(std::uint32_t events) override;
    void on_deadline() override;
    void on_stop() override { close(); }

    // Frees the address at once and leaves the lane.
    void close();

  private:
    // So many at a time, that a storm of connections leaves time for those that are there.
    static constexpr int kAcceptedPerTurn = 64;

    void refuse_for_want_of_descriptors();

    runtime::Lane& lane_;
    const port::Token token_;
    runtime::FileDescriptor socket_;
    // Held back to be given up when there are no more, so that a connection can be taken and closed
    // instead of waiting in the queue and waking us for ever.
    runtime::FileDescriptor reserve_;
    OnAccept on_accept_;
    bool is_paused_ = false;
};

}  // namespace kleber::net
