#include "gateway/app/login_office.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "gateway/app/for_people.hpp"
#include "gateway/net/address.hpp"
#include "gateway/runtime/clock.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

// 19 MiB each.
constexpr std::size_t kThreadsMax = 4;
constexpr const char* kTooManyFailed = "too many failed logins from there wait for their answers";
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

port::Verdict banned() {
    return {
        .reason = ReasonCode::Banned, .user = {}, .detail = "too many failed logins from there"};
}

// What etc/fail2ban/kleber.conf looks for: its shape is a promise. A name cannot end the quotes,
// nor the line.
std::string failure_line(const port::Credentials& credentials) {
    std::string user = text::excerpt(credentials.user);
    std::replace(user.begin(), user.end(), '"', '\'');
    return "login failed: user \"" + user + "\" from " + net::host_in(credentials.address);
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
    switch (failed_logins_.standing(origin, runtime::read_clock().steady)) {
        case auth::FailedLogins::Standing::Banned:
            return banned();
        case auth::FailedLogins::Standing::Waiting:
            return busy(kTooManyFailed);
        case auth::FailedLogins::Standing::Welcome:
            break;
    }
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
    auth::LoginCheck::Checked checked;
    // Those that were before it in the queue may have changed that.
    switch (failed_logins_.standing(net::origin_in(credentials.address),
                                    runtime::read_clock().steady)) {
        case auth::FailedLogins::Standing::Banned:
            checked.verdict = banned();
            break;
        case auth::FailedLogins::Standing::Waiting:
            checked.verdict = busy(kTooManyFailed);
            break;
        case auth::FailedLogins::Standing::Welcome:
            checked = check_.check(credentials);
            break;
    }
    if (checked.verdict.reason == ReasonCode::BadUserNameOrPassword) {
        checked.verdict.delay = note_failure(credentials, ticket);
    }
    runtime_.lane(ticket.seat.value).post(ticket.token, std::move(checked.verdict));
    if (!checked.outdated) return;
    const auto better = auth::PasswordHash::of_chosen(credentials.password.bytes());
    if (better) upgrade_(credentials.user, *checked.outdated, *better);
}

Duration LoginOffice::note_failure(const port::Credentials& credentials, port::Ticket ticket) {
    const std::string origin = net::origin_in(credentials.address);
    const auto consequence = failed_logins_.fail(origin, runtime::read_clock().steady);
    std::string line = failure_line(credentials);
    std::string ban_line;
    if (consequence.is_ban()) {
        const auto ban = std::chrono::duration_cast<std::chrono::seconds>(consequence.ban);
        ban_line = "too many failed logins: nobody may connect from " + origin + " for " +
                   in_words(ban) + "; `kleber reload` lifts all bans";
    }
    runtime::Lane& lane = runtime_.lane(ticket.seat.value);
    lane.post([&lane, line = std::move(line), ban_line = std::move(ban_line)] {
        lane.log().write(LogLevel::Warning, lane.now(), line);
        if (!ban_line.empty()) lane.log().write(LogLevel::Warning, lane.now(), ban_line);
    });
    return consequence.delay;
}

bool LoginOffice::is_banned(std::string_view address, SteadyTime now) const {
    return failed_logins_.has_bans(now) && failed_logins_.standing(net::origin_in(address), now) ==
                                               auth::FailedLogins::Standing::Banned;
}

}  // namespace kleber::app
