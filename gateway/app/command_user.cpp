#include "gateway/app/command_user.hpp"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <utility>

#include "gateway/app/exit_status.hpp"
#include "gateway/app/password_input.hpp"
#include "gateway/app/service_folder.hpp"
#include "gateway/app/user_commands.hpp"
#include "gateway/app/users_text.hpp"
#include "gateway/auth/new_password.hpp"
#include "gateway/auth/user_name.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

using text::Json;

// Where no gateway answers: the file, and its table.
struct Offline {
    std::string path;
    std::optional<auth::Users> users;
};

// The running gateway, or what it would read. The error is the exit status, and the user was told.
Result<Offline, int> offline(const UserOptions& options, const NobodyThere& nobody) {
    // One may be there that would not hear of what is written.
    if (nobody.is_forbidden) {
        std::fputs(nobody.text.c_str(), stderr);
        return fail(nobody.exit_status);
    }
    const auto [config, bad_file] = config_of(options.which);
    if (!bad_file.empty()) {
        std::fputs(bad_file.c_str(), stderr);
        return fail(kExitBadConfiguration);
    }
    const std::string path = users_file_of(config);
    auto users = auth::read_users_file(path);
    if (!users) {
        std::fputs(render(users.error()).c_str(), stderr);
        return fail(kExitBadConfiguration);
    }
    return Offline{path, std::move(*users)};
}

int told(const std::string& error) {
    complain(error);
    return kExitFailure;
}

// What a gateway would have answered.
Result<Json, std::string> answer_here(const auth::Users& users, const std::string& line) {
    const auto request = text::parse_json(line, {.bytes_max = line.size()});
    if (!request) return fail(request.error());
    const std::string answer = users_answer(users, *request);
    return text::parse_json(answer, {.bytes_max = answer.size()});
}

// Does what the request says, here or there.
int change(const UserOptions& options, const std::string& line, const char* done) {
    auto client = call_gateway(options.which);
    if (client) {
        const auto answer = accepted(client->ask(line));
        if (!answer) return answer.error();
    } else {
        const auto there = offline(options, client.error());
        if (!there) return there.error();
        const auto request = text::parse_json(line, {.bytes_max = line.size()});
        if (!request) return told(request.error());
        const auto wanted = user_change_of(*request);
        if (!wanted) return told(wanted.error());
        const std::string folder = std::filesystem::path{there->path}.parent_path().string();
        if (!folder.empty()) {
            if (const auto error = make_service_folder(folder)) return told(*error);
        }
        const auto changed = change_users(there->path, *wanted);
        if (!changed) return told(changed.error());
    }
    std::fprintf(stderr, "user %s %s\n", text::excerpt(options.name).c_str(), done);
    return 0;
}

void write_list(text::JsonWriter& out, const char* name, const std::vector<std::string>& list) {
    out.key(name).begin_array();
    for (const std::string& one : list) out.value(one);
    out.end_array();
}

Result<Secret, std::string> password_for(const UserOptions& options) {
    if (options.generates_password) return auth::make_password();
    auto password =
        options.reads_password ? read_password_line(STDIN_FILENO) : ask_for_password(options.name);
    if (password && password->empty()) {
        return fail(std::string{"an empty password would protect nothing"});
    }
    return password;
}

// Adds a user, or gives one another password.
int set_password(const UserOptions& options, const char* command, const char* done) {
    if (const auto problem = auth::problem_of_name(options.name)) {
        return told("the name \"" + text::excerpt(options.name) + "\" " + *problem);
    }
    const auto password = password_for(options);
    if (!password) return told(password.error());
    const Result<auth::PasswordHash, std::string> hash =
        options.generates_password ? auth::PasswordHash::of_generated(password->bytes())
                                   : auth::PasswordHash::of_chosen(password->bytes());
    if (!hash) return told(hash.error());
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("command", command).member("name", options.name);
    out.member("password", hash->text()).member("admin", options.admin);
    write_list(out, "groups", options.groups);
    write_list(out, "publish", options.publish);
    write_list(out, "subscribe", options.subscribe);
    out.end_object();
    const int status = change(options, line, done);
    if (status != 0 || !options.generates_password) return status;
    std::fputs("this password is not shown again:\n", stderr);
    const std::string_view shown = password->bytes();
    std::fwrite(shown.data(), 1, shown.size(), stdout);
    std::fputc('\n', stdout);
    return 0;
}

// All pages, or the one user that `name` says. The error is the exit status.
Result<Json::Array, int> rows(const UserOptions& options, const std::string& name) {
    auto client = call_gateway(options.which);
    std::optional<auth::Users> users;
    if (!client) {
        auto there = offline(options, client.error());
        if (!there) return fail(there.error());
        users = std::move(there->users).value_or(auth::Users{});
    }
    Json::Array all;
    std::int64_t cursor = 0;
    do {
        std::string line;
        text::JsonWriter out{line};
        out.begin_object().member("command", "users").member("cursor", cursor);
        if (!name.empty()) out.member("name", name);
        out.end_object();
        auto answer = accepted(client ? client->ask(line) : answer_here(*users, line));
        if (!answer) return fail(answer.error());
        const Json* page = answer->find("users");
        if (const Json::Array* found = page ? page->array() : nullptr) {
            all.insert(all.end(), found->begin(), found->end());
        }
        const std::int64_t* next = answer->integer_at("next");
        cursor = next ? *next : 0;
    } while (cursor != 0);
    return all;
}

int show(const UserOptions& options, const std::string& name,
         std::string (*in_words)(const Json::Array&)) {
    auto found = rows(options, name);
    if (!found) return found.error();
    if (options.is_json) {
        Json all;
        all.any() = std::move(*found);
        std::puts(to_string(all).c_str());
    } else {
        std::fputs(in_words(*found).c_str(), stdout);
    }
    return 0;
}

}  // namespace

int user_add(const UserOptions& options) {
    return set_password(options, "user_add", "added");
}

int user_passwd(const UserOptions& options) {
    return set_password(options, "user_passwd", "has a new password");
}

int user_remove(const UserOptions& options) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("command", "user_remove").member("name", options.name).end_object();
    return change(options, line, "removed");
}

int user_list(const UserOptions& options) {
    return show(options, {}, users_list_text);
}

int user_show(const UserOptions& options) {
    return show(options, options.name, users_details_text);
}

}  // namespace kleber::app
