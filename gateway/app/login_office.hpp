#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/auth/failed_logins.hpp"
#include "gateway/auth/login_check.hpp"
#include "gateway/net/connection_limits.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/runtime/worker.hpp"

namespace kleber::app {

// Answers the lanes who a client is: at once where that is cheap, else on threads of its own, so
// that no message waits for the hash of a password. One core is left to the lanes, if there are
// several. Whose turn would come too late is sent away at once, and those of whom too many wait who
// come from the same place: the gateway is busy. Who has gone meanwhile costs nothing. Failed
// logins are told to the log, and answered as FailedLogins says.
class LoginOffice : public port::Authenticator {
  public:
    // A right password came by whose hash is outdated. Called on one of the threads.
    using Upgrade = std::function<void(const std::string& user, const auth::PasswordHash& outdated,
                                       const auth::PasswordHash& better)>;
    // Runtime and check outlive it.
    LoginOffice(runtime::Runtime& runtime, auth::LoginCheck& check, Upgrade upgrade);
    ~LoginOffice() override;

    // Those that it has seen.
    auth::FailedLogins& failed_logins() { return failed_logins_; }

    std::optional<port::Verdict> verify(port::Credentials&& credentials,
                                        port::Ticket ticket) override;
    bool is_banned(std::string_view address, SteadyTime now) const override;

  private:
    // None of this machine is counted: all that come through a proxy are from here.
    bool count_in(const std::string& origin) { return origin.empty() || waiting_.admit(origin); }
    void count_out(const std::string& origin) {
        if (!origin.empty()) waiting_.release(origin);
    }
    void check(const port::Credentials& credentials, port::Ticket ticket);
    // How long the refusal is kept back.
    Duration note_failure(const port::Credentials& credentials, port::Ticket ticket);

    runtime::Runtime& runtime_;
    auth::LoginCheck& check_;
    auth::FailedLogins failed_logins_;
    const Upgrade upgrade_;
    std::atomic<bool> is_closing_{false};
    net::ConnectionLimits waiting_;  // those that wait here, by where they come from
    runtime::Worker worker_;         // the last one: it uses all others
};

}  // namespace kleber::app
