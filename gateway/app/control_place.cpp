#include "gateway/app/control_place.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace kleber::app {
namespace {

constexpr const char* kRunFolder = "/run/kleber";
constexpr const char* kRunSocket = "/run/kleber/control.sock";
constexpr mode_t kOwnerOnly = 0700;

}  // namespace

std::string control_socket_in(const std::string& state) {
    return (std::filesystem::path{state} / "control.sock").string();
}

std::string control_socket_path(const config::Config& config) {
    if (config.control.socket) return *config.control.socket;
    if (::access(kRunFolder, W_OK | X_OK) == 0) return kRunSocket;
    return control_socket_in(config.gateway.state);
}

std::vector<std::string> control_socket_candidates(const config::Config& config) {
    if (config.control.socket) return {*config.control.socket};
    return {kRunSocket, control_socket_in(config.gateway.state)};
}

std::optional<std::string> make_state_folder(const std::string& state) {
    const std::filesystem::path folder{state};
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) return std::nullopt;
    if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
    if (::mkdir(state.c_str(), kOwnerOnly) == 0) return std::nullopt;
    return "cannot make the folder " + state + ": " + std::strerror(errno);
}

}  // namespace kleber::app
