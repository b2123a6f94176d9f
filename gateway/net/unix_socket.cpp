#include "gateway/net/unix_socket.hpp"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace kleber::net {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOwnerAndGroup = 0660;
constexpr mode_t kEverybody = 0666;
constexpr int kGroupBacklog = 16;

std::error_code last_error() {
    return {errno, std::generic_category()};
}

std::optional<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path) return std::nullopt;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

const sockaddr* generic(const sockaddr_un& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

void hand_to_group(const std::string& path, const char* group) {
    if (const struct group* entry = ::getgrnam(group)) {
        // Not allowed unless we are root or in that group; then it stays with our own.
        [[maybe_unused]] const int result =
            ::lchown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid);
    }
    ::chmod(path.c_str(), kOwnerAndGroup);
}

}  // namespace

Result<runtime::FileDescriptor, ListenFailure> listen_unix(const std::string& path,
                                                           const char* group) {
    using Kind = ListenFailure::Kind;
    const auto failure = [&](const std::string& what, Kind kind = Kind::Other) {
        return fail(ListenFailure{kind, path + ": " + what});
    };
    const std::optional<sockaddr_un> address = address_of(path);
    if (!address) return failure("a socket's path may have at most 107 characters");
    struct stat there {};
    if (::lstat(path.c_str(), &there) == 0) {
        if (!S_ISSOCK(there.st_mode)) return failure("is there already, and is no socket");
        const auto probe = connect_unix(path, Blocking::No);
        // EAGAIN: it lives, and has more callers than it takes at a time.
        if (probe || probe.error() == std::errc::resource_unavailable_try_again) {
            return failure("another gateway answers there", Kind::Occupied);
        }
        if (probe.error() != std::errc::connection_refused) {
            return failure(probe.error().message());
        }
        ::unlink(path.c_str());
    }
    runtime::FileDescriptor socket{
        ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.is_open()) return failure(last_error().message());
    // The file gets the socket's mode: nobody else is let in before it is as it should be.
    ::fchmod(socket.get(), kOwnerOnly);
    if (::bind(socket.get(), generic(*address), sizeof *address) != 0) {
        return failure(last_error().message());
    }
    if (group) {
        hand_to_group(path, group);
    } else {
        ::chmod(path.c_str(), kEverybody);
    }
    if (::listen(socket.get(), group ? kGroupBacklog : SOMAXCONN) != 0)
        return failure(last_error().message());
    return socket;
}

Result<runtime::FileDescriptor, std::error_code> connect_unix(const std::string& path,
                                                              Blocking blocking) {
    const std::optional<sockaddr_un> address = address_of(path);
    if (!address) return fail(std::make_error_code(std::errc::filename_too_long));
    const int type =
        SOCK_STREAM | SOCK_CLOEXEC | (blocking == Blocking::No ? int{SOCK_NONBLOCK} : 0);
    runtime::FileDescriptor socket{::socket(AF_UNIX, type, 0)};
    if (!socket.is_open()) return fail(last_error());
    if (::connect(socket.get(), generic(*address), sizeof *address) != 0) {
        return fail(last_error());
    }
    return socket;
}

ssize_t send_with_file(int socket, std::string_view bytes, int file) {
    if (file < 0) return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    iovec part{const_cast<char*>(bytes.data()), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof file)> room{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof file);
    std::memcpy(CMSG_DATA(header), &file, sizeof file);
    return ::sendmsg(socket, &message, MSG_NOSIGNAL);
}

ssize_t receive_with_file(int socket, std::span<std::uint8_t> room, runtime::FileDescriptor& file) {
    iovec part{room.data(), room.size()};
    // Two, not one: aligned to 64 bits the room for one holds two, and all that come in are closed.
    alignas(cmsghdr) std::array<char, CMSG_SPACE(2 * sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t count = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return count;
    for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
         header = CMSG_NXTHDR(&message, header)) {
        if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
        const std::size_t received_count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t index = received_count; index > 0; --index) {
            int received = -1;
            std::memcpy(&received, CMSG_DATA(header) + (index - 1) * sizeof received,
                        sizeof received);
            file = runtime::FileDescriptor{received};
        }
    }
    return count;
}

}  // namespace kleber::net
