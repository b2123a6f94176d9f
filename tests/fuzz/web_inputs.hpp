#pragma once

#include <map>
#include <string>

namespace kleber::fuzz {

// Path below the corpus folder -> content.
using Files = std::map<std::string, std::string>;

// First inputs of fuzz_http_head.
void add_http_heads(Files& files);
// Of fuzz_file_folder.
void add_file_requests(Files& files);
// Of fuzz_web_socket.
void add_web_sockets(Files& files);

}  // namespace kleber::fuzz
