#include "tests/bench/doors/flow.hpp"

#include <stdexcept>

namespace kleber::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kTopic = "home/kitchen/temperature";
constexpr auto kPatience = 60s;

}  // namespace

Flow::Flow(std::uint16_t port, std::uint32_t rate, std::size_t payload_bytes)
    : pause_(std::chrono::nanoseconds{1s} / rate),
      payload_(payload_bytes),
      publisher_(poll_, {Door::Tcp, port, nullptr}, "flow-publisher", no_ticket_),
      subscriber_(poll_, {Door::Tcp, port, nullptr}, "flow-subscriber", no_ticket_) {
    poll_.turn_until([&] { return publisher_.is_in() && subscriber_.is_in(); }, kPatience);
    subscriber_.subscribe(kTopic, Qos::AtMostOnce, [this](Bytes payload) { on_payload(payload); });
    poll_.turn_until([&] { return subscriber_.is_subscribed(); }, kPatience);
}

void Flow::run(const std::atomic<bool>& is_over) {
    auto due = Clock::now();
    while (!is_over) {
        auto now = Clock::now();
        for (; due <= now; due += pause_) publish(due);
        poll_.turn(due - now);
    }
    poll_.turn_until([&] { return arrived_count_ == samples_.size(); }, kPatience);
}

void Flow::publish(Clock::time_point due) {
    samples_.push_back({due, Clock::now(), {}});
    publisher_.publish(kTopic, payload_.make(samples_.size() - 1), Qos::AtMostOnce);
}

void Flow::on_payload(Bytes payload) {
    if (payload_.read(payload) != arrived_count_) {
        throw std::runtime_error{"a message of the flow is lost, doubled or out of order"};
    }
    samples_[arrived_count_++].arrived = Clock::now();
}

Latencies Flow::between(Clock::time_point begin, Clock::time_point end) const {
    Latencies latencies;
    for (const Sample& sample : samples_) {
        if (sample.due >= begin && sample.due < end) latencies.add(sample.arrived - sample.sent);
    }
    return latencies;
}

Latencies Flow::lateness(Clock::time_point begin, Clock::time_point end) const {
    Latencies latencies;
    for (const Sample& sample : samples_) {
        if (sample.due >= begin && sample.due < end) latencies.add(sample.sent - sample.due);
    }
    return latencies;
}

}  // namespace kleber::bench
