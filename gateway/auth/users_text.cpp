#include "gateway/auth/users_text.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/auth/user_name.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::auth {

namespace {

using text::Entry;
using text::Table;
using text::Value;

constexpr std::size_t kListMax = 1000;  // groups or filters of one user

constexpr std::string_view kHead =
    "# The users of this gateway. `kleber user` writes this file anew, without comments of "
    "yours.\n";

std::string quoted(std::string_view text) {
    return '"' + text::excerpt(text) + '"';
}

class UsersReader {
  public:
    explicit UsersReader(const text::Document& document) : document_(document) {}

    Result<Users, text::Diagnostics> read() {
        for (const Entry& entry : document_.root()) {
            if (entry.key == "user") {
                read_all(entry);
            } else {
                report_unknown(entry, {"user"});
            }
        }
        if (diagnostics_.has_errors()) {
            diagnostics_.sort();
            return fail(std::move(diagnostics_));
        }
        return Users{std::move(users_)};
    }

  private:
    void read_all(const Entry& entry) {
        const text::Array* tables = entry.value.array();
        if (!tables) return report(entry.position, "expected [[user]]");
        if (tables->size() > kUsersMax) {
            return report(entry.position, "more than " + std::to_string(kUsersMax) + " users");
        }
        for (const Value& one : *tables) {
            if (const Table* table = one.table()) {
                read_user(one.position(), *table);
            } else {
                report(one.position(), "expected [[user]]");
            }
        }
    }

    void read_user(text::Position position, const Table& table) {
        std::string name;
        std::optional<PasswordHash> password;
        bool admin = false;
        std::vector<std::string> groups;
        std::vector<std::string> publish;
        std::vector<std::string> subscribe;
        for (const Entry& entry : table) {
            if (entry.key == "name") {
                read_name(entry, name);
            } else if (entry.key == "password") {
                read_password(entry, password);
            } else if (entry.key == "admin") {
                if (const bool* truth = entry.value.boolean()) {
                    admin = *truth;
                } else {
                    report(entry.value.position(), "admin: expected true or false");
                }
            } else if (entry.key == "groups") {
                read_list(entry, problem_of_name, groups);
            } else if (entry.key == "publish") {
                read_list(entry, problem_of_filter, publish);
            } else if (entry.key == "subscribe") {
                read_list(entry, problem_of_filter, subscribe);
            } else {
                report_unknown(entry,
                               {"name", "password", "admin", "groups", "publish", "subscribe"});
            }
        }
        if (!text::find(table, "name")) report(position, "a user without a name");
        if (!text::find(table, "password")) {
            report(position, "a user without a password", "kleber user passwd NAME");
        }
        if (name.empty() || !password) return;
        users_.push_back({std::move(name), std::move(*password), admin, std::move(groups),
                          std::move(publish), std::move(subscribe)});
    }

    void read_name(const Entry& entry, std::string& name) {
        const std::string* written = entry.value.string();
        if (!written) return report(entry.value.position(), "name: expected text");
        if (const auto problem = problem_of_name(*written)) {
            return report(entry.value.position(), "name: " + quoted(*written) + ' ' + *problem);
        }
        const auto [place, is_new] = places_.emplace(*written, entry.value.position());
        if (!is_new) {
            return report(entry.value.position(),
                          "there is a user " + quoted(*written) + " in line " +
                              std::to_string(place->second.line) + " already");
        }
        name = *written;
    }

    void read_password(const Entry& entry, std::optional<PasswordHash>& password) {
        const std::string* written = entry.value.string();
        if (!written) return report(entry.value.position(), "password: expected text");
        auto hash = PasswordHash::parse(*written);
        if (!hash) {
            return report(entry.value.position(), "password: " + hash.error(),
                          "kleber user passwd NAME makes a hash");
        }
        password = std::move(*hash);
    }

    template <typename ProblemOf>
    void read_list(const Entry& entry, const ProblemOf& problem_of,
                   std::vector<std::string>& list) {
        const text::Array* values = entry.value.array();
        if (!values)
            return report(entry.value.position(), entry.key + ": expected a list of texts");
        if (values->size() > kListMax) {
            return report(entry.value.position(),
                          entry.key + ": more than " + std::to_string(kListMax));
        }
        for (const Value& value : *values) {
            const std::string* written = value.string();
            if (!written) {
                report(value.position(), entry.key + ": expected text");
            } else if (const auto problem = problem_of(*written)) {
                report(value.position(), entry.key + ": " + quoted(*written) + ' ' + *problem);
            } else {
                list.push_back(*written);
            }
        }
    }

    void report_unknown(const Entry& entry, const std::vector<std::string_view>& known) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        report(entry.position, "unknown key " + quoted(entry.key),
               text::did_you_mean(entry.key, known));
    }

    void report(text::Position position, std::string message, std::string hint = {}) {
        if (diagnostics_.is_full()) return diagnostics_.leave_off();
        text::Diagnostic diagnostic =
            document_.error(position, std::move(message), std::move(hint));
        diagnostic.source_line.clear();
        diagnostics_.add(std::move(diagnostic));
    }

    const text::Document& document_;
    text::Diagnostics diagnostics_;
    std::vector<User> users_;
    std::map<std::string, text::Position> places_;  // of names
};

// What is written has no control characters: these are all that need an escape.
void write_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char letter : text) {
        if (letter == '"' || letter == '\\') out += '\\';
        out += letter;
    }
    out += '"';
}

void write_list(std::string& out, std::string_view key, const std::vector<std::string>& list) {
    if (list.empty()) return;
    out.append(key).append(" = [");
    for (const std::string& text : list) {
        if (&text != &list.front()) out += ", ";
        write_text(out, text);
    }
    out += "]\n";
}

}  // namespace

Result<Users, text::Diagnostics> parse_users(text::Source source) {
    auto document = text::parse_toml(std::move(source));
    if (!document) {
        text::Diagnostic diagnostic = document.error();
        diagnostic.source_line.clear();
        diagnostic.hint.clear();  // repeats a part of the line
        text::Diagnostics diagnostics;
        diagnostics.add(std::move(diagnostic));
        return fail(std::move(diagnostics));
    }
    return UsersReader{*document}.read();
}

std::string text_of(const Users& users) {
    std::string out{kHead};
    for (const User& user : users.all()) {
        out += "\n[[user]]\nname = ";
        write_text(out, user.name);
        out += "\npassword = ";
        write_text(out, user.password.text());
        out += '\n';
        if (user.admin) out += "admin = true\n";
        write_list(out, "groups", user.groups);
        write_list(out, "publish", user.publish);
        write_list(out, "subscribe", user.subscribe);
    }
    return out;
}

}  // namespace kleber::auth
