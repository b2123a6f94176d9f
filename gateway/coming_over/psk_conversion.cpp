#include "gateway/coming_over/psk_conversion.hpp"

#include <string_view>

#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::size_t kIdentityMax = 128;
constexpr std::size_t kKeyDigitsMin = 16;
constexpr std::size_t kKeyDigitsMax = 512;

// Why a line is not taken; null if it is.
const char* obstacle_of(const NameAndSecret& line) {
    constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
    if (line.name.size() > kIdentityMax) return "the name is longer than 128 bytes";
    if (line.secret.find_first_not_of(kDigits) != std::string::npos) {
        return "the key is not in hexadecimal digits";
    }
    if (line.secret.size() % 2 != 0) return "the key has an odd number of digits";
    if (line.secret.size() < kKeyDigitsMin) return "a key of less than 8 bytes can be tried out";
    if (line.secret.size() > kKeyDigitsMax) return "the key is longer than 256 bytes";
    return nullptr;
}

}  // namespace

PskText psk_text(const NamesAndSecrets& lines, Findings& findings) {
    PskText made{.text =
                     "# Keys that clients share with the gateway: NAME:KEY, the key in "
                     "hexadecimal digits.\n"};
    for (const NameAndSecret& line : lines.all) {
        if (const char* obstacle = obstacle_of(line)) {
            findings.not_supported(line.place, "key of " + text::excerpt(line.name),
                                   std::string{obstacle} + ": it is left out");
            continue;
        }
        made.text += line.name + ':' + line.secret + '\n';
        ++made.count;
    }
    return made;
}

}  // namespace kleber::coming_over
