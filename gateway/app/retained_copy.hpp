#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "gateway/app/command_import_retained.hpp"
#include "gateway/app/interrupt.hpp"
#include "gateway/coming_over/retained_passes.hpp"
#include "gateway/net/client_link.hpp"

namespace kleber::app {

// One copy of retained messages: a client of the old broker and one of the gateway, on the thread
// that runs it. They are subscribed to with QoS 0 and published with QoS 1: mosquitto throws away
// what is more than 1,000 messages for a receiver of QoS 1, and each is to be acknowledged here.
class RetainedCopy {
  public:
    RetainedCopy(const ImportRetainedOptions& options, connection::ClientOptions from,
                 connection::ClientOptions to, const Streams& streams);

    // The exit status; all that there is to say has been said.
    int run();

  private:
    using Next = coming_over::RetainedPasses::Next;

    bool dial(net::ClientLink& link, const ClientArguments& where);
    void wait();
    void take_from_old();
    void take_from_gateway();
    void receive(const connection::Received& received);
    void settle(const std::string& refusal);
    void ask(Next next);
    void look_at_wait();
    void publish_waiting();
    void show_progress();
    void hang_up();
    void end(const connection::Ended& ended, const ClientArguments& where, bool was_connected);
    void finish(int status) {
        if (!status_) status_ = status;
    }
    int tell_result();

    const ImportRetainedOptions& options_;
    const Streams streams_;
    Interrupt interrupt_;
    net::ClientLink from_;
    net::ClientLink to_;
    Now now_;
    std::optional<SteadyTime> give_up_at_;
    SteadyTime progress_at_{};

    coming_over::RetainedPasses passes_;
    std::optional<SteadyTime> wait_until_;  // for a retained message
    bool has_all_ = false;                  // of the old broker
    bool has_seen_unmarked_ = false;
    bool from_was_connected_ = false;
    bool to_was_connected_ = false;
    std::deque<port::MessageRef> waiting_;  // for room in the gateway's client
    std::size_t waiting_bytes_ = 0;
    std::size_t asked_ = 0;
    std::size_t settled_ = 0;
    std::size_t refused_ = 0;
    std::string last_refusal_;
    std::optional<int> status_;
};

}  // namespace kleber::app
