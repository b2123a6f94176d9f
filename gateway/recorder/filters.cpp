#include "gateway/recorder/filters.hpp"

#include <algorithm>

#include "gateway/topic/match.hpp"

namespace kleber::recorder {

bool Filters::match(std::string_view topic) const {
    return std::any_of(filters_.begin(), filters_.end(),
                       [&](const std::string& filter) { return topic::matches(filter, topic); });
}

}  // namespace kleber::recorder
