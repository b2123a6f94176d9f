#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/coming_over/option.hpp"

namespace kleber::coming_over {

constexpr std::size_t kNamesMax = 100'000;

// One line NAME:SECRET, as mosquitto's password files and files of pre-shared keys have them.
struct NameAndSecret {
    std::string name;
    std::string secret;  // a hash, or a key; a password, where somebody wrote one
    Place place;
};

struct NamesAndSecrets {
    std::vector<NameAndSecret> all;  // each name once: the last line counts
    std::vector<Place> not_taken;    // lines that mosquitto leaves out, or that are no text
    bool is_too_long = false;        // there are more than kNamesMax
};

// Any bytes may be given. Like mosquitto it passes over what it does not understand: whom a broken
// line is about does not get in.
NamesAndSecrets parse_mosquitto_passwords(const std::string& file, std::string_view text);

}  // namespace kleber::coming_over
