#include "gateway/net/passed_sockets.hpp"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace kleber::net {
namespace {

constexpr int kFirstDescriptor = 3;  // SD_LISTEN_FDS_START
constexpr const char* kProcess = "LISTEN_PID";
constexpr const char* kCount = "LISTEN_FDS";
constexpr const char* kNames = "LISTEN_FDNAMES";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

// -1 if it is no number.
int number_in(const std::string& text) {
    int number = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && stop == end ? number : -1;
}

int option_of(int fd, int level, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

std::string interface_of(int fd) {
    std::array<char, IFNAMSIZ> name{};
    socklen_t size = name.size();
    if (::getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name.data(), &size) != 0) return {};
    return name.data();
}

// Empty where it has none in the file system.
std::string path_of(const Address& address) {
    const auto* file = reinterpret_cast<const sockaddr_un*>(&address.storage);
    const std::size_t before = offsetof(sockaddr_un, sun_path);
    if (address.storage.ss_family != AF_UNIX || address.size <= before) return {};
    const std::string_view path{file->sun_path, address.size - before};
    return std::string{path.substr(0, path.find('\0'))};
}

std::uint32_t scope_of(const Address& address) {
    if (address.storage.ss_family != AF_INET6) return 0;
    return reinterpret_cast<const sockaddr_in6*>(&address.storage)->sin6_scope_id;
}

bool is_same(const Address& one, const Address& other) {
    return one.ip() && one.ip() == other.ip() && one.port() == other.port() &&
           scope_of(one) == scope_of(other);
}

std::filesystem::path whole(const std::string& path) {
    std::error_code error;
    return std::filesystem::absolute(path, error).lexically_normal();
}

}  // namespace

PassedSockets PassedSockets::from_environment() {
    PassedSockets sockets;
    const bool is_for_us = number_in(variable(kProcess)) == ::getpid();
    const int count = std::min(is_for_us ? number_in(variable(kCount)) : 0, kSocketsMax);
    const std::string names = variable(kNames);
    for (const char* name : {kProcess, kCount, kNames}) ::unsetenv(name);
    std::string_view left = names;
    for (int index = 0; index < count; ++index) {
        const std::string_view name = left.substr(0, left.find(':'));
        left.remove_prefix(std::min(name.size() + 1, left.size()));
        const int fd = kFirstDescriptor + index;
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
            sockets.add(runtime::FileDescriptor{fd}, std::string{name});
        }
    }
    return sockets;
}

void PassedSockets::add(runtime::FileDescriptor socket, std::string name) {
    const int fd = socket.get();
    Socket added{.descriptor = std::move(socket), .name = std::move(name)};
    added.is_listening = option_of(fd, SOL_SOCKET, SO_TYPE) == SOCK_STREAM &&
                         option_of(fd, SOL_SOCKET, SO_ACCEPTCONN) == 1;
    added.address = local_address(fd);
    added.interface_name = interface_of(fd);
    added.path = path_of(added.address);
    sockets_.push_back(std::move(added));
}

runtime::FileDescriptor PassedSockets::use(Socket& socket) {
    socket.is_used = true;
    const int fd = socket.descriptor.get();
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    if (socket.path.empty()) {
        // As listen_tcp() has them.
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    return runtime::FileDescriptor{::fcntl(fd, F_DUPFD_CLOEXEC, 0)};
}

runtime::FileDescriptor PassedSockets::listening_at(const Address& address,
                                                    const std::string& interface) {
    const auto found = std::find_if(sockets_.begin(), sockets_.end(), [&](const Socket& one) {
        return one.is_listening && is_same(one.address, address) && one.interface_name == interface;
    });
    return found == sockets_.end() ? runtime::FileDescriptor{} : use(*found);
}

runtime::FileDescriptor PassedSockets::listening_at(const std::string& path) {
    const auto found = std::find_if(sockets_.begin(), sockets_.end(), [&](const Socket& one) {
        return one.is_listening && !one.path.empty() && whole(one.path) == whole(path);
    });
    return found == sockets_.end() ? runtime::FileDescriptor{} : use(*found);
}

std::string PassedSockets::description_of(const Socket& socket) {
    std::string text = socket.name.empty() ? "" : '"' + socket.name + "\" ";
    if (!socket.is_listening) return text + "(none that listens for connections)";
    text += '(' + (socket.path.empty() ? socket.address.text() : socket.path);
    if (!socket.interface_name.empty()) text += " at " + socket.interface_name;
    return text + ')';
}

std::vector<std::string> PassedSockets::close_unused() {
    std::vector<std::string> closed;
    for (const Socket& socket : sockets_) {
        if (!socket.is_used) closed.push_back(description_of(socket));
    }
    std::erase_if(sockets_, [](const Socket& socket) { return !socket.is_used; });
    return closed;
}

}  // namespace kleber::net
