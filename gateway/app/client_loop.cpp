#include "gateway/app/client_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "gateway/app/client_words.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

constexpr Duration kFirstDelay{500};
constexpr Duration kDelayMax{30'000};
// A connection that lasted so long was a good one: the next loss begins with the first delay.
constexpr Duration kProven{60'000};

int poll_timeout(std::optional<SteadyTime> until, SteadyTime now) {
    if (!until) return -1;
    const auto left =
        std::clamp<std::int64_t>((*until - now).count(), 0, std::numeric_limits<int>::max());
    return static_cast<int>(left);
}

std::optional<SteadyTime> earlier(std::optional<SteadyTime> a, std::optional<SteadyTime> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

}  // namespace

ClientLoop::ClientLoop(const ClientArguments& arguments, connection::ClientOptions options,
                       const Streams& streams)
    : host_(arguments.host),
      port_(arguments.port),
      has_user_(arguments.user.has_value()),
      streams_(streams),
      link_(std::move(options)),
      now_(runtime::read_clock()) {}

void ClientLoop::connect() {
    connect_at_.reset();
    // Looking up a name takes as long as it takes.
    interrupt_.lift();
    auto addresses = net::resolve(host_, port_, net::Purpose::Connect);
    interrupt_.restore();
    now_ = runtime::read_clock();
    if (addresses) {
        link_.open(std::move(*addresses), now_);
    } else {
        link_.events().emplace_back(connection::Ended{.reason = ReasonCode::ServerUnavailable,
                                                      .by = connection::EndedBy::Link,
                                                      .detail = addresses.error()});
    }
}

ClientLoop::Woken ClientLoop::wait(const Until& until) {
    link_.flush(now_);
    const bool is_due = connect_at_ && now_.steady >= *connect_at_;
    if (is_due && !link_.is_open()) connect();

    std::array<pollfd, 3> watched{
        {{-1, 0, 0}, {interrupt_.descriptor(), POLLIN, 0}, {until.input, POLLIN, 0}}};
    if (link_.is_open()) {
        watched[0] = {link_.descriptor(), static_cast<short>(link_.wanted_events()), 0};
    }
    int timeout = poll_timeout(earlier(earlier(until.time, link_.deadline()), connect_at_),
                               runtime::read_clock().steady);
    if (!link_.events().empty()) timeout = 0;
    const bool is_ready = ::poll(watched.data(), watched.size(), timeout) > 0;
    now_ = runtime::read_clock();
    if (is_ready) link_.on_ready(static_cast<std::uint32_t>(watched[0].revents), now_);
    if (const auto due = link_.deadline(); due && now_.steady >= *due) link_.on_deadline(now_);

    const Woken woken{.by_interrupt = is_ready && watched[1].revents != 0,
                      .by_input = is_ready && watched[2].revents != 0};
    if (woken.by_interrupt) {
        interrupt_.clear();
        interrupt_.lift();
    }
    return woken;
}

std::vector<connection::ClientEvent> ClientLoop::take_events() {
    auto events = std::exchange(link_.events(), {});
    for (const connection::ClientEvent& event : events) {
        if (std::holds_alternative<connection::Connected>(event)) take_note_of_connection();
    }
    return events;
}

void ClientLoop::take_note_of_connection() {
    if (is_trying_again_) say(streams_, "connected to " + server_text(host_, port_) + " again");
    is_trying_again_ = false;
    has_connected_ = true;
    connected_at_ = now_.steady;
    last_said_.clear();
}

Duration ClientLoop::next_delay() {
    const bool was_proven = !is_trying_again_ && now_.steady - connected_at_ >= kProven;
    if (was_proven || delay_ == Duration{}) {
        delay_ = kFirstDelay;
    } else {
        delay_ = std::min(delay_ * 2, kDelayMax);
    }
    return delay_;
}

bool ClientLoop::recover(const connection::Ended& ended) {
    const std::string server = server_text(host_, port_);
    std::string text = has_connected_ && !is_trying_again_
                           ? why_lost(ended, server)
                           : why_not_connected(ended, server, has_user_);
    const bool goes_on = has_connected_ && may_try_again(ended);
    // The same trouble is told once, however often it is tried.
    if (text != last_said_ || !goes_on) say(streams_, goes_on ? text + "; trying again" : text);
    last_said_ = std::move(text);
    if (!goes_on) return false;
    connect_at_ = now_.steady + next_delay();
    is_trying_again_ = true;
    return true;
}

bool ClientLoop::close() {
    connect_at_.reset();
    link_.hang_up(now_);
    while (link_.is_open()) {
        link_.events().clear();
        wait({});
    }
    return link_.has_written_all();
}

}  // namespace kleber::app
