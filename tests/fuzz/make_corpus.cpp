#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "tests/fuzz/web_inputs.hpp"
#include "tests/unit/codec/notation.hpp"
#include "tests/unit/codec/rows.hpp"

// Makes the fuzzers' first inputs, those of MQTT from the codec's tables: `fuzz_corpus FOLDER`
// writes them, `fuzz_corpus --check FOLDER` fails if one is missing or differs.
namespace kleber::codec::mqtt {
namespace {

using fuzz::Files;

// The choice byte of fuzz_mqtt_decode.
char choice(ProtocolVersion version, Sender sender) {
    const auto index = static_cast<unsigned>(version) - static_cast<unsigned>(ProtocolVersion::V31);
    return static_cast<char>(index + (sender == Sender::Server ? 0x81 : 0));
}

template <typename Row>
void add_packets(const std::vector<Row>& rows, Files& files) {
    for (const Row& row : rows) {
        const std::vector<std::uint8_t> bytes = wire(row.notation);
        const FramingResult framed = next_frame(bytes, kPacketMax);
        std::string content{choice(row.version, row.sender)};
        content += static_cast<char>(framed.frame.first);
        content += as_text(framed.frame.body);
        files["fuzz_mqtt_decode/" + row.name] = content;
    }
}

// A few packets in a row make a stream.
template <typename Row>
void add_streams(std::string_view name, const std::vector<Row>& rows, Files& files) {
    constexpr std::size_t kPacketsAStream = 5;
    for (std::size_t first = 0; first < rows.size(); first += kPacketsAStream) {
        const std::size_t number = first / kPacketsAStream;
        std::string content{static_cast<char>(2 + number % 2), static_cast<char>(number)};
        for (std::size_t i = first; i < std::min(rows.size(), first + kPacketsAStream); ++i) {
            const std::vector<std::uint8_t> bytes = wire(rows[i].notation);
            content += as_text(bytes);
        }
        files["fuzz_mqtt_framer/" + std::string{name} + "_" + std::to_string(number)] = content;
    }
}

// A CONNECT, then packets of the same version, of one table after the other.
template <typename Row>
void add_connections(std::string_view name, const std::vector<Row>& rows, Files& files) {
    constexpr std::size_t kPacketsAConnection = 8;
    for (const ProtocolVersion version :
         {ProtocolVersion::V31, ProtocolVersion::V311, ProtocolVersion::V5}) {
        const auto number_of_version = static_cast<unsigned>(version);
        ByteBuffer connect;
        static_cast<void>(encode(connect, Connect{.version = version, .client_id = "c"}));
        std::size_t number = 0;
        std::size_t packets = 0;
        std::string content;
        for (const Row& row : rows) {
            if (row.version != version || row.sender != Sender::Client) continue;
            const std::vector<std::uint8_t> bytes = wire(row.notation);
            if (packets == 0) {
                content = {static_cast<char>(number % 16 * 2), static_cast<char>(number)};
                content += as_text(connect.bytes());
            }
            content += as_text(bytes);
            files["fuzz_mqtt_connection/" + std::string{name} + "_" +
                  std::to_string(number_of_version) + "_" + std::to_string(number)] = content;
            packets = (packets + 1) % kPacketsAConnection;
            if (packets == 0) ++number;
        }
    }
    for (const Row& row : rows) {
        const std::vector<std::uint8_t> bytes = wire(row.notation);
        if (row.sender != Sender::Client || bytes.empty() || bytes[0] >> 4 != 1) continue;
        files["fuzz_mqtt_connection/" + std::string{name} + "_" + row.name] =
            std::string{'\x08', '\x01'} + std::string{as_text(bytes)};
    }
}

void add_bad_lengths(Files& files) {
    int number = 0;
    for (const auto* notation : {"30 8080808001", "30 8000", "30 80808000", "30 FFFFFF7F", "30 80",
                                 "C000 C000 30 FF00", "00", "F0 FFFFFFFF"}) {
        const std::vector<std::uint8_t> bytes = wire(notation);
        files["fuzz_mqtt_framer/bad_length_" + std::to_string(number++)] =
            std::string{'\x03', '\x07'} + std::string{as_text(bytes)};
    }
}

Files corpus() {
    Files files;
    add_packets(valid_rows(), files);
    add_packets(malformed_rows(), files);
    add_streams("valid", valid_rows(), files);
    add_streams("malformed", malformed_rows(), files);
    add_connections("valid", valid_rows(), files);
    add_connections("malformed", malformed_rows(), files);
    add_bad_lengths(files);
    fuzz::add_http_heads(files);
    fuzz::add_file_requests(files);
    fuzz::add_web_sockets(files);
    return files;
}

void write(const std::filesystem::path& folder, const Files& files) {
    for (const auto& [name, content] : files) {
        const std::filesystem::path path = folder / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream{path, std::ios::binary} << content;
    }
}

bool check(const std::filesystem::path& folder, const Files& files) {
    bool is_same = true;
    for (const auto& [name, content] : files) {
        std::ifstream in{folder / name, std::ios::binary};
        const std::string kept{std::istreambuf_iterator<char>{in}, {}};
        if (in.is_open() && kept == content) continue;
        std::fprintf(stderr, "%s is missing or differs from the tables\n", name.c_str());
        is_same = false;
    }
    return is_same;
}

}  // namespace

int run(std::span<char*> arguments) {
    if (arguments.size() == 2) {
        write(arguments[1], corpus());
        return 0;
    }
    if (arguments.size() == 3 && arguments[1] == std::string_view{"--check"}) {
        return check(arguments[2], corpus()) ? 0 : 1;
    }
    std::fprintf(stderr, "usage: fuzz_corpus [--check] FOLDER\n");
    return 2;
}

}  // namespace kleber::codec::mqtt

int main(int count, char** arguments) {
    return kleber::codec::mqtt::run({arguments, static_cast<std::size_t>(count)});
}
