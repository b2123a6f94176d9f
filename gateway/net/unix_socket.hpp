#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "gateway/base/result.hpp"
#include "gateway/runtime/file_descriptor.hpp"

// Stream sockets that are files.
namespace kleber::net {

struct ListenFailure {
    enum class Kind : std::uint8_t {
        Occupied,  // somebody answers there
        Other,
    };
    Kind kind = Kind::Other;
    std::string text;  // a sentence, with the path
};

// Listens at `path`, not blocking, for its owner and the members of `group` (where there is such a
// group that we may give a file to; else of our own), or without a group for everybody. A socket
// that a dead program has left there is replaced; anything else is not touched.
Result<runtime::FileDescriptor, ListenFailure> listen_unix(const std::string& path,
                                                           const char* group);

enum class Blocking : bool { No, Yes };

Result<runtime::FileDescriptor, std::error_code> connect_unix(const std::string& path,
                                                              Blocking blocking);

// As send() and recv(), with an open file beside the bytes: none is sent if it is -1, and `file` is
// left as it is if none came. Of several that came, the first; the others are closed.
ssize_t send_with_file(int socket, std::string_view bytes, int file);
ssize_t receive_with_file(int socket, std::span<std::uint8_t> room, runtime::FileDescriptor& file);

}  // namespace kleber::net
