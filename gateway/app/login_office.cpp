#include "gateway/app/login_office.hpp"

#include <algorithm>
#include <memory>
#include <thread>
#include <utility>

namespace kleber::app {
namespace {

// 19 MiB each.
constexpr std::size_t kThreadsMax = 4;
// What one thread of a Pi 4 gets through within the connect timeout.
constexpr std::size_t kWaitingMaxPerThread = 50;

std::size_t thread_count() {
    const std::size_t cores = std::thread::hardware_concurrency();
    return std::clamp<std::size_t>(cores, 2, kThreadsMax + 1) - 1;
}

}  // namespace

LoginOffice::LoginOffice(runtime::Runtime& runtime, auth::LoginCheck& check, Upgrade upgrade)
    : runtime_(runtime),
      check_(check),
      upgrade_(std::move(upgrade)),
      worker_(kWaitingMaxPerThread * thread_count(), thread_count()) {}

LoginOffice::~LoginOffice() {
    is_closing_.store(true, std::memory_order_relaxed);
}

std::optional<port::Verdict> LoginOffice::verify(port::Credentials&& credentials,
                                                 port::Ticket ticket) {
    if (auto verdict = check_.check_at_once(credentials)) return verdict;
    const bool is_taken = worker_.give(
        [this, ticket, shared = std::make_shared<port::Credentials>(std::move(credentials))] {
            check(*shared, ticket);
        });
    if (is_taken) return std::nullopt;
    return port::Verdict{ReasonCode::ServerBusy, {}, "too many logins wait to be verified"};
}

void LoginOffice::check(const port::Credentials& credentials, port::Ticket ticket) {
    // At the end nobody is left who waits.
    if (is_closing_.load(std::memory_order_relaxed)) return;
    auth::LoginCheck::Checked checked = check_.check(credentials);
    runtime_.lane(ticket.seat.value).post(ticket.token, std::move(checked.verdict));
    if (!checked.outdated) return;
    const auto better = auth::PasswordHash::of_chosen(credentials.password.bytes());
    if (better) upgrade_(credentials.user, *checked.outdated, *better);
}

}  // namespace kleber::app
