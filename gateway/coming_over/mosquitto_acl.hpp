#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/coming_over/option.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::coming_over {

constexpr std::size_t kAclLinesMax = 100'000;

// One line of mosquitto's ACL file that says what somebody may do.
struct AclLine {
    enum class Kind : std::uint8_t { Topic, Pattern };

    Kind kind = Kind::Topic;
    std::optional<std::string> user;  // of a Topic; none: who comes without a name
    bool may_read = false;
    bool may_write = false;  // neither of the two: deny
    std::string filter;
    Place place;

    bool is_deny() const { return !may_read && !may_write; }
};

// Any bytes may be given. What mosquitto would refuse to start with is an error.
Result<std::vector<AclLine>, text::Diagnostics> parse_mosquitto_acl(const std::string& file,
                                                                    std::string_view text);

}  // namespace kleber::coming_over
