#include "gateway/coming_over/mosca_import.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/auth/user_name.hpp"
#include "gateway/coming_over/mosca_glob.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json.hpp"

namespace kleber::coming_over {
namespace {

using text::Json;

constexpr std::size_t kDepthMax = 16;
constexpr std::string_view kEverything = "**";

std::string quoted(std::string_view text) {
    return '"' + text::excerpt(text) + '"';
}

std::string list_of(const std::vector<std::string>& filters) {
    std::string list;
    for (const std::string& filter : filters) list += (list.empty() ? "" : ", ") + filter;
    return list.empty() ? "nothing" : list;
}

// What JavaScript takes for no value at all.
bool is_nothing(const Json& value) {
    if (const std::string* string = value.string()) return string->empty();
    if (const bool* boolean = value.boolean()) return !*boolean;
    if (const auto number = value.number()) return *number == 0;
    return value.is_null();
}

class Importer {
  public:
    explicit Importer(const std::string& file) : place_{file} {}

    Result<MoscaUsers, std::string> import(const Json::Object& object) {
        // Of two members with one name the last one counts, for Mosca, too.
        std::map<std::string_view, const Json*> members;
        for (const auto& [name, value] : object) members[name] = &value;
        if (members.size() > auth::kUsersMax) {
            return fail("more than " + std::to_string(auth::kUsersMax) + " users");
        }
        for (const auto& [name, value] : members) take(std::string{name}, *value);
        tell_of_wildcards();
        return MoscaUsers{auth::Users{std::move(users_)}, std::move(findings_)};
    }

  private:
    void take(const std::string& name, const Json& value) {
        const std::string what = "user " + quoted(name);
        if (const auto problem = auth::problem_of_name(name)) {
            return findings_.not_supported(place_, what, "the name " + *problem);
        }
        const std::string* salt = value.string_at("salt");
        const std::string* hash = value.string_at("hash");
        auto password = auth::PasswordHash::of_mosca(salt ? *salt : "", hash ? *hash : "");
        if (!password) {
            return findings_.not_supported(
                place_, what,
                "salt and hash are not what Mosca writes: not let in before `kleber user add` "
                "gives a new password");
        }
        auth::User user{.name = name,
                        .password = std::move(*password),
                        .publish = filters(name, value, Right::Publish, "authorizePublish"),
                        .subscribe = filters(name, value, Right::Subscribe, "authorizeSubscribe")};
        if (user.publish.empty() && user.subscribe.empty()) {
            return findings_.not_supported(
                place_, what,
                "left out: no right is left, and without one it would not be restricted at all");
        }
        findings_.taken(
            place_, what,
            "publishes to " + list_of(user.publish) + "; subscribes to " + list_of(user.subscribe));
        users_.push_back(std::move(user));
    }

    std::vector<std::string> filters(const std::string& name, const Json& user, Right right,
                                     const char* member) {
        const Json* written = user.find(member);
        const std::string what = "user " + quoted(name) + ": " + member;
        std::string_view glob = kEverything;
        if (written && !is_nothing(*written)) {
            const std::string* text = written->string();
            if (!text) {
                findings_.not_supported(place_, what, "it is no text: nothing is allowed");
                return {};
            }
            glob = *text;
        }
        GlobFilters found = filters_of_glob(glob, right);
        for (const GlobFilters::Refused& refused : found.refused) {
            findings_.not_supported(place_, what + ' ' + quoted(refused.entry), refused.why);
        }
        has_star_ = has_star_ || found.has_one_level_wildcard;
        has_star_in_subscribe_ =
            has_star_in_subscribe_ || (right == Right::Subscribe && found.has_one_level_wildcard);
        begins_with_wildcard_ = begins_with_wildcard_ || found.begins_with_wildcard;
        if (found.has_wildcard) take_note(with_wildcards_, name);
        if (found.names_hidden_level) hidden_.emplace_back(name, what + ' ' + quoted(glob));
        return std::move(found.filters);
    }

    // Two are enough to know whether there is another one.
    static void take_note(std::vector<std::string>& names, const std::string& name) {
        if (names.size() < 2 && (names.empty() || names.front() != name)) names.push_back(name);
    }

    void tell_of_wildcards() {
        if (!with_wildcards_.empty()) {
            findings_.changed(
                place_, "* and **",
                "levels that begin with a dot are matched by + and #, not by * and **");
        }
        if (has_star_) {
            findings_.changed(place_, "*", "a level without characters is matched by +, not by *");
        }
        if (has_star_in_subscribe_) {
            findings_.changed(place_, "authorizeSubscribe",
                              "Mosca reads the # of a filter as a level, so that home/* lets "
                              "subscribe to home/#; + does not");
        }
        if (begins_with_wildcard_) {
            findings_.changed(place_, "* and ** at the beginning",
                              "topics that begin with $ are not matched by + and #; nobody "
                              "publishes to them, and $SYS/# can be given with kleber user");
        }
        if (!users_.empty()) {
            findings_.changed(place_, "slashes",
                              "home//lamp and home/lamp/ are topics of their own, for Mosca they "
                              "count as home/lamp");
            findings_.changed(place_, "what is not allowed",
                              "Mosca ends the connection of who publishes it; here the message is "
                              "dropped, and the log tells");
        }
        for (const auto& [name, what] : hidden_) {
            const bool is_hidden_from_others =
                with_wildcards_.size() > 1 ||
                (with_wildcards_.size() == 1 && with_wildcards_.front() != name);
            if (!is_hidden_from_others) continue;
            findings_.lock_lost(
                place_, what,
                "the dot hides these topics from the wildcards of others; here "
                "they match them: give them another name, or deny them in acl.toml");
        }
    }

    const Place place_;
    std::vector<auth::User> users_;
    Findings findings_;
    std::vector<std::string> with_wildcards_;  // users, at most two
    std::vector<std::pair<std::string, std::string>> hidden_;
    bool has_star_ = false;
    bool has_star_in_subscribe_ = false;
    bool begins_with_wildcard_ = false;
};

}  // namespace

Result<MoscaUsers, std::string> import_mosca(const std::string& file, std::string_view text) {
    const auto json =
        text::parse_json(text, {.bytes_max = kCredentialsBytesMax, .depth_max = kDepthMax});
    if (!json) return fail(json.error());
    const Json::Object* object = json->object();
    if (!object) return fail(std::string{"not an object of users"});
    return Importer{file}.import(*object);
}

}  // namespace kleber::coming_over
