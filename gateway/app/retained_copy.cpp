#include "gateway/app/retained_copy.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "gateway/app/client_words.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/runtime/clock.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

using connection::Ticket;

// What was never subscribed to.
constexpr std::string_view kQuestion = "kleber/import/question";
// The old broker is read as fast as it sends, or it may drop what is left; up to here.
constexpr std::size_t kWaitingBytesMax = 64 << 20;
constexpr Duration kProgressEvery{500};
// How long a broker that has answered may take to look for retained messages.
constexpr Duration kWait{3000};

int poll_timeout(std::optional<SteadyTime> until, SteadyTime now) {
    if (!until) return -1;
    return static_cast<int>(
        std::clamp<std::int64_t>((*until - now).count(), 0, std::numeric_limits<int>::max()));
}

std::optional<SteadyTime> earlier(std::optional<SteadyTime> a, std::optional<SteadyTime> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

std::string place_of(const ClientArguments& where) {
    return server_text(where.host, where.port);
}

std::string counted(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " retained message" : " retained messages");
}

}  // namespace

RetainedCopy::RetainedCopy(const ImportRetainedOptions& options, connection::ClientOptions from,
                           connection::ClientOptions to, const Streams& streams)
    : options_(options),
      streams_(streams),
      from_(std::move(from)),
      to_(std::move(to)),
      now_(runtime::read_clock()) {
    if (options.timeout_seconds) {
        give_up_at_ =
            now_.steady + Duration{static_cast<Duration::rep>(*options.timeout_seconds * 1000)};
    }
}

int RetainedCopy::run() {
    if (!dial(from_, options_.from) || !dial(to_, options_.to)) return kExitFailure;
    while (!status_) {
        wait();
        take_from_old();
        look_at_wait();
        take_from_gateway();
        publish_waiting();
        if (has_all_ && waiting_.empty() && settled_ == asked_)
            finish(refused_ > 0 ? kExitFailure : 0);
        if (!status_ && give_up_at_ && now_.steady >= *give_up_at_) {
            say(streams_, "timed out");
            finish(kExitTimedOut);
        }
        show_progress();
    }
    hang_up();
    return tell_result();
}

bool RetainedCopy::dial(net::ClientLink& link, const ClientArguments& where) {
    // Looking up a name takes as long as it takes.
    interrupt_.lift();
    auto addresses = net::resolve(where.host, where.port, net::Purpose::Connect);
    interrupt_.restore();
    now_ = runtime::read_clock();
    if (addresses) {
        link.open(std::move(*addresses), now_);
        return true;
    }
    say(streams_, "cannot connect to " + place_of(where) + ": " + addresses.error());
    return false;
}

// Until something has come, or a deadline.
void RetainedCopy::wait() {
    std::array<pollfd, 3> watched{{{-1, 0, 0}, {-1, 0, 0}, {interrupt_.descriptor(), POLLIN, 0}}};
    const std::array<net::ClientLink*, 2> links{&from_, &to_};
    std::optional<SteadyTime> until = earlier(give_up_at_, wait_until_);
    for (std::size_t index = 0; index < links.size(); ++index) {
        net::ClientLink& link = *links[index];
        link.flush(now_);
        if (!link.is_open()) continue;
        std::uint32_t events = link.wanted_events();
        if (&link == &from_ && waiting_bytes_ > kWaitingBytesMax) {
            events &= ~static_cast<std::uint32_t>(POLLIN);
        }
        watched[index] = {link.descriptor(), static_cast<short>(events), 0};
        until = earlier(until, link.deadline());
    }
    const bool has_events = !from_.events().empty() || !to_.events().empty();
    const int timeout = has_events ? 0 : poll_timeout(until, runtime::read_clock().steady);
    const bool is_ready = ::poll(watched.data(), watched.size(), timeout) > 0;
    now_ = runtime::read_clock();
    for (std::size_t index = 0; index < links.size(); ++index) {
        net::ClientLink& link = *links[index];
        const auto events = static_cast<std::uint32_t>(watched[index].revents);
        if (is_ready && events != 0) link.on_ready(events, now_);
        if (const auto due = link.deadline(); due && now_.steady >= *due) link.on_deadline(now_);
    }
    if (!is_ready || watched[2].revents == 0) return;
    interrupt_.clear();
    interrupt_.lift();
    finish(kExitInterrupted);
}

void RetainedCopy::take_from_old() {
    for (const connection::ClientEvent& event : std::exchange(from_.events(), {})) {
        if (const auto* received = std::get_if<connection::Received>(&event)) {
            receive(*received);
        } else if (std::holds_alternative<connection::Connected>(event)) {
            from_was_connected_ = true;
            ask(passes_.start());
        } else if (const auto* subscribed = std::get_if<connection::Subscribed>(&event)) {
            const ReasonCode code = subscribed->codes.front();
            if (is_error(code)) {
                say(streams_, options_.filter + ": not subscribed: " + reason_text(code));
                finish(kExitFailure);
            } else {
                ask(passes_.subscribed());
            }
        } else if (std::holds_alternative<connection::Unsubscribed>(event)) {
            ask(passes_.answered());
        } else if (const auto* ended = std::get_if<connection::Ended>(&event)) {
            if (!has_all_) end(*ended, options_.from, from_was_connected_);
        }
    }
}

// What is published meanwhile comes without RETAIN; what begins with $ is the broker's own.
void RetainedCopy::receive(const connection::Received& received) {
    const port::MessageRef& message = received.message;
    if (message->topic().starts_with('$') || message->payload().empty()) return;
    has_seen_unmarked_ = has_seen_unmarked_ || !received.retain;
    if (!received.retain && !options_.takes_unmarked) return;
    if (has_all_ || !passes_.arrived(message->topic())) return;
    waiting_.push_back(message);
    waiting_bytes_ += message->weight_bytes();
}

void RetainedCopy::ask(Next next) {
    auto turn = from_.turn(now_);
    const codec::mqtt::Subscription everything{.filter = options_.filter, .qos = Qos::AtMostOnce};
    Status<ReasonCode> asked = Success{};
    switch (next) {
        case Next::Subscribe:
            asked = from_.client().subscribe({&everything, 1}, std::nullopt, Ticket{}, turn);
            break;
        case Next::Question:
            asked = from_.client().unsubscribe({&kQuestion, 1}, Ticket{}, turn);
            break;
        case Next::Wait:
            wait_until_ = now_.steady + kWait;
            break;
        case Next::Done:
            has_all_ = true;
            from_.hang_up(now_);
            break;
        case Next::NeverEnds:
            say(streams_, "there are always more retained messages: copy them in parts, --topic");
            finish(kExitFailure);
            break;
    }
    if (asked) return;
    say(streams_, "cannot subscribe: " + reason_text(asked.error()));
    finish(kExitFailure);
}

void RetainedCopy::look_at_wait() {
    if (!wait_until_ || (!passes_.has_come() && now_.steady < *wait_until_)) return;
    wait_until_.reset();
    ask(passes_.waited());
}

void RetainedCopy::take_from_gateway() {
    for (const connection::ClientEvent& event : std::exchange(to_.events(), {})) {
        if (const auto* published = std::get_if<connection::Published>(&event)) {
            settle(is_error(published->reason) ? reason_text(published->reason) : std::string{});
        } else if (const auto* discarded = std::get_if<connection::Discarded>(&event)) {
            settle(reason_text(discarded->reason));
        } else if (std::holds_alternative<connection::Connected>(event)) {
            to_was_connected_ = true;
        } else if (const auto* ended = std::get_if<connection::Ended>(&event)) {
            end(*ended, options_.to, to_was_connected_);
        }
    }
}

// Empty if it was taken.
void RetainedCopy::settle(const std::string& refusal) {
    ++settled_;
    if (refusal.empty()) return;
    ++refused_;
    if (refusal != last_refusal_) say(streams_, "the gateway takes not all: " + refusal);
    last_refusal_ = refusal;
}

void RetainedCopy::publish_waiting() {
    while (to_was_connected_ && !status_ && !waiting_.empty()) {
        const port::Message& message = *waiting_.front();
        auto turn = to_.turn(now_);
        const auto queued = to_.client().publish({.topic = message.topic(),
                                                  .properties = message.properties(),
                                                  .payload = message.payload(),
                                                  .qos = Qos::AtLeastOnce,
                                                  .retain = true,
                                                  .expires_at = message.expires_at()},
                                                 Ticket{}, turn);
        if (!queued && queued.error() == ReasonCode::QuotaExceeded) return;
        ++asked_;
        if (!queued) settle(reason_text(queued.error()));
        waiting_bytes_ -= message.weight_bytes();
        waiting_.pop_front();
    }
}

void RetainedCopy::end(const connection::Ended& ended, const ClientArguments& where,
                       bool was_connected) {
    if (status_) return;
    std::string why = was_connected
                          ? why_lost(ended, place_of(where))
                          : why_not_connected(ended, place_of(where), where.user.has_value());
    if (&where == &options_.to) {
        why += " (this is the gateway: --to, --to-port, --to-user, --to-password-file)";
    }
    say(streams_, why);
    finish(kExitFailure);
}

void RetainedCopy::show_progress() {
    if (::isatty(streams_.error) == 0) return;
    if (!status_ && now_.steady - progress_at_ < kProgressEvery) return;
    progress_at_ = now_.steady;
    std::string line = '\r' + counted(settled_) + " copied";
    if (status_) line = "\r\x1B[K";
    write_all(streams_.error, as_bytes(line), interrupt_.descriptor());
}

void RetainedCopy::hang_up() {
    from_.hang_up(now_);
    to_.hang_up(now_);
    give_up_at_.reset();
    wait_until_.reset();
    while (from_.is_open() || to_.is_open()) {
        from_.events().clear();
        to_.events().clear();
        wait();
    }
}

int RetainedCopy::tell_result() {
    if (!from_was_connected_ || !to_was_connected_) return *status_;
    std::string line = counted(settled_ - refused_) + " copied";
    if (refused_ > 0) line += ", " + std::to_string(refused_) + " refused";
    if (!has_all_ || settled_ != passes_.topic_count()) line += ", not all that there are";
    line += '\n';
    if (has_all_ && passes_.topic_count() == 0 && has_seen_unmarked_) {
        say(streams_, "all messages came without RETAIN; from Mosca, take them with --unmarked");
    }
    write_all(streams_.out, as_bytes(line), interrupt_.descriptor());
    return *status_;
}

}  // namespace kleber::app
