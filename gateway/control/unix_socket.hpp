#pragma once

#include <cstdint>
#include <string>
#include <system_error>

#include "gateway/base/result.hpp"
#include "gateway/runtime/file_descriptor.hpp"

// Stream sockets that are files.
namespace kleber::control {

struct ListenFailure {
    enum class Kind : std::uint8_t {
        Occupied,  // somebody answers there
        Other,
    };
    Kind kind = Kind::Other;
    std::string text;  // a sentence, with the path
};

// Listens at `path`, not blocking, for its owner and the members of `group` (where there is such a
// group that we may give a file to; else of our own). A socket that a dead program has left there
// is replaced; anything else is not touched.
Result<runtime::FileDescriptor, ListenFailure> listen_unix(const std::string& path,
                                                           const char* group);

enum class Blocking : bool { No, Yes };

Result<runtime::FileDescriptor, std::error_code> connect_unix(const std::string& path,
                                                              Blocking blocking);

}  // namespace kleber::control
