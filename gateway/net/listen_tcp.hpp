#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/net/address.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::net {

// A socket that listens, not blocking.
struct Listening {
    runtime::FileDescriptor socket;
    // Whether this machine has the address already; else it listens there once it has.
    bool is_address_here = true;
};

// Listens for TCP; of `interface` alone, unless that is empty. The error is a sentence. An IPv6
// "any" address takes IPv4 too.
Result<Listening, std::string> listen_tcp(const Address& address, const std::string& interface);

}  // namespace kleber::net
