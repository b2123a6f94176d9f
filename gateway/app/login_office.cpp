#include "gateway/app/login_office.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

#include "gateway/net/address.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

// 19 MiB each.
constexpr std::size_t kThreadsMax = 4;
// What one thread of a Pi 4 gets through within the connect timeout.
constexpr std::size_t kWaitingMaxPerThread = 50;
// So that no stranger alone keeps everybody else out.
constexpr std::size_t kOriginsAtLeast = 4;

std::size_t thread_count() {
    const std::size_t cores = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(cores, 2, kThreadsMax + 1) - 1;
}

port::Verdict busy(const char* detail) {
    return {.reason = ReasonCode::ServerBusy, .user = {}, .detail = detail};
}

bool is_awaited(const port::Credentials& credentials) {
    return !credentials.asker.expired() && runtime::read_clock().steady < credentials.until;
}

}  // namespace

LoginOffice::LoginOffice(runtime::Runtime& runtime, auth::LoginCheck& check, Upgrade upgrade)
    : runtime_(runtime),
      check_(check),
      upgrade_(std::move(upgrade)),
      worker_(kWaitingMaxPerThread * thread_count(), thread_count()) {
    waiting_.set(
        0, static_cast<std::uint32_t>(kWaitingMaxPerThread * thread_count() / kOriginsAtLeast));
}

LoginOffice::~LoginOffice() {
    is_closing_.store(true, std::memory_order_relaxed);
}

std::optional<port::Verdict> LoginOffice::verify(port::Credentials&& credentials,
                                                 port::Ticket ticket) {
    if (auto verdict = check_.check_at_once(credentials)) return verdict;
    std::string origin = net::origin_in(credentials.address);
    if (!count_in(origin)) return busy("too many logins from there wait to be verified");
    auto shared = std::make_shared<port::Credentials>(std::move(credentials));
    const bool is_taken = worker_.give([this, ticket, origin, shared = std::move(shared)] {
        count_out(origin);
        check(*shared, ticket);
    });
    if (is_taken) return std::nullopt;
    count_out(origin);
    return busy("too many logins wait to be verified");
}

void LoginOffice::check(const port::Credentials& credentials, port::Ticket ticket) {
    // At the end nobody is left who waits.
    if (is_closing_.load(std::memory_order_relaxed) || !is_awaited(credentials)) return;
    auth::LoginCheck::Checked checked = check_.check(credentials);
    runtime_.lane(ticket.seat.value).post(ticket.token, std::move(checked.verdict));
    if (!checked.outdated) return;
    const auto better = auth::PasswordHash::of_chosen(credentials.password.bytes());
    if (better) upgrade_(credentials.user, *checked.outdated, *better);
}

}  // namespace kleber::app
