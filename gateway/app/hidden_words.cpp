#include "gateway/app/hidden_words.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>

namespace kleber::app {
namespace {

constexpr std::string_view kShort = "-P";
constexpr std::string_view kLong = "--password";

void hide(char* word) {
    std::fill_n(word, std::strlen(word), 'x');
}

}  // namespace

void hide_passwords(int count, char** words) {
    for (int index = 1; index < count; ++index) {
        const std::string_view word{words[index]};
        const bool is_short = word.starts_with(kShort);
        if (!is_short && !word.starts_with(kLong)) continue;
        const std::size_t name_bytes = is_short ? kShort.size() : kLong.size();
        if (word.size() > name_bytes) {
            const bool has_sign = word[name_bytes] == '=';
            // --password-stdin is followed by no password.
            if (is_short || has_sign) hide(words[index] + name_bytes + (has_sign ? 1 : 0));
        } else if (index + 1 < count) {
            hide(words[++index]);
        }
    }
}

}  // namespace kleber::app
