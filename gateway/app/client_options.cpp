#include "gateway/app/client_options.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <random>

#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::app {
namespace {

using codec::mqtt::ProtocolVersion;

constexpr std::uint32_t kNeverExpires = std::numeric_limits<std::uint32_t>::max();

std::vector<std::uint8_t> bytes_of(std::string_view text) {
    return {text.begin(), text.end()};
}

Result<std::string, std::string> first_line_of(const std::string& file) {
    std::ifstream in{file};
    std::string line;
    if (!std::getline(in, line) && (!in.is_open() || in.bad())) {
        return fail("cannot read the password from " + file + ": " + std::strerror(errno));
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return line;
}

// Not the process number: it is the same in every container.
std::string make_client_id(std::string_view tool) {
    std::random_device random;
    std::array<char, 8> digits{};
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), std::uint32_t{random()}, 16);
    // Short enough for MQTT 3.1, which takes 23 characters.
    return std::string{tool} + '-' + std::string{digits.data(), end.ptr};
}

Status<std::string> set_credentials(const ClientArguments& arguments,
                                    connection::ClientOptions& options) {
    if (arguments.password && !arguments.password_file.empty()) {
        return fail(std::string{"give -P or --password-file, not both"});
    }
    options.user_name = arguments.user;
    if (arguments.password) {
        options.password = bytes_of(*arguments.password);
    } else if (!arguments.password_file.empty()) {
        const auto line = first_line_of(arguments.password_file);
        if (!line) return fail(line.error());
        options.password = bytes_of(*line);
    } else if (const char* set = std::getenv(kPasswordVariable); set && arguments.user) {
        options.password = bytes_of(set);
    }
    // A rule of MQTT 3.1.1 that MQTT 5 has given up.
    if (options.password && !options.user_name && options.version != ProtocolVersion::V5) {
        return fail(std::string{"a password needs a user before MQTT 5: give one with -u"});
    }
    return Success{};
}

Status<std::string> set_session(const ClientArguments& arguments, std::string_view tool,
                                connection::ClientOptions& options) {
    if (arguments.keep_session && arguments.client_id.empty()) {
        return fail(std::string{"-c keeps the session under a name: give one with -i"});
    }
    options.client_id = arguments.client_id.empty() ? make_client_id(tool) : arguments.client_id;
    options.clean_start = !arguments.keep_session;
    if (arguments.keep_session) options.session_expiry_seconds = kNeverExpires;
    if (arguments.session_expiry.empty()) return Success{};
    if (options.version != ProtocolVersion::V5) {
        return fail(std::string{"-x is of MQTT 5 only: leave it out, or give -V 5"});
    }
    const auto seconds = parse_session_expiry(arguments.session_expiry);
    if (!seconds) {
        return fail("-x " + arguments.session_expiry +
                    ": give seconds (at most 4294967295), -1 or never");
    }
    options.session_expiry_seconds = *seconds;
    return Success{};
}

Status<std::string> set_will(const WillArguments& arguments, connection::ClientOptions& options) {
    if (!arguments.topic) {
        if (!arguments.payload && arguments.qos == 0 && !arguments.retain) return Success{};
        return fail(std::string{"a will needs a topic: give one with --will-topic"});
    }
    if (!topic::is_valid_name(*arguments.topic)) {
        return fail("--will-topic " + *arguments.topic +
                    ": not a topic to publish to (empty, or with + or #)");
    }
    options.will = connection::ClientWill{.topic = *arguments.topic,
                                          .payload = bytes_of(arguments.payload.value_or("")),
                                          .qos = static_cast<Qos>(arguments.qos),
                                          .retain = arguments.retain};
    return Success{};
}

}  // namespace

std::optional<ProtocolVersion> parse_protocol(std::string_view text) {
    if (text.starts_with("mqttv")) text.remove_prefix(5);
    if (text == "5" || text == "5.0" || text == "50") return ProtocolVersion::V5;
    if (text == "3.1.1" || text == "311") return ProtocolVersion::V311;
    if (text == "3.1" || text == "31") return ProtocolVersion::V31;
    return std::nullopt;
}

std::optional<std::uint32_t> parse_session_expiry(std::string_view text) {
    if (text == "-1" || text == "never") return kNeverExpires;
    std::uint32_t seconds = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, seconds);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
    return seconds;
}

Result<connection::ClientOptions, std::string> client_options(const ClientArguments& arguments,
                                                              std::string_view tool) {
    connection::ClientOptions options;
    const auto version = parse_protocol(arguments.protocol);
    if (!version) {
        return fail("-V " + arguments.protocol +
                    ": give 5, 3.1.1 or 3.1 (or mqttv5, mqttv311, mqttv31)");
    }
    options.version = *version;
    options.keep_alive_seconds = arguments.keep_alive_seconds;
    // Who asks for a message wants it whole, whatever its size.
    options.packet_bytes_max = codec::mqtt::kPacketMax;
    if (const auto set = set_credentials(arguments, options); !set) return fail(set.error());
    if (const auto set = set_session(arguments, tool, options); !set) return fail(set.error());
    if (const auto set = set_will(arguments.will, options); !set) return fail(set.error());
    return options;
}

}  // namespace kleber::app
