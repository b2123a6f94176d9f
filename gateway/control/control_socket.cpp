#include "gateway/control/control_socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "gateway/control/control_link.hpp"
#include "gateway/net/acceptor.hpp"

namespace kleber::control {
namespace {

constexpr const char* kGroup = "kleber";

}  // namespace

ControlSocket::~ControlSocket() {
    if (!path_.empty()) ::unlink(path_.c_str());
}

Status<net::ListenFailure> ControlSocket::open(const std::string& path) {
    auto socket = net::listen_unix(path, kGroup);
    if (!socket) return fail(socket.error());
    path_ = path;
    // Accepting is the same for all stream sockets.
    lane_.add(std::make_unique<net::Acceptor>(
        lane_, lane_.next_token(), std::move(*socket),
        [this](runtime::FileDescriptor accepted, const net::Address&) {
            accept(std::move(accepted));
        }));
    return Success{};
}

void ControlSocket::accept(runtime::FileDescriptor accepted) {
    if (open_count_ >= kLinksMax) {
        const std::string line = failure("too many callers at a time; try again") + '\n';
        // The buffer of a fresh socket has room for it.
        [[maybe_unused]] const ssize_t sent =
            ::send(accepted.get(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return;
    }
    const port::Token token = lane_.next_token();
    auto link =
        std::make_unique<ControlLink>(lane_, token, std::move(accepted), commands_, open_count_);
    ControlLink& entered = *link;
    lane_.add(std::move(link));
    entered.start();
}

}  // namespace kleber::control
