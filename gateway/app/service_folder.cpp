#include "gateway/app/service_folder.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gateway/app/control_place.hpp"

namespace kleber::app {

std::optional<std::string> make_service_folder(const std::string& folder, const char* user) {
    std::error_code error;
    const bool is_there = std::filesystem::exists(folder, error);
    if (auto problem = make_state_folder(folder)) return problem;
    if (is_there || ::geteuid() != 0) return std::nullopt;
    const passwd* const owner = ::getpwnam(user);
    if (!owner || ::chown(folder.c_str(), owner->pw_uid, owner->pw_gid) == 0) return std::nullopt;
    return "cannot give the folder " + folder + " to " + user + ": " + std::strerror(errno);
}

}  // namespace kleber::app
