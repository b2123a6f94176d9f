#include "gateway/coming_over/locks.hpp"

#include <algorithm>
#include <utility>

#include "gateway/auth/user_name.hpp"
#include "gateway/auth/users.hpp"
#include "gateway/auth/users_text.hpp"
#include "gateway/coming_over/acl_conversion.hpp"
#include "gateway/coming_over/lock_options.hpp"
#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/coming_over/psk_conversion.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

constexpr const char* kUsersFile = "users.toml";
constexpr const char* kAclFile = "acl.toml";

std::string counted(std::size_t count, const char* noun) {
    return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

}  // namespace

void Locks::convert(const std::vector<const MosquittoListener*>& kept) {
    chosen_ = kept.empty() ? &set_up_.general : &group_of(*kept.front());
    bool lets_anybody_in = false;
    for (const MosquittoListener* listener : kept) {
        const OptionGroup& group = group_of(*listener);
        if (!chosen_->has("password_file") && group.has("password_file")) chosen_ = &group;
        lets_anybody_in = lets_anybody_in || allows_anonymous(*listener);
    }
    convert_acl(*chosen_, convert_passwords(*chosen_, lets_anybody_in));
}

std::optional<std::string> Locks::read(const Option& option) {
    if (option.value.empty()) {
        problems_.add(complaint(option.place, option.name + ": nothing follows it"));
        return std::nullopt;
    }
    auto text = sources_.read(option.value);
    if (text) return std::move(*text);
    problems_.add(complaint(option.place, text::excerpt(option.value) + ' ' + text.error()));
    return std::nullopt;
}

void Locks::tell_not_taken(const NamesAndSecrets& read) {
    for (const Place& place : read.not_taken) {
        findings_.changed(place, "", "the line means nothing in mosquitto either");
    }
}

std::vector<std::string> Locks::convert_passwords(const OptionGroup& group, bool lets_anybody_in) {
    const Option* option = group.find("password_file");
    std::vector<auth::User> users;
    std::vector<std::string> names;
    if (option) {
        has_passwords_ = true;
        const auto text = read(*option);
        if (!text) return names;
        NamesAndSecrets lines = parse_mosquitto_passwords(option->value, *text);
        for (const NameAndSecret& line : lines.all) {
            const std::string what = "user " + text::excerpt(line.name);
            names.push_back(line.name);
            if (const auto problem = auth::problem_of_name(line.name)) {
                findings_.not_supported(line.place, what, "the name " + *problem);
                continue;
            }
            auto hash = auth::PasswordHash::parse(line.secret);
            if (!hash) {
                findings_.not_supported(
                    line.place, what,
                    hash.error() + ": not let in before `kleber user add` gives a new password");
                continue;
            }
            users.push_back({.name = line.name, .password = std::move(*hash)});
        }
        tell_not_taken(lines);
        if (lines.is_too_long || users.size() > auth::kUsersMax) {
            problems_.add(complaint(option->place,
                                    "more than " + std::to_string(auth::kUsersMax) + " users"));
            return names;
        }
        findings_.taken(option->place, shown(*option),
                        std::string{kUsersFile} + ": " + counted(users.size(), "user"));
    }
    // Without such a file a user name means nothing, as in mosquitto. Where nobody comes in without
    // one, nobody comes in: a file without users says that.
    if (!option && lets_anybody_in) return names;
    draft_.auth.set("users", quoted(kUsersFile),
                    option ? to_string(option->place) + ": " + shown(*option)
                           : "There is no password_file, so nobody has a password.");
    made_.push_back({kUsersFile, auth::text_of(auth::Users{std::move(users)}), true});
    return names;
}

void Locks::convert_acl(const OptionGroup& group, const std::vector<std::string>& users) {
    const Option* option = group.find("acl_file");
    if (!option) {
        if (!has_deciding_plugin(group)) return;
        has_acl_ = true;
        draft_.auth.set("acl", quoted(kAclFile), "A plugin said who may do what.");
        made_.push_back({kAclFile,
                         "# A plugin of mosquitto's said who may do what. Here nobody may "
                         "do anything\n# until it is written down.\n"});
        return;
    }
    has_acl_ = true;
    const auto text = read(*option);
    if (!text) return;
    auto lines = parse_mosquitto_acl(option->value, *text);
    if (!lines) {
        for (const text::Diagnostic& diagnostic : lines.error()) problems_.add(diagnostic);
        return;
    }
    std::vector<std::string> names = users;
    for (const AclLine& line : *lines) {
        if (line.user && std::find(names.begin(), names.end(), *line.user) == names.end()) {
            names.push_back(*line.user);
        }
    }
    findings_.taken(option->place, shown(*option),
                    std::string{kAclFile} + ": " + counted(lines->size(), "line"));
    findings_.changed(option->place, shown(*option),
                      "who subscribes to what it may not read at all is refused, not left without "
                      "messages; and nobody publishes to topics that begin with $");
    if (!has_passwords_) {
        findings_.changed(option->place, shown(*option),
                          "user names that nobody checks mean nothing: without password_file only "
                          "certificates and keys make a user");
    }
    draft_.auth.set("acl", quoted(kAclFile), to_string(option->place) + ": " + shown(*option));
    made_.push_back({kAclFile, acl_toml(*lines, names, {option->value, 0}, findings_)});
}

std::string Locks::difference_of(const MosquittoListener& listener) const {
    const OptionGroup& group = group_of(listener);
    if (&group == chosen_) return {};
    if (has_deciding_plugin(group) != has_deciding_plugin(*chosen_)) return "plugin";
    if (group.text("acl_file") != chosen_->text("acl_file")) return "acl_file";
    if (group.text("password_file") == chosen_->text("password_file")) return {};
    // Who comes without a name needs no passwords.
    return !group.has("password_file") && allows_anonymous(listener) ? "" : "password_file";
}

void Locks::tell_of(const MosquittoListener& listener) {
    const OptionGroup& group = group_of(listener);
    if (&group == chosen_) return;
    for (const char* name : {"password_file", "acl_file"}) {
        const Option* option = group.find(name);
        if (!option) continue;
        if (option->value == chosen_->text(name)) {
            findings_.taken(option->place, shown(*option), "it is the same for all listeners");
        } else {
            findings_.not_supported(option->place, shown(*option),
                                    "only one is there for all listeners, and it is another");
        }
    }
    if (!group.has("password_file") && chosen_->has("password_file") &&
        difference_of(listener).empty()) {
        findings_.changed(listener.place, "",
                          "user names are checked here, too; without one everybody comes in");
    }
}

bool Locks::allows_anonymous(const MosquittoListener& listener) const {
    const OptionGroup& group = group_of(listener);
    if (has_deciding_plugin(group)) return false;
    if (listener.options.has("listener_allow_anonymous")) {
        return listener.options.is_on("listener_allow_anonymous");
    }
    if (group.has("allow_anonymous")) return group.is_on("allow_anonymous");
    return set_up_.is_local_only;
}

std::string Locks::psk_file_for(const Option& psk_file) {
    const auto known = psk_files_.find(psk_file.value);
    if (known != psk_files_.end()) return known->second;
    const std::size_t number = psk_files_.size() + 1;
    std::string name = number == 1 ? "psk.txt" : "psk-" + std::to_string(number) + ".txt";
    psk_files_.emplace(psk_file.value, name);
    const auto text = read(psk_file);
    if (!text) return name;
    const NamesAndSecrets lines = parse_mosquitto_passwords(psk_file.value, *text);
    tell_not_taken(lines);
    PskText keys = psk_text(lines, findings_);
    findings_.taken(psk_file.place, shown(psk_file), name + ": " + counted(keys.count, "key"));
    made_.push_back({name, std::move(keys.text), true});
    return name;
}

void Locks::tell_of_unused_keys() {
    const auto tell = [this](const OptionGroup& group) {
        const Option* option = group.find("psk_file");
        if (!option || psk_files_.contains(option->value)) return;
        findings_.changed(option->place, shown(*option), "no listener that is kept has a psk_hint");
    };
    tell(set_up_.general);
    for (const MosquittoListener& listener : set_up_.listeners) tell(listener.options);
}

}  // namespace kleber::coming_over
