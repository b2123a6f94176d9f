#include "gateway/coming_over/option.hpp"

#include <algorithm>

namespace kleber::coming_over {

std::string to_string(const Place& place) {
    if (place.file.empty()) return "by default";
    return place.line == 0 ? place.file : place.file + ':' + std::to_string(place.line);
}

const Option* OptionGroup::find(std::string_view name) const {
    const auto found = std::find_if(options_.rbegin(), options_.rend(),
                                    [&](const Option& option) { return option.name == name; });
    return found == options_.rend() ? nullptr : &*found;
}

std::string OptionGroup::text(std::string_view name) const {
    const Option* option = find(name);
    return option ? option->value : std::string{};
}

bool OptionGroup::is_on(std::string_view name) const {
    const Option* option = find(name);
    if (!option) return false;
    const std::string_view word = first_word(option->value);
    return word == "true" || word == "1";
}

std::string_view first_word(std::string_view value) {
    return value.substr(0, value.find(' '));
}

}  // namespace kleber::coming_over
