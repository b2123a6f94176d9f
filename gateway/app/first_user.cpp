#include "gateway/app/first_user.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "gateway/app/control_place.hpp"
#include "gateway/app/state_store.hpp"
#include "gateway/app/user_desk.hpp"
#include "gateway/auth/new_password.hpp"
#include "gateway/auth/user_changes.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {
namespace {

bool exists(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

// Before the user is there: whoever crashes in between makes both anew.
Status<std::string> write_password(const std::string& path, std::string_view password) {
    const auto failed = [&] { return fail("cannot write " + path + ": " + std::strerror(errno)); };
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return failed();
    const runtime::FileDescriptor file{
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file.is_open()) return failed();
    // So few bytes are written at once or not at all.
    std::string line{password};
    line += '\n';
    const bool is_written =
        ::write(file.get(), line.data(), line.size()) == static_cast<ssize_t>(line.size());
    std::fill(line.begin(), line.end(), '\0');
    if (!is_written || ::fsync(file.get()) != 0) return failed();
    return Success{};
}

}  // namespace

Result<std::optional<FirstUser>, std::string> make_first_user(const config::Config& config) {
    if (config.auth.first_start == config::FirstStart::Nothing) return std::optional<FirstUser>{};
    const std::string users_file = users_file_of(config);
    const std::string& state = config.gateway.state;
    if (exists(users_file) || exists(StateStore::path_in(state))) return std::optional<FirstUser>{};
    if (const auto error = make_state_folder(state)) return fail(*error);

    FirstUser user{auth::make_password(),
                   (std::filesystem::path{state} / "initial-password").string()};
    bool is_made = false;
    const auto add =
        [&](const std::optional<auth::Users>& before) -> Result<auth::Users, std::string> {
        // Somebody else was there while nobody held the lock.
        if (before) return *before;
        const auto written = write_password(user.password_file, user.password.bytes());
        if (!written) return fail(written.error());
        is_made = true;
        return auth::adding({.name = kFirstUser,
                             .password = auth::PasswordHash::of_generated(user.password.bytes()),
                             .admin = true})(before);
    };
    if (const auto changed = change_users(users_file, add); !changed) return fail(changed.error());
    if (!is_made) return std::optional<FirstUser>{};
    return std::optional<FirstUser>{std::move(user)};
}

std::string first_user_text(const FirstUser& user, bool is_for_terminal) {
    std::string text = std::string{"the first start: clients from the network log in as user "} +
                       kFirstUser + " with the password ";
    if (is_for_terminal) {
        text.append(user.password.bytes()).append(", which is kept in ");
    } else {
        text += "in ";
    }
    text += user.password_file;
    return text + "; kleber user makes others";
}

}  // namespace kleber::app
