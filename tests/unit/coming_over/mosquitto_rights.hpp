#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/coming_over/mosquitto_acl.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/topic/match.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::coming_over {

// What mosquitto 2.0.11 does: the lines of the user in the file's order, those that deny first;
// then the patterns in the same way. The first one that matches and says something about it
// decides.
inline bool mosquitto_allows(const std::vector<AclLine>& lines, const port::Principal& who,
                             const std::string& topic, bool is_write) {
    const auto in_place = [&](std::string filter) -> std::optional<std::string> {
        for (std::size_t at = 0; (at = filter.find('%', at)) != std::string::npos;) {
            const std::string_view letter = std::string_view{filter}.substr(at + 1, 1);
            if (letter == "u" && who.user.empty()) return std::nullopt;
            if (letter != "u" && letter != "c") {
                ++at;
                continue;
            }
            const std::string_view name = letter == "u" ? who.user : who.client_id;
            filter.replace(at, 2, name);
            at += name.size();
        }
        if (!topic::is_valid_filter(filter)) return std::nullopt;
        return filter;
    };
    for (const auto kind : {AclLine::Kind::Topic, AclLine::Kind::Pattern}) {
        for (const bool denies : {true, false}) {
            for (const AclLine& line : lines) {
                if (line.kind != kind || line.is_deny() != denies) continue;
                if (kind == AclLine::Kind::Topic && line.user.value_or("") != who.user) continue;
                const auto filter =
                    kind == AclLine::Kind::Pattern ? in_place(line.filter) : line.filter;
                if (!filter || !topic::matches(*filter, topic)) continue;
                if (denies) return false;
                if (is_write ? line.may_write : line.may_read) return true;
            }
        }
    }
    return false;
}

}  // namespace kleber::coming_over
