#include "gateway/runtime/runtime.hpp"

#include <utility>

namespace kleber::runtime {

Runtime::Runtime(const Options& options, LogSink& sink)
    : hub_(options.limits, options.lane_count, options.seed),
      other_lanes_left_(options.lane_count - 1) {
    for (std::size_t index = 0; index < options.lane_count; ++index) {
        const port::SeatId seat{static_cast<std::uint16_t>(index)};
        logs_.push_back(
            std::make_unique<Log>(sink, options.log_level, options.log_lines_per_second_max));
        lanes_.push_back(std::make_unique<Lane>(seat, *logs_.back()));
        hub_.set_wake_up(seat, lanes_.back()->wake_up());
    }
}

Runtime::~Runtime() {
    // The journal's thread may be about to wake the first lane, or have a job that knows it.
    hub_.end_keeping();
}

void Runtime::run() {
    for (std::size_t index = 1; index < lanes_.size(); ++index) {
        threads_.emplace_back([this, index] {
            RemoteExchange exchange{hub_};
            lanes_[index]->run(exchange);
            // The broker's thread is the last to go: the others' clients still take their leave.
            if (--other_lanes_left_ == 0) lanes_.front()->stop();
        });
    }
    lanes_.front()->run(hub_);
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    hub_.finish(*lanes_.front());
}

void Runtime::stop() {
    if (lanes_.size() == 1) lanes_.front()->stop();
    for (std::size_t index = 1; index < lanes_.size(); ++index) lanes_[index]->stop();
}

void Runtime::set_authorizer(const port::AuthorizerRef& authorizer) {
    hub_.broker().set_authorizer(authorizer);
    lanes_.front()->set_authorizer(authorizer);
    for (std::size_t index = 1; index < lanes_.size(); ++index) {
        Lane& lane = *lanes_[index];
        if (threads_.empty()) {
            // Not posted: somebody could be let in before the lane gets to it.
            lane.set_authorizer(authorizer);
        } else {
            lane.post([&lane, authorizer] { lane.set_authorizer(authorizer); });
        }
    }
}

void Runtime::when_lanes_have_heard(std::function<void()> task) {
    if (threads_.empty()) return task();
    struct Wait {
        std::atomic<std::size_t> lanes_left;
        std::function<void()> task;
    };
    auto wait = std::make_shared<Wait>();
    wait->lanes_left = lanes_.size() - 1;
    wait->task = std::move(task);
    for (std::size_t index = 1; index < lanes_.size(); ++index) {
        lanes_[index]->post([wait, &first = first_lane()] {
            if (--wait->lanes_left == 0) first.post([wait] { wait->task(); });
        });
    }
}

void Runtime::set_log_level(LogLevel level) {
    for (std::size_t index = 0; index < lanes_.size(); ++index) {
        Log& log = *logs_[index];
        lanes_[index]->post([&log, level] { log.set_level(level); });
    }
}

}  // namespace kleber::runtime
