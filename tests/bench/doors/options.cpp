#include "tests/bench/doors/options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

#include "tests/bench/doors/numbered_payload.hpp"

namespace kleber::bench {
namespace {

template <typename Number>
Number number_of(std::string_view name, std::string_view text, Number smallest) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number < smallest) {
        throw std::invalid_argument{std::string{name} + " cannot be " + std::string{text}};
    }
    return number;
}

void set(Options& options, std::string_view name, std::string_view text) {
    const auto number = [&](auto smallest) { return number_of(name, text, smallest); };
    if (name == "--door") {
        options.door = door_of(text);
    } else if (name == "--port") {
        options.port = number(std::uint16_t{1});
    } else if (name == "--pid") {
        options.broker = number(pid_t{1});
    } else if (name == "--authority") {
        options.authority = text;
    } else if (name == "--pairs") {
        options.pairs = number(1U);
    } else if (name == "--window") {
        options.window = number(1U);
    } else if (name == "--qos") {
        options.qos = number(0) == 0 ? Qos::AtMostOnce : Qos::AtLeastOnce;
    } else if (name == "--size") {
        options.payload_bytes = number(NumberedPayload::kBytesMin);
    } else if (name == "--warm") {
        options.warm_seconds = number(0.0);
    } else if (name == "--seconds") {
        options.seconds = number(0.0);
    } else if (name == "--connections") {
        options.connections = number(1U);
    } else if (name == "--flow-port") {
        options.flow_port = number(std::uint16_t{1});
    } else if (name == "--rate") {
        options.rate = number(1U);
    } else if (name == "--resume") {
        options.resumes = number(0) != 0;
    } else {
        throw std::invalid_argument{"no such option: " + std::string{name}};
    }
}

}  // namespace

Options options_of(int count, const char* const* arguments) {
    Options options;
    if (count % 2 != 0) throw std::invalid_argument{"an option has no value"};
    for (int at = 0; at < count; at += 2) set(options, arguments[at], arguments[at + 1]);
    if (options.port == 0 || options.broker == 0) {
        throw std::invalid_argument{"--port and --pid are wanted"};
    }
    const bool is_tls = options.door == Door::Tls || options.door == Door::Wss;
    if (is_tls && options.authority.empty()) throw std::invalid_argument{"--authority is wanted"};
    return options;
}

}  // namespace kleber::bench
