#include "tests/fuzz/web_inputs.hpp"

#include <optional>
#include <string_view>
#include <utility>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/codec/websocket/frame.hpp"
#include "gateway/codec/websocket/mask.hpp"

namespace kleber::fuzz {
namespace {

using codec::websocket::FrameHeader;
using codec::websocket::MaskKey;
using codec::websocket::Opcode;

const std::string& upgrade() {
    static const std::string fields =
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
    return fields;
}

std::string get(const std::string& target, const std::string& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: pi\r\n" + fields + "\r\n";
}

// A frame of a client; of a server without a mask.
std::string frame(Opcode opcode, std::string payload, bool is_final = true, bool is_masked = true) {
    constexpr MaskKey kKey{1, 2, 3, 4};
    FrameHeader header{
        .opcode = opcode, .is_final = is_final, .mask = {}, .payload_bytes = payload.size()};
    if (is_masked) {
        header.mask = kKey;
        codec::websocket::apply_mask(
            {reinterpret_cast<std::uint8_t*>(payload.data()), payload.size()}, kKey, 0);
    }
    ByteBuffer out;
    codec::websocket::put_header(out, header);
    return std::string{as_text(out.bytes())} + payload;
}

}  // namespace

void add_http_heads(Files& files) {
    const std::string mqtt = "Sec-WebSocket-Protocol: mqtt\r\n";
    const std::pair<const char*, std::string> heads[] = {
        {"plain", get("/")},
        {"browser", get("/a/b.html?c=d",
                        "User-Agent: Mozilla/5.0 (X11)\r\nAccept: text/html;q=0.9,"
                        "*/*;q=0.8\r\nAccept-Encoding: gzip, br\r\n"
                        "Connection: keep-alive\r\n")},
        {"http_1_0", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"},
        {"two", get("/a") + get("/b", "Connection: close\r\n")},
        {"no_body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"},
        {"upgrade", get("/mqtt", upgrade() + mqtt + "Origin: http://pi.local\r\n")},
        {"upgrade_3_1", get("/", upgrade() + "Sec-WebSocket-Protocol: soap, mqttv3.1\r\n")},
        {"upgrade_bare", get("/mqtt", upgrade())},
        {"upgrade_old", get("/mqtt", mqtt + "Upgrade: websocket\r\nConnection: upgrade\r\n"
                                            "Sec-WebSocket-Version: 8\r\n")},
        {"upgrade_put", "PUT / HTTP/1.1\r\nHost: a\r\n" + upgrade() + mqtt + "\r\n"},
        {"body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"},
        {"chunked", get("/", "Transfer-Encoding: chunked\r\n") + "0\r\n\r\n"},
        {"both_lengths", get("/", "Content-Length: 0\r\nContent-Length: 5\r\n")},
        {"two_hosts", get("/", "Host: b\r\n")},
        {"no_host", "GET / HTTP/1.1\r\n\r\n"},
        {"folded", get("/", "A: b\r\n c\r\n")},
        {"blank_before_colon", get("/", "Content-Length : 5\r\n")},
        {"line_feeds", "GET / HTTP/1.1\nHost: a\n\n"},
        {"bare_return", get("/", "A: b\rC: d\r\n")},
        {"absolute", get("http://a/")},
        {"version", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
        {"tls", std::string{"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11}},
        {"mqtt", std::string{"\x10\x0C\x00\x04MQTT\x04\x02\x00\x3C\x00\x00", 14}},
        {"unfinished", "GET / HTTP/1.1\r\nHost: "},
    };
    unsigned char seed = 0;
    for (const auto& [name, text] : heads) {
        std::string content{static_cast<char>(seed++)};
        files[std::string{"fuzz_http_head/"} + name] = content + text;
    }
}

void add_file_requests(Files& files) {
    const std::pair<const char*, std::string> requests[] = {
        {"file", get("/a.txt")},
        {"index", get("/")},
        {"folder", get("/f?x=y")},
        {"folder_index", get("/f/")},
        {"escaped", get("/f/%2541")},
        {"blank", get("/f/g/a%20b")},
        {"well_known", get("/.well-known/x")},
        {"head", "HEAD /a.txt HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n"},
        {"post", "POST /a.txt HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"gzip", get("/a.txt", "Accept-Encoding: gzip;q=0.5, *;q=0, identity;q=0.1\r\n")},
        {"range", get("/a.txt", "Range: bytes=2-5\r\nIf-Range: \"a-b.c-d\"\r\n")},
        {"range_end", get("/a.txt", "Range: bytes=-3\r\n")},
        {"range_beyond", get("/a.txt", "Range: bytes=99-\r\n")},
        {"since", get("/a.txt", "If-Modified-Since: Fri, 31 Dec 9999 23:59:59 GMT\r\n")},
        {"unmodified", get("/a.txt", "If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n")},
        {"match", get("/a.txt", "If-None-Match: W/\"x\", *\r\nIf-Match: \"y\",\"z\"\r\n")},
        {"up", get("/../secret")},
        {"up_escaped", get("/f/%2e%2e/%2e%2e/secret")},
        {"up_slash", get("/..%2fsecret")},
        {"other_host", get("//f")},
        {"other_host_escaped", get("/%5cf")},
        {"hidden", get("/.hidden")},
        {"link", get("/l")},
        {"link_folder", get("/f/l/secret")},
        {"nul", get("/a.txt%00")},
        {"broken", get("/%4")},
    };
    for (const auto& [name, text] : requests) {
        files[std::string{"fuzz_file_folder/"} + name] = text;
    }
}

void add_web_sockets(Files& files) {
    const std::string connect{"\x10\x0C\x00\x04MQTT\x04\x02\x00\x3C\x00\x00", 14};
    const std::string normal{"\x03\xE8", 2};
    const std::string long_payload(300, 'x');
    const std::pair<const char*, std::string> streams[] = {
        {"connect", frame(Opcode::Binary, connect)},
        {"parts", frame(Opcode::Binary, connect.substr(0, 5), false) +
                      frame(Opcode::Ping, "between") +
                      frame(Opcode::Continuation, connect.substr(5, 4), false) +
                      frame(Opcode::Continuation, connect.substr(9))},
        {"many", frame(Opcode::Binary, connect) + frame(Opcode::Binary, "") +
                     frame(Opcode::Binary, long_payload) + frame(Opcode::Pong, "late")},
        {"long_ping", frame(Opcode::Ping, std::string(125, 'p')) + frame(Opcode::Ping, "")},
        {"close", frame(Opcode::Close, normal + "bye") + frame(Opcode::Binary, "never")},
        {"close_bare", frame(Opcode::Close, "")},
        {"close_half", frame(Opcode::Close, "x")},
        {"text", frame(Opcode::Text, "hello")},
        {"unmasked", frame(Opcode::Binary, connect, true, false)},
        {"no_beginning", frame(Opcode::Continuation, connect)},
        {"two_beginnings", frame(Opcode::Binary, "a", false) + frame(Opcode::Binary, "b")},
        {"ping_too_long", frame(Opcode::Ping, std::string(126, 'p'))},
        {"ping_in_parts", frame(Opcode::Ping, "p", false)},
        {"reserved", std::string{"\xC2\x80\x01\x02\x03\x04", 6}},
        {"opcode", std::string{"\x83\x80\x01\x02\x03\x04", 6}},
        {"not_shortest", std::string{"\x82\xFE\x00\x05", 4}},
        {"too_large", "\x82\xFF" + std::string(8, '\xFF')},
        {"large", std::string{"\x82\xFF\x00\x00\x00\x00\x00\x01\x00\x00", 10} + "keyxdata"},
    };
    unsigned char seed = 0;
    for (const auto& [name, stream] : streams) {
        const std::string server{'\0', static_cast<char>(seed++)};
        files[std::string{"fuzz_web_socket/"} + name] = server + stream;
    }
    const std::string client{'\1', '\7'};
    files["fuzz_web_socket/client"] = client + frame(Opcode::Binary, "ab", false, false) +
                                      frame(Opcode::Ping, "p", true, false) +
                                      frame(Opcode::Continuation, long_payload, true, false) +
                                      frame(Opcode::Close, normal, true, false);
    files["fuzz_web_socket/client_masked"] = client + frame(Opcode::Binary, "ab");
}

}  // namespace kleber::fuzz
