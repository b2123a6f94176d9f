#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What a user of Mosca may do is said by one glob for publishing and one for subscribing, which is
// matched (by minimatch) with the topic, or with the text of the filter that is subscribed to.
namespace kleber::coming_over {

enum class Right : std::uint8_t { Publish, Subscribe };

// What a glob means in MQTT's filters.
struct GlobFilters {
    struct Refused {
        std::string entry;  // the part of the glob
        std::string why;
    };
    std::vector<std::string> filters;  // each once
    std::vector<Refused> refused;      // those that no filter says

    bool has_wildcard = false;            // in some filter
    bool has_one_level_wildcard = false;  // among these, `*`
    bool begins_with_wildcard = false;
    bool names_hidden_level = false;  // one that begins with a dot, which no wildcard matches
};

// `**` at the end becomes `#`, a `*` that is a whole level `+`, and braces several filters. What is
// below a level, but not itself, is `a/+/#` for publishing; who may subscribe to `a/**` may
// subscribe to `a/#`. Nothing else is guessed: what is refused is allowed to nobody.
GlobFilters filters_of_glob(std::string_view glob, Right right);

}  // namespace kleber::coming_over
