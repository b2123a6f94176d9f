#pragma once

#include <optional>
#include <string_view>

#include "gateway/config/reader.hpp"

// Checks of texts that have a form of their own. Each says what is wrong, or nothing.
namespace kleber::config {

// An IPv4 or IPv6 address or a host name; resolves nothing.
std::optional<Problem> check_address(std::string_view address);

// A file or folder; touches nothing.
std::optional<Problem> check_path(std::string_view path);

// A path that fits into a Unix socket's address.
std::optional<Problem> check_socket_path(std::string_view path);

// The name of a network interface.
std::optional<Problem> check_interface(std::string_view name);

// Where a page comes from, as browsers say it: scheme, host and port.
std::optional<Problem> check_origin(std::string_view origin);

// An address of IPv4 or IPv6, or neighbouring ones: 192.0.2.0/24.
std::optional<Problem> check_network(std::string_view network);

// What can be subscribed to by one alone: no shared subscription.
std::optional<Problem> check_filter(std::string_view filter);

// The levels above somebody's topics.
std::optional<Problem> check_mount_point(std::string_view prefix);

// A name that can be one level of a topic.
std::optional<Problem> check_gateway_name(std::string_view name);

}  // namespace kleber::config
