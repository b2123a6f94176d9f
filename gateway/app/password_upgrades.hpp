#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gateway/auth/user_changes.hpp"
#include "gateway/base/time.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// Passwords in better hashes, as their users log in: gathered for a moment, so that a thousand who
// come back at once are a few changes of the file, and not a thousand.
class PasswordUpgrades {
  public:
    // Called on the lane's thread with all that have come.
    using Write = std::function<void(std::vector<auth::PasswordUpgrade> upgrades)>;
    // Before the lane runs.
    PasswordUpgrades(runtime::Lane& lane, Write write);

    // From any thread. What has come since the last time when the gateway stops is forgotten: there
    // is a next login.
    void add(auth::PasswordUpgrade upgrade);

  private:
    class Timer;
    static constexpr Duration kGatheringTime{2000};

    void gather(auth::PasswordUpgrade&& upgrade);
    void write();

    runtime::Lane& lane_;
    const Write write_;
    const port::Token token_;
    std::map<std::string, auth::PasswordUpgrade> waiting_;  // by user: no more than there are
};

}  // namespace kleber::app
