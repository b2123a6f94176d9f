#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/connection/mqtt_client_options.hpp"

namespace kleber::app {

inline constexpr const char* kPasswordVariable = "KLEBER_PASSWORD";

struct WillArguments {
    std::optional<std::string> topic{};
    std::optional<std::string> payload{};
    int qos = 0;
    bool retain = false;
};

// What `kleber pub` and `kleber sub` have in common, as it was typed: where to connect, and as
// whom.
struct ClientArguments {
    std::string host = "localhost";
    std::uint16_t port = 1883;
    std::optional<std::string> user{};
    std::optional<std::string> password{};
    std::string password_file{};
    std::string client_id{};
    std::string protocol = "5";
    std::uint16_t keep_alive_seconds = 60;
    bool keep_session = false;
    std::string session_expiry{};
    WillArguments will{};
    std::optional<double> timeout_seconds{};
};

// What the arguments mean; the error is a sentence. The password comes from the command line, the
// file's first line, or the environment. `tool` begins the client identifier where none was given.
Result<connection::ClientOptions, std::string> client_options(const ClientArguments& arguments,
                                                              std::string_view tool);

// mqttv5, mqttv311, mqttv31; or 5, 3.1.1, 3.1, 311, 31.
std::optional<codec::mqtt::ProtocolVersion> parse_protocol(std::string_view text);
// Seconds, or -1 or `never`.
std::optional<std::uint32_t> parse_session_expiry(std::string_view text);

}  // namespace kleber::app
