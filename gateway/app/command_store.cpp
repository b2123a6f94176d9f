#include "gateway/app/command_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <utility>

#include "gateway/app/answer_fields.hpp"
#include "gateway/app/backup_work.hpp"
#include "gateway/app/control_place.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/for_people.hpp"
#include "gateway/app/state_store.hpp"
#include "gateway/app/store_commands.hpp"
#include "gateway/app/store_text.hpp"
#include "gateway/runtime/clock.hpp"
#include "gateway/store/maintenance.hpp"
#include "gateway/text/json.hpp"

namespace kleber::app {
namespace {

// A large store on a slow card.
constexpr std::chrono::hours kPatience{1};

using Direct = std::function<Result<std::string, std::string>(const std::string& path)>;

// The running gateway's answer to this line; where none runs, that of `direct`, about the store's
// file. The error is the exit status, and the user was told.
Result<text::Json, int> ask(const WhichGateway& which, std::string_view line, const Direct& direct,
                            int file = -1) {
    auto client = call_gateway(which);
    if (client) {
        client->set_patience(kPatience);
        return accepted(client->ask(line, file));
    }
    const auto [config, bad_file] = config_of(which);
    std::string error = "no gateway answers, and without one: ";
    if (bad_file.empty()) {
        const auto answer = direct(StateStore::path_in(config.gateway.state));
        if (answer) return accepted(text::parse_json(*answer));
        error += answer.error();
    } else {
        std::fputs(bad_file.c_str(), stderr);
        error += "this configuration does not say where the store is";
    }
    complain(error);
    return fail(bad_file.empty() ? kExitFailure : kExitBadConfiguration);
}

Result<std::unique_ptr<store::Store>, std::string> open_store(const std::string& path) {
    if (::access(path.c_str(), F_OK) != 0) return fail(path + ": " + std::strerror(errno));
    auto opened = store::Store::open(path, {}, runtime::read_clock());
    if (!opened) return fail(opened.error().reason);
    return std::move(*opened);
}

Result<std::string, std::string> info_of(const std::string& path) {
    const auto opened = open_store(path);
    if (!opened) return fail(opened.error());
    const auto info = (*opened)->info();
    if (!info) return fail(info.error().reason);
    return info_answer(*info);
}

Result<std::string, std::string> check_of(const std::string& path) {
    const auto report = store::check_file(path, runtime::read_clock());
    if (!report) return fail(report.error());
    return check_answer(*report);
}

Result<std::string, std::string> back_up(const std::string& path, runtime::FileDescriptor target) {
    const auto opened = open_store(path);
    if (!opened) return fail(opened.error());
    BackupWork work{path + ".backup", std::move(target)};
    while (true) {
        if (const control::Answer answer = work.go_on(**opened)) return *answer;
    }
}

int show(const Result<text::Json, int>& answer, bool is_json,
         std::string (*text)(const text::Json&)) {
    if (!answer) return answer.error();
    const std::string shown = is_json ? to_string(*answer) + '\n' : text(*answer);
    std::fputs(shown.c_str(), stdout);
    return 0;
}

}  // namespace

int store_info(const StoreOptions& options) {
    return show(ask(options.which, R"({"command":"store_info"})", info_of), options.is_json,
                store_info_text);
}

int store_check(const StoreOptions& options) {
    const auto answer = ask(options.which, R"({"command":"store_check"})", check_of);
    const int status = show(answer, options.is_json, store_check_text);
    if (status != 0) return status;
    const text::Json* problems = answer->find("problems");
    const bool is_whole = problems && problems->array() && problems->array()->empty();
    return is_whole ? 0 : kExitFailure;
}

int backup(const BackupOptions& options) {
    const auto open_file = [&] {
        return runtime::FileDescriptor{::open(
            options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    };
    runtime::FileDescriptor file = open_file();
    if (!file.is_open()) {
        complain("cannot make " + options.file + ": " + std::strerror(errno));
        return kExitFailure;
    }
    const auto answer = ask(
        options.which, R"({"command":"backup"})",
        [&](const std::string& path) {
            return back_up(path, runtime::FileDescriptor{::dup(file.get())});
        },
        file.get());
    if (!answer) {
        ::unlink(options.file.c_str());
        return answer.error();
    }
    std::printf("%s: %s\n", options.file.c_str(), rough_size(number_at(*answer, "bytes")).c_str());
    return 0;
}

int restore(const BackupOptions& options) {
    const auto [config, bad_file] = config_of(options.which);
    if (!bad_file.empty()) {
        std::fputs(bad_file.c_str(), stderr);
        return kExitBadConfiguration;
    }
    if (call_gateway(options.which)) {
        complain("the gateway is running: stop it first, and start it again afterwards");
        return kExitFailure;
    }
    const std::string path = StateStore::path_in(config.gateway.state);
    if (const auto error = make_state_folder(config.gateway.state)) {
        complain(*error);
        return kExitFailure;
    }
    const auto restored = store::restore_file(options.file, path, runtime::read_clock());
    if (!restored) {
        complain(restored.error());
        return kExitFailure;
    }
    std::printf("restored %s, %s and %s\n", counted(restored->kept.sessions, "session").c_str(),
                counted(restored->kept.retained, "retained message").c_str(),
                counted(restored->kept.deliveries, "waiting message").c_str());
    if (!restored->set_aside.empty()) {
        std::printf("what was there before is now %s\n", restored->set_aside.c_str());
    }
    return 0;
}

}  // namespace kleber::app
