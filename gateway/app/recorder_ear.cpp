#include "gateway/app/recorder_ear.hpp"

#include <algorithm>
#include <memory>
#include <variant>

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

constexpr const char* kClientId = "$recorder";
constexpr Duration kComeBack = 10s;
constexpr std::uint32_t kCreditBytes = 1 << 20;

}  // namespace

void RecorderSeat::Ear::listen_to(std::vector<std::string> filters) {
    filters_ = std::move(filters);
    come_back_at_.reset();
    if (!is_attaching_) {
        detach();
        if (!filters_.empty()) attach();
    }
    set_deadline();
}

void RecorderSeat::Ear::flush_by(SteadyTime time) {
    if (flush_at_ && *flush_at_ <= time) return;
    flush_at_ = time;
    set_deadline();
}

void RecorderSeat::Ear::on_reply(port::Reply&& reply) {
    if (const auto* delivery = std::get_if<port::Deliver>(&reply.body)) {
        heard_bytes_ += delivery->message->weight_bytes();
        seat_.hear(*delivery);
        give_credit();
    } else if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
        client_ = attached->client;
        is_attaching_ = false;
        // What of the last session was still on its way is none of this one's.
        heard_bytes_ = 0;
        if (filters_.empty()) return detach();
        subscribe();
    } else if (const auto* subscribed = std::get_if<port::Subscribed>(&reply.body)) {
        if (subscribed->codes) look_at(*subscribed->codes);
    } else if (const auto* close = std::get_if<port::Close>(&reply.body)) {
        closed(close->reason);
    }
}

void RecorderSeat::Ear::on_deadline() {
    const SteadyTime now = lane_.now().steady;
    if (come_back_at_ && *come_back_at_ <= now) attach();
    if (flush_at_ && *flush_at_ <= now) seat_.flush();
    set_deadline();
}

void RecorderSeat::Ear::on_stop() {
    seat_.ear_ = nullptr;
    seat_.hand_over();
    detach();
    lane_.remove(token_);
}

void RecorderSeat::Ear::attach() {
    come_back_at_.reset();
    is_attaching_ = true;
    auto details = std::make_unique<port::Attach::Details>();
    details->client_id = kClientId;
    details->credit = {.slots = 0, .bytes = kCreditBytes};
    details->protocol = "inside";
    details->is_ours = true;
    lane_.requests().push_back(port::Attach{token_, std::move(details)});
}

void RecorderSeat::Ear::detach() {
    if (client_ == port::ClientRef{}) return;
    lane_.requests().push_back(port::Detach{.client = client_});
    client_ = {};
    heard_bytes_ = 0;
}

// Kicked, or there are too many sessions. The log is told when that begins and when it ends.
void RecorderSeat::Ear::closed(ReasonCode reason) {
    client_ = {};
    heard_bytes_ = 0;
    is_attaching_ = false;
    if (filters_.empty()) return;
    if (!std::exchange(is_away_, true)) {
        seat_.tell("the recorder's session has ended (" + std::string{name_of(reason)} +
                   "); until it is back nothing is recorded");
    }
    come_back_at_ = lane_.now().steady + kComeBack;
    set_deadline();
}

void RecorderSeat::Ear::subscribe() {
    auto details = std::make_unique<port::Subscribe::Details>();
    for (const std::string& filter : filters_) {
        // What is retained was said some other time.
        details->filters.push_back(
            {.filter = filter,
             .options = {.retain_as_published = true,
                         .retain_handling = port::RetainHandling::DoNotSend}});
    }
    lane_.requests().push_back(port::Subscribe{client_, {}, std::move(details)});
}

void RecorderSeat::Ear::look_at(const std::vector<ReasonCode>& codes) {
    if (std::exchange(is_away_, false)) seat_.tell("the recorder's session is back");
    std::string refused;
    for (std::size_t number = 0; number < std::min(codes.size(), filters_.size()); ++number) {
        if (!is_error(codes[number])) continue;
        refused.append(refused.empty() ? "" : ", ").append(filters_[number]);
        refused.append(" (").append(name_of(codes[number])).append(")");
    }
    if (!refused.empty() && refused != refused_) {
        seat_.tell("the broker refuses what the recorder is to listen to: " + refused);
    }
    refused_ = std::move(refused);
}

// In large portions: not a request a message.
void RecorderSeat::Ear::give_credit() {
    if (client_ == port::ClientRef{} || heard_bytes_ < kCreditBytes / 4) return;
    lane_.requests().push_back(port::Credit{client_, {.slots = 0, .bytes = heard_bytes_}});
    heard_bytes_ = 0;
}

void RecorderSeat::Ear::set_deadline() {
    std::optional<SteadyTime> next = flush_at_;
    if (come_back_at_ && (!next || *come_back_at_ < *next)) next = come_back_at_;
    lane_.set_deadline(token_, next);
}

}  // namespace kleber::app
