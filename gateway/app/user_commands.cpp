#include "gateway/app/user_commands.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/auth/user_name.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

using auth::User;
using text::Json;

constexpr std::size_t kPageRowsMax = 100;
constexpr std::size_t kListMax = 1000;

using ProblemOf = std::optional<std::string> (*)(std::string_view);

Result<std::vector<std::string>, std::string> list_at(const Json& request, std::string_view name,
                                                      ProblemOf problem_of) {
    std::vector<std::string> list;
    const Json* member = request.find(name);
    if (!member) return list;
    const Json::Array* values = member->array();
    if (!values || values->size() > kListMax) {
        return fail(std::string{name} + " is a list of at most " + std::to_string(kListMax));
    }
    for (const Json& value : *values) {
        const std::string* written = value.string();
        if (!written) return fail(std::string{name} + " is a list of texts");
        if (const auto problem = problem_of(*written)) {
            return fail('"' + text::excerpt(*written) + "\" " + *problem);
        }
        list.push_back(*written);
    }
    return list;
}

Result<std::string, std::string> name_of(const Json& request) {
    const std::string* name = request.string_at("name");
    if (!name) return fail(std::string{"expected the user's name as text"});
    if (const auto problem = auth::problem_of_name(*name)) {
        return fail("the name \"" + text::excerpt(*name) + "\" " + *problem);
    }
    return *name;
}

Result<auth::PasswordHash, std::string> password_of(const Json& request) {
    const std::string* written = request.string_at("password");
    if (!written) return fail(std::string{"expected the hash of a password as text"});
    auto password = auth::PasswordHash::parse(*written);
    if (!password) return fail("password: " + password.error());
    return password;
}

Result<auth::UsersChange, std::string> adding_of(const Json& request, std::string name) {
    auto password = password_of(request);
    if (!password) return fail(password.error());
    auto groups = list_at(request, "groups", auth::problem_of_name);
    if (!groups) return fail(groups.error());
    auto publish = list_at(request, "publish", auth::problem_of_filter);
    if (!publish) return fail(publish.error());
    auto subscribe = list_at(request, "subscribe", auth::problem_of_filter);
    if (!subscribe) return fail(subscribe.error());
    const bool* admin = request.boolean_at("admin");
    return auth::adding(User{.name = std::move(name),
                             .password = std::move(*password),
                             .admin = admin && *admin,
                             .groups = std::move(*groups),
                             .publish = std::move(*publish),
                             .subscribe = std::move(*subscribe)});
}

void write_list(text::JsonWriter& out, std::string_view name,
                const std::vector<std::string>& list) {
    out.key(name).begin_array();
    for (const std::string& one : list) out.value(one);
    out.end_array();
}

}  // namespace

Result<auth::UsersChange, std::string> user_change_of(const Json& request) {
    const std::string* command = request.string_at("command");
    auto name = name_of(request);
    if (!name) return fail(name.error());
    if (command && *command == "user_remove") return auth::removing(std::move(*name));
    if (command && *command == "user_add") return adding_of(request, std::move(*name));
    auto password = password_of(request);
    if (!password) return fail(password.error());
    return auth::setting_password(std::move(*name), std::move(*password));
}

control::Answer UserChangeCommand::begin(const Json& request, control::CommandTurn& turn) {
    auto change = user_change_of(request);
    if (!change) return control::failure(change.error());
    const bool is_taken = desk_.change(
        std::move(*change), [later = turn.later](const std::optional<std::string>& error) {
            later(error ? control::failure(*error) : control::success());
        });
    if (!is_taken) return control::failure("too much waits for the disk; try again");
    return std::nullopt;
}

std::string users_answer(const auth::Users& users, const Json& request) {
    const std::string* name = request.string_at("name");
    const std::int64_t* cursor = request.integer_at("cursor");
    const std::vector<User>& all = users.all();
    auto from = all.begin();
    auto to = all.end();
    if (name) {
        const User* user = users.find(*name);
        if (!user) return control::failure("there is no user " + text::excerpt(*name));
        from = all.begin() + (user - all.data());
        to = from + 1;
    } else if (cursor) {
        const auto size = static_cast<std::int64_t>(all.size());
        from += static_cast<std::ptrdiff_t>(std::clamp<std::int64_t>(*cursor, 0, size));
    }
    const bool has_more = to - from > static_cast<std::ptrdiff_t>(kPageRowsMax);
    if (has_more) to = from + kPageRowsMax;
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true).key("users").begin_array();
    for (auto user = from; user != to; ++user) {
        out.begin_object().member("name", user->name).member("admin", user->admin);
        write_list(out, "groups", user->groups);
        write_list(out, "publish", user->publish);
        write_list(out, "subscribe", user->subscribe);
        out.end_object();
    }
    out.end_array();
    if (has_more) out.member("next", static_cast<std::int64_t>(to - all.begin()));
    out.end_object();
    return line;
}

void add_user_commands(control::ControlCommands& commands, UserDesk& desk) {
    for (const char* name : {"user_add", "user_passwd", "user_remove"}) {
        commands.add(name, [&desk] { return std::make_unique<UserChangeCommand>(desk); });
    }
    commands.add("users", [&desk](const Json& request) {
        return users_answer(desk.users().value_or(auth::Users{}), request);
    });
}

}  // namespace kleber::app
