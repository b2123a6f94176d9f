#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "gateway/auth/login_check.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/runtime/worker.hpp"

namespace kleber::app {

// Answers the lanes who a client is: at once where that is cheap, else on threads of its own, so
// that no message waits for the hash of a password. One core is left to the lanes, if there are
// several. Whose turn would come too late is sent away at once: the gateway is busy.
class LoginOffice : public port::Authenticator {
  public:
    // A right password came by whose hash is outdated. Called on one of the threads.
    using Upgrade = std::function<void(const std::string& user, const auth::PasswordHash& outdated,
                                       const auth::PasswordHash& better)>;
    // Runtime and check outlive it.
    LoginOffice(runtime::Runtime& runtime, auth::LoginCheck& check, Upgrade upgrade);
    ~LoginOffice() override;

    std::optional<port::Verdict> verify(port::Credentials&& credentials,
                                        port::Ticket ticket) override;

  private:
    void check(const port::Credentials& credentials, port::Ticket ticket);

    runtime::Runtime& runtime_;
    auth::LoginCheck& check_;
    const Upgrade upgrade_;
    std::atomic<bool> is_closing_{false};
    runtime::Worker worker_;  // the last one: it uses all others
};

}  // namespace kleber::app
