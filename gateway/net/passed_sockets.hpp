#pragma once

#include <string>
#include <vector>

#include "gateway/net/address.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::net {

// Sockets that listen already: whoever has started the program has opened them for it. Connections
// wait in them while it is not there. (systemd's socket activation, sd_listen_fds(3).)
class PassedSockets {
  public:
    // More are not looked at.
    static constexpr int kSocketsMax = 1000;

    // Those that the environment tells of, if it means this process. It tells nobody else of them
    // any more. Before there are further threads, and before any file is opened.
    static PassedSockets from_environment();

    void add(runtime::FileDescriptor socket, std::string name);

    // A further descriptor, not blocking, of the one that listens at that address and at that
    // interface alone (empty: at all), or at that path. Not open if there is none. The socket
    // itself stays here, so that a listener that was closed can be opened again.
    runtime::FileDescriptor listening_at(const Address& address, const std::string& interface);
    runtime::FileDescriptor listening_at(const std::string& path);

    // Closes those that nobody has asked for until now: what each was, for people.
    std::vector<std::string> close_unused();

  private:
    struct Socket {
        runtime::FileDescriptor descriptor;
        std::string name;
        bool is_listening = false;  // as a stream
        Address address{};
        std::string interface_name{};
        std::string path{};  // of one that is a file
        bool is_used = false;
    };

    static std::string description_of(const Socket& socket);
    static runtime::FileDescriptor use(Socket& socket);

    std::vector<Socket> sockets_;
};

}  // namespace kleber::net
