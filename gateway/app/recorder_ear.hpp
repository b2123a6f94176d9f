#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/app/recorder_seat.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::app {

// The client, while there is something to listen to, and the seat's clock. Its session begins anew
// where other topics are wanted.
class RecorderSeat::Ear : public runtime::Participant {
  public:
    Ear(RecorderSeat& seat, port::Token token) : seat_(seat), lane_(seat.lane()), token_(token) {}

    // To nothing at all where there are no filters.
    void listen_to(std::vector<std::string> filters);
    // The next writing comes then, unless one comes before.
    void flush_by(SteadyTime time);
    void flushed() { flush_at_.reset(); }

    void on_reply(port::Reply&& reply) override;
    void on_deadline() override;
    void on_stop() override;

  private:
    void attach();
    void detach();
    void subscribe();
    void closed(ReasonCode reason);
    void look_at(const std::vector<ReasonCode>& codes);
    void give_credit();
    void set_deadline();

    RecorderSeat& seat_;
    runtime::Lane& lane_;
    const port::Token token_;
    std::vector<std::string> filters_;
    port::ClientRef client_;
    bool is_attaching_ = false;
    bool is_away_ = false;  // as the log was told
    std::string refused_;   // the same
    std::uint32_t heard_bytes_ = 0;
    std::optional<SteadyTime> flush_at_;
    std::optional<SteadyTime> come_back_at_;
};

}  // namespace kleber::app
