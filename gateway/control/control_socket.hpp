#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "gateway/control/control_commands.hpp"
#include "gateway/net/unix_socket.hpp"
#include "gateway/runtime/lane.hpp"

namespace kleber::control {

// The gateway's control socket: where commands ask about the running gateway. Whoever may write to
// the file may do everything.
class ControlSocket {
  public:
    // Callers at a time.
    static constexpr std::uint32_t kLinksMax = 16;

    // Both outlive it and its links.
    ControlSocket(runtime::Lane& lane, const ControlCommands& commands)
        : lane_(lane), commands_(commands) {}
    ~ControlSocket();  // removes the file
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

    // Before the lane runs, or on its thread. The file is for its owner and the group kleber.
    Status<net::ListenFailure> open(const std::string& path);
    // Empty: not open.
    const std::string& path() const { return path_; }

  private:
    void accept(runtime::FileDescriptor accepted);

    runtime::Lane& lane_;
    const ControlCommands& commands_;
    std::string path_;
    std::uint32_t open_count_ = 0;
};

}  // namespace kleber::control
