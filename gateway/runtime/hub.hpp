#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/broker/broker.hpp"
#include "gateway/port/outbox.hpp"
#include "gateway/runtime/exchange.hpp"
#include "gateway/runtime/keeper.hpp"
#include "gateway/runtime/mailbox.hpp"
#include "gateway/runtime/wake_up.hpp"

namespace kleber::runtime {

// A request from another thread than the broker's.
struct Letter {
    port::SeatId from;
    port::Request request;
};

// The broker and the thread it lives on: that of the first lane, whose exchange is a plain call.
// Other lanes exchange batches through mailboxes.
class Hub : public Exchange {
  public:
    Hub(const broker::Limits& limits, std::size_t lane_count, std::uint64_t seed);

    // -- on the first lane's thread

    void exchange(Lane& lane) override;
    void attend(Lane& lane) override;
    void shrink() override;
    std::optional<SteadyTime> before_sleep(Lane& lane) override;
    broker::Broker& broker() { return broker_; }
    // Before the first exchange: what must survive goes to this journal from now on.
    void keep(port::Journal& journal) {
        keeper_ = std::make_unique<Keeper>(journal, *wake_ups_[0]);
    }
    // Null if nothing is kept.
    Keeper* keeper() { return keeper_.get(); }
    // At the end, when nobody is left: what was recorded is made safe, if the disk lets it.
    void finish(Lane& lane);
    // Ends the journal's thread; while the lanes are still there.
    void end_keeping() { keeper_.reset(); }

    // -- for the other lanes

    // Leaves the batch empty, and waits while there is no room.
    void post(std::vector<Letter>& letters);
    Mailbox<port::Reply>& outbox_of(port::SeatId seat) { return *replies_[seat.value]; }
    // Who is to be woken with a batch; before the first exchange.
    void set_wake_up(port::SeatId seat, WakeUp& wake_up) { wake_ups_[seat.value] = &wake_up; }

  private:
    // A lane that posts more than this waits until the broker has caught up.
    static constexpr std::size_t kInboxMax = 8192;
    static constexpr Duration kLookAgain{1000};
    // How long the end waits for the disk.
    static constexpr Duration kFinishMax{3000};

    bool has_other_lanes() const { return wake_ups_.size() > 1; }
    void send_out(Lane& lane);
    void hear_keeper(Lane& lane);
    void hand_over(Lane& lane, bool everything);

    broker::Broker broker_;
    port::Outbox outbox_;
    std::vector<port::Request> requests_;
    std::vector<Letter> letters_;
    std::vector<port::Reply> replies_here_;

    Mailbox<Letter> inbox_{kInboxMax};
    std::vector<std::unique_ptr<Mailbox<port::Reply>>> replies_;  // by seat
    std::vector<WakeUp*> wake_ups_;                               // by seat
    std::unique_ptr<Keeper> keeper_;
    SteadyTime look_again_at_{};
};

// How a further lane reaches the hub.
class RemoteExchange : public Exchange {
  public:
    explicit RemoteExchange(Hub& hub) : hub_(hub) {}

    void exchange(Lane& lane) override;
    void attend(Lane&) override {}
    void shrink() override;
    std::optional<SteadyTime> before_sleep(Lane& lane) override;

  private:
    Hub& hub_;
    std::vector<Letter> letters_;
    std::vector<port::Reply> replies_;
};

}  // namespace kleber::runtime
