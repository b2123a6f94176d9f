#include "gateway/app/user_desk.hpp"

#include <filesystem>
#include <utility>

#include "gateway/app/control_place.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

constexpr std::size_t kWaitingMax = 1000;

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
      upgrades_(lane_, [this](auto upgrades) { write(std::move(upgrades)); }),
      writer_(kWaitingMax),
      office_(runtime, check_, [this](const auto& user, const auto& outdated, const auto& better) {
          upgrades_.add({user, outdated, better});
      }) {}

UserDesk::~UserDesk() {
    is_closing_.store(true, std::memory_order_relaxed);
}

Status<text::Diagnostics> UserDesk::open(const config::Config& config) {
    auto users = read_users(config);
    if (!users) return fail(users.error());
    obey(config, *users);
    return Success{};
}

bool UserDesk::read(const config::Config& config, OnRead on_read) {
    return writer_.give([this, config, on_read = std::move(on_read)] {
        if (is_closing_.load(std::memory_order_relaxed)) return;
        lane_.post([on_read, users = read_users(config)] { on_read(users); });
    });
}

void UserDesk::obey(const config::Config& config, const std::optional<auth::Users>& users) {
    path_ = users_file_of(config);
    take(users, [] {});
}

bool UserDesk::change(auth::UsersChange change, Done done) {
    return writer_.give([this, path = path_, change = std::move(change), done = std::move(done)] {
        // Nobody is left who would hear that it was done.
        if (is_closing_.load(std::memory_order_relaxed)) return;
        lane_.post([this, path, done, users = change_users(path, change)] {
            if (!users) return done(users.error());
            if (path != path_) return done("a reload has named another file meanwhile");
            take(users.value(), [done] { done(std::nullopt); });
        });
    });
}

void UserDesk::take(const std::optional<auth::Users>& users, std::function<void()> done) {
    see_to_rights_(users, [this, users, done = std::move(done)] {
        const std::vector<std::string> gone = check_.set_users(users);
        if (!gone.empty()) kicker_.kick(gone);
        // What users may do holds, too, when it is answered.
        done();
    });
}

void UserDesk::write(std::vector<auth::PasswordUpgrade> upgrades) {
    const auto tell = [this, upgrades](const std::optional<std::string>& error) {
        const auto log = [this](LogLevel level, const std::string& line) {
            lane_.log().write(level, lane_.now(), line);
        };
        if (error) return log(LogLevel::Warning, "passwords keep their old hashes: " + *error);
        const std::optional<auth::Users> users = check_.users();
        for (const auth::PasswordUpgrade& upgrade : upgrades) {
            const auth::User* user = users ? users->find(upgrade.user) : nullptr;
            if (!user || !(user->password == upgrade.better)) continue;
            log(LogLevel::Info,
                "the password of user " + text::excerpt(upgrade.user) + " has a better hash now");
        }
    };
    // Where too much waits, there is a next login.
    [[maybe_unused]] const bool is_taken = change(auth::upgrading(std::move(upgrades)), tell);
}

}  // namespace kleber::app
