#include "gateway/runtime/hub.hpp"

#include <limits>
#include <utility>

#include "gateway/runtime/lane.hpp"

namespace kleber::runtime {

Hub::Hub(const broker::Limits& limits, std::size_t lane_count, std::uint64_t seed)
    : broker_(limits, lane_count > 1 ? port::Sharing::ManyThreads : port::Sharing::OneThread, seed),
      outbox_(lane_count),
      wake_ups_(lane_count) {
    for (std::size_t seat = 0; seat < lane_count; ++seat) {
        // Bounded by what the broker may send to each client: it never waits for a lane.
        replies_.push_back(
            std::make_unique<Mailbox<port::Reply>>(std::numeric_limits<std::size_t>::max()));
    }
}

void Hub::exchange(Lane& lane) {
    if (keeper_ && (keeper_->has_answer() || lane.now().steady >= look_again_at_)) {
        hear_keeper(lane);
    }
    // First of all: who comes after a session's end must not find it.
    if (const auto deadline = broker_.deadline(); deadline && *deadline <= lane.now().steady) {
        broker_.on_deadline(lane.now(), outbox_);
        send_out(lane);
    }
    while (true) {
        if (has_other_lanes()) inbox_.take(letters_);
        if (lane.requests().empty() && letters_.empty()) break;
        requests_.swap(lane.requests());
        for (port::Request& request : requests_) {
            broker_.handle(lane.seat(), std::move(request), lane.now(), outbox_);
        }
        requests_.clear();
        for (Letter& letter : letters_) {
            broker_.handle(letter.from, std::move(letter.request), lane.now(), outbox_);
        }
        letters_.clear();
        send_out(lane);
    }
    if (keeper_ && broker_.has_due_changes(lane.now())) hand_over(lane, false);
}

void Hub::hear_keeper(Lane& lane) {
    // A disk that does not answer says nothing by itself.
    look_again_at_ = lane.now().steady + kLookAgain;
    // First: news that comes after it makes itself heard again.
    const std::unique_ptr<port::ChangeBatch> batch = keeper_->take_committed();
    if (keeper_->take_news(lane.now().steady)) {
        const std::optional<std::string> trouble = keeper_->trouble(lane.now().steady);
        broker_.set_in_trouble(trouble.has_value(), lane.now(), outbox_);
        send_out(lane);
        if (trouble) {
            lane.log().write(LogLevel::Error, lane.now(),
                             "the store cannot write, nothing more can be promised: " + *trouble);
        } else {
            lane.log().write(LogLevel::Warning, lane.now(), "the store works again");
        }
    }
    if (!batch) return;
    broker_.committed(*batch, lane.now(), outbox_);
    send_out(lane);
}

void Hub::hand_over(Lane& lane, bool everything) {
    std::unique_ptr<port::ChangeBatch> batch =
        broker_.take_changes(lane.now(), everything, outbox_);
    if (batch) keeper_->submit(std::move(batch));
    send_out(lane);
}

void Hub::finish(Lane& lane) {
    if (!keeper_) return;
    // Perhaps one that is out, then the last.
    for (int round = 0; round < 2; ++round) {
        hand_over(lane, true);
        if (!broker_.has_changes()) return;
        const std::unique_ptr<port::ChangeBatch> batch = keeper_->wait_for_committed(kFinishMax);
        if (!batch) {
            lane.log().write(LogLevel::Error, lane.now(),
                             "the store could not write what was open at the end");
            return;
        }
        broker_.committed(*batch, lane.now(), outbox_);
    }
}

void Hub::attend(Lane& lane) {
    if (!broker_.has_work()) return;
    broker_.work(lane.now(), outbox_);
    send_out(lane);
}

void Hub::shrink() {
    broker_.shrink();
    requests_.shrink_to_fit();
    letters_.shrink_to_fit();
    replies_here_.shrink_to_fit();
}

void Hub::send_out(Lane& lane) {
    for (std::size_t index = 0; index < outbox_.seat_count(); ++index) {
        const port::SeatId seat{static_cast<std::uint16_t>(index)};
        std::vector<port::Reply>& replies = outbox_.to(seat);
        if (replies.empty()) continue;
        if (seat == lane.seat()) {
            // Participants that are called may make requests, but no replies come of it before the
            // next round.
            replies_here_.swap(replies);
            lane.dispatch(replies_here_);
        } else {
            replies_[index]->post(replies);
            wake_ups_[index]->wake_if_asleep();
        }
    }
}

std::optional<SteadyTime> Hub::before_sleep(Lane& lane) {
    if (broker_.has_work()) return lane.now().steady;
    if (has_other_lanes()) {
        lane.wake_up().about_to_sleep();
        if (!inbox_.is_empty()) return lane.now().steady;
    }
    return broker_.deadline();
}

void Hub::post(std::vector<Letter>& letters) {
    if (letters.empty()) return;
    inbox_.post(letters);
    wake_ups_.front()->wake_if_asleep();
}

void RemoteExchange::shrink() {
    letters_.shrink_to_fit();
    replies_.shrink_to_fit();
}

void RemoteExchange::exchange(Lane& lane) {
    do {
        for (port::Request& request : lane.requests()) {
            letters_.push_back({lane.seat(), std::move(request)});
        }
        lane.requests().clear();
        hub_.post(letters_);
        hub_.outbox_of(lane.seat()).take(replies_);
        lane.dispatch(replies_);
    } while (!lane.requests().empty());
}

std::optional<SteadyTime> RemoteExchange::before_sleep(Lane& lane) {
    lane.wake_up().about_to_sleep();
    if (!hub_.outbox_of(lane.seat()).is_empty()) return lane.now().steady;
    return std::nullopt;
}

}  // namespace kleber::runtime
