#pragma once

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

// auth::change_users_file(), also where not even the folder is there.
Result<auth::Users, std::string> change_users(const std::string& path,
                                              const auth::UsersChange& change);

// The users of the running gateway, and the one writer of their file. Who is removed, by hand or by
// command, loses connections, too.
class UserDesk {
  public:
    // Before the runtime runs, which outlives it. `on_change` is called on the first lane's thread
    // whenever change() has changed something.
    UserDesk(runtime::Runtime& runtime, std::function<void()> on_change);

    // Whether apply() would take the configured file. Changes nothing.
    static Status<text::Diagnostics> check(const config::Config& config);
    // Reads the configured file. If something is wrong with it, the users stay as they are. Before
    // the runtime runs, or on the first lane's thread.
    Status<text::Diagnostics> apply(const config::Config& config);

    // None: there is no file, and nobody's credentials are looked at.
    std::optional<auth::Users> users() const { return check_.users(); }
    port::Authenticator& authenticator() { return office_; }

    // Changes file and table on a thread of its own. Then `done` is called on the first lane's
    // thread, with what was wrong, if anything was. False, and nothing happens: too much waits. On
    // any thread.
    using Done = std::function<void(const std::optional<std::string>& error)>;
    [[nodiscard]] bool change(auth::UsersChange change, Done done);

  private:
    static Result<std::optional<auth::Users>, text::Diagnostics> read(const config::Config& config);
    void take(std::optional<auth::Users> users);
    void upgrade(const std::string& user, const auth::PasswordHash& outdated,
                 const auth::PasswordHash& better);

    runtime::Lane& lane_;
    const std::function<void()> on_change_;
    UserKicker kicker_;
    auth::LoginCheck check_;
    std::mutex mutex_;  // the file is read or written, and then the table set, by one at a time
    std::string path_;
    // Their threads use all others, and these the writer's.
    runtime::Worker writer_;
    LoginOffice office_;
};

}  // namespace kleber::app
