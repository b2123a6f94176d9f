#include "gateway/app/user_desk.hpp"

#include <filesystem>
#include <utility>

#include "gateway/app/control_place.hpp"
#include "gateway/auth/user_changes.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

constexpr std::size_t kChangesWaitingMax = 1000;

}  // namespace

std::string users_file_of(const config::Config& config) {
    if (config.auth.users) return *config.auth.users;
    return (std::filesystem::path{config.gateway.state} / "users.toml").string();
}

Result<std::optional<auth::Users>, text::Diagnostics> read_users(const config::Config& config) {
    auto users = auth::read_users_file(users_file_of(config));
    // Who names a file wants credentials to be checked, also before the first user is there.
    if (users && !*users && config.auth.users) return std::optional<auth::Users>{auth::Users{}};
    return users;
}

Result<auth::Users, std::string> change_users(const std::string& path,
                                              const auth::UsersChange& change) {
    const std::string folder = std::filesystem::path{path}.parent_path().string();
    if (!folder.empty()) {
        if (const auto error = make_state_folder(folder)) return fail(*error);
    }
    return auth::change_users_file(path, change);
}

UserDesk::UserDesk(runtime::Runtime& runtime, SeeToRights see_to_rights)
    : lane_(runtime.first_lane()),
      see_to_rights_(std::move(see_to_rights)),
      kicker_(lane_, [this](const std::string& name) { return check_.is_user(name); }),
      writer_(kChangesWaitingMax),
      office_(runtime, check_, [this](const auto& user, const auto& outdated, const auto& better) {
          upgrade(user, outdated, better);
      }) {}

Status<text::Diagnostics> UserDesk::check(const config::Config& config) {
    const auto users = read_users(config);
    if (!users) return fail(users.error());
    return Success{};
}

Status<text::Diagnostics> UserDesk::apply(const config::Config& config) {
    std::unique_lock lock{mutex_};
    const auto users = read_users(config);
    if (!users) return fail(users.error());
    path_ = users_file_of(config);
    const std::uint64_t look = ++looks_;
    lock.unlock();
    take(look, *users, [] {});
    return Success{};
}

bool UserDesk::change(auth::UsersChange change, Done done) {
    return writer_.give([this, change = std::move(change), done = std::move(done)] {
        std::unique_lock lock{mutex_};
        const auto users = change_users(path_, change);
        const std::uint64_t look = ++looks_;
        lock.unlock();
        lane_.post([this, done, users, look] {
            if (!users) return done(users.error());
            take(look, users.value(), [done] { done(std::nullopt); });
        });
    });
}

void UserDesk::take(std::uint64_t look, const std::optional<auth::Users>& users,
                    std::function<void()> done) {
    // What was read later, by a reload, has been taken before.
    if (look < taken_) return done();
    taken_ = look;
    see_to_rights_(users, [this, users, done = std::move(done)] {
        const std::vector<std::string> gone = check_.set_users(users);
        if (!gone.empty()) kicker_.kick(gone);
        // What users may do holds, too, when it is answered.
        done();
    });
}

void UserDesk::upgrade(const std::string& user, const auth::PasswordHash& outdated,
                       const auth::PasswordHash& better) {
    const auto tell = [this, name = text::excerpt(user)](const std::optional<std::string>& error) {
        if (error) {
            lane_.log().write(LogLevel::Warning, lane_.now(),
                              "the password of user " + name + " keeps its old hash: " + *error);
        } else {
            lane_.log().write(LogLevel::Info, lane_.now(),
                              "the password of user " + name + " has a better hash now");
        }
    };
    // Where too much waits, there is a next login.
    [[maybe_unused]] const bool is_taken = change(auth::upgrading(user, outdated, better), tell);
}

}  // namespace kleber::app
