#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/login_office.hpp"
#include "gateway/app/password_upgrades.hpp"
#include "gateway/app/user_kicker.hpp"
#include "gateway/auth/login_check.hpp"
#include "gateway/auth/users_file.hpp"
#include "gateway/config/config.hpp"
#include "gateway/runtime/worker.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::app {

// Where the users of a gateway are kept.
std::string users_file_of(const config::Config& config);

// Those users; none: there is no file, and none is named, either.
Result<std::optional<auth::Users>, text::Diagnostics> read_users(const config::Config& config);

// auth::change_users_file(), also where not even the folder is there.
Result<auth::Users, std::string> change_users(const std::string& path,
                                              const auth::UsersChange& change);

// The users of the running gateway, and the one writer of their file. Who is removed, by hand or by
// command, loses connections, too.
class UserDesk {
  public:
    // Sees to the rights of these users, then calls `let_in`, both on the first lane's thread: only
    // then their credentials are good, and those of users who are gone are not any more.
    using SeeToRights =
        std::function<void(const std::optional<auth::Users>& users, std::function<void()> let_in)>;
    // Before the runtime runs, which outlives it.
    UserDesk(runtime::Runtime& runtime, SeeToRights see_to_rights);
    ~UserDesk();

    // Reads the configured file and obeys it; if something is wrong with it, nothing is changed.
    // Before the runtime runs.
    Status<text::Diagnostics> open(const config::Config& config);

    // All that follows is done by one thread of its own, in order: the first lane never waits for
    // the disk, nor for somebody else who has locked the file. Called on the first lane's thread,
    // on which the answer comes later. False, and nothing happens: too much waits.

    // Reads the configured file, and changes nothing.
    using Read = Result<std::optional<auth::Users>, text::Diagnostics>;
    using OnRead = std::function<void(const Read& users)>;
    [[nodiscard]] bool read(const config::Config& config, OnRead on_read);
    // What has just been read is to hold, in the call that brought it.
    void obey(const config::Config& config, const std::optional<auth::Users>& users);

    // Changes file and table. `done` hears what was wrong, if anything was.
    using Done = std::function<void(const std::optional<std::string>& error)>;
    [[nodiscard]] bool change(auth::UsersChange change, Done done);

    // None: there is no file, and nobody's credentials are looked at.
    std::optional<auth::Users> users() const { return check_.users(); }
    port::Authenticator& authenticator() { return office_; }
    auth::FailedLogins& failed_logins() { return office_.failed_logins(); }

  private:
    void take(const std::optional<auth::Users>& users, std::function<void()> done);
    void write(std::vector<auth::PasswordUpgrade> upgrades);

    runtime::Lane& lane_;
    const SeeToRights see_to_rights_;
    UserKicker kicker_;
    PasswordUpgrades upgrades_;
    auth::LoginCheck check_;
    std::string path_;
    std::atomic<bool> is_closing_{false};
    // Their threads use all others, and these the writer's.
    runtime::Worker writer_;
    LoginOffice office_;
};

}  // namespace kleber::app
