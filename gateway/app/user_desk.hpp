#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "gateway/app/login_office.hpp"
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

    // Whether apply() would take the configured file. Changes nothing.
    static Status<text::Diagnostics> check(const config::Config& config);
    // Reads the configured file. If something is wrong with it, the users stay as they are. Before
    // the runtime runs, or on the first lane's thread.
    Status<text::Diagnostics> apply(const config::Config& config);

    // None: there is no file, and nobody's credentials are looked at.
    std::optional<auth::Users> users() const { return check_.users(); }
    port::Authenticator& authenticator() { return office_; }
    auth::FailedLogins& failed_logins() { return office_.failed_logins(); }

    // Changes file and table on a thread of its own. Then `done` is called on the first lane's
    // thread, with what was wrong, if anything was. False, and nothing happens: too much waits. On
    // any thread.
    using Done = std::function<void(const std::optional<std::string>& error)>;
    [[nodiscard]] bool change(auth::UsersChange change, Done done);

  private:
    // The file, when it was looked at for the `look`th time. On the first lane's thread.
    void take(std::uint64_t look, const std::optional<auth::Users>& users,
              std::function<void()> done);
    void upgrade(const std::string& user, const auth::PasswordHash& outdated,
                 const auth::PasswordHash& better);

    runtime::Lane& lane_;
    const SeeToRights see_to_rights_;
    UserKicker kicker_;
    auth::LoginCheck check_;
    std::mutex mutex_;  // the file is read or written by one at a time
    std::string path_;
    std::uint64_t looks_ = 0;  // at the file
    std::uint64_t taken_ = 0;  // the last of them that was taken
    // Their threads use all others, and these the writer's.
    runtime::Worker writer_;
    LoginOffice office_;
};

}  // namespace kleber::app
