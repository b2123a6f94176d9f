#include "gateway/net/psk_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <utility>

#include "gateway/base/utf8.hpp"

namespace kleber::net {
namespace {

using Key = std::vector<std::uint8_t>;
using Keys = std::map<std::string, Key, std::less<>>;

constexpr std::size_t kIdentityMax = 128;  // what OpenSSL takes
constexpr std::size_t kKeyMax = 256;       // bytes
constexpr std::size_t kKeyMin = 8;         // less can be tried out

int value_of(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return -1;
}

// Nothing if it is no key.
std::optional<Key> key_of(std::string_view digits) {
    Key key;
    for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
        const int high = value_of(digits[at]);
        const int low = value_of(digits[at + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        key.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    if (digits.size() % 2 != 0 || key.size() < kKeyMin || key.size() > kKeyMax) return std::nullopt;
    return key;
}

// What is wrong with the line, or nothing. Never what is in it.
const char* take_line(std::string_view line, Keys& keys) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) return nullptr;
    // A name may contain colons, a key does not.
    const std::size_t colon = line.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || colon > kIdentityMax) {
        return "expected NAME:KEY";
    }
    if (!is_mqtt_utf8(line.substr(0, colon))) return "the name is not UTF-8";
    auto key = key_of(line.substr(colon + 1));
    if (!key) return "the key is not 8 to 256 bytes in hexadecimal digits";
    if (!keys.emplace(line.substr(0, colon), std::move(*key)).second) {
        return "this name has a key already";
    }
    return nullptr;
}

}  // namespace

Result<FindPsk, std::string> read_psk_file(const std::string& path) {
    std::ifstream file{path};
    if (!file) return fail(path + ": " + std::strerror(errno));
    auto keys = std::make_shared<Keys>();
    std::size_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (const char* problem = take_line(line, *keys)) {
            return fail(path + ":" + std::to_string(number) + ": " + problem);
        }
    }
    if (file.bad()) return fail(path + ": cannot be read");
    return FindPsk{[keys](std::string_view identity) -> std::optional<Key> {
        const auto found = keys->find(identity);
        return found == keys->end() ? std::nullopt : std::optional{found->second};
    }};
}

}  // namespace kleber::net
