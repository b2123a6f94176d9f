#pragma once

#include <cstdint>

#include "gateway/base/reason_code.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/port/reply.hpp"

namespace kleber::runtime {

// Something that lives on a lane: a listener, a link to a client, the control socket, signals. The
// lane calls it, always from its own thread and never while another call of the lane's is under
// way.
class Participant {
  public:
    virtual ~Participant() = default;

    // Its descriptor can be read or written: a mask of EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
    virtual void on_ready(std::uint32_t /*events*/) {}
    // The broker answers.
    virtual void on_reply(port::Reply&& /*reply*/) {}
    // What the authenticator says of the credentials that it passed on.
    virtual void on_verdict(port::Verdict&& /*verdict*/) {}
    // The deadline it has set has come.
    virtual void on_deadline() {}
    // The end of a turn in which it was marked with Lane::flush_later(): write.
    virtual void on_flush() {}
    // The gateway stops: say good-bye; what is written now still leaves.
    virtual void on_stop() {}
};

}  // namespace kleber::runtime
