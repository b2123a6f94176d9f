#include "gateway/app/command_store.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <utility>

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

struct Answered {
    text::Json answer;
    runtime::FileDescriptor file;  // that came with it
};
using Direct = std::function<Result<control::LateAnswer, std::string>(const std::string& path)>;

Result<Answered, int> accepted_with(Result<text::Json, std::string> answer,
                                    runtime::FileDescriptor file) {
    auto accepted_answer = accepted(std::move(answer));
    if (!accepted_answer) return fail(accepted_answer.error());
    return Answered{std::move(*accepted_answer), std::move(file)};
}

// The running gateway's answer to this line; where none runs, that of `direct`, about the store's
// file. The error is the exit status, and the user was told.
Result<Answered, int> ask(const WhichGateway& which, std::string_view line, const Direct& direct) {
    auto client = call_gateway(which);
    if (client) {
        client->set_patience(kPatience);
        auto answer = client->ask(line);
        return accepted_with(std::move(answer), client->take_file());
    }
    const auto [config, bad_file] = config_of(which);
    std::string error = "no gateway answers, and without one: ";
    if (bad_file.empty()) {
        auto answer = direct(StateStore::path_in(config.gateway.state));
        if (answer) {
            auto file = answer->file ? std::move(*answer->file) : runtime::FileDescriptor{};
            return accepted_with(text::parse_json(answer->line), std::move(file));
        }
        error += answer.error();
    } else {
        std::fputs(bad_file.c_str(), stderr);
        error += "this configuration does not say where the store is";
    }
    complain(error);
    // Where it is the wrong user, that says what helps; a bad file is on the screen already.
    if (client.error().is_forbidden && bad_file.empty()) {
        std::fputs(client.error().text.c_str(), stderr);
    }
    return fail(bad_file.empty() ? kExitFailure : kExitBadConfiguration);
}

Result<std::unique_ptr<store::Store>, std::string> open_store(const std::string& path) {
    auto opened = store::Store::open(path, {.may_replace = false}, runtime::read_clock());
    if (!opened) return fail(opened.error().reason);
    return std::move(*opened);
}

Result<control::LateAnswer, std::string> info_of(const std::string& path) {
    const auto opened = open_store(path);
    if (!opened) return fail(opened.error());
    const auto info = (*opened)->info();
    if (!info) return fail(info.error().reason);
    return control::LateAnswer{info_answer(*info)};
}

Result<control::LateAnswer, std::string> check_of(const std::string& path) {
    const auto report = store::check_file(path, runtime::read_clock());
    if (!report) return fail(report.error());
    return control::LateAnswer{check_answer(*report)};
}

Result<control::LateAnswer, std::string> back_up(const std::string& path) {
    const auto opened = open_store(path);
    if (!opened) return fail(opened.error());
    BackupWork work{path + ".backup"};
    while (true) {
        if (auto answer = work.go_on(**opened)) return std::move(*answer);
    }
}

// All of one file into the other, and onto the disk. None if that went well.
std::optional<std::string> copy_file(int from, int to) {
    constexpr std::size_t kPart = 1 << 20;
    ssize_t count = 0;
    do {
        count = ::sendfile(to, from, nullptr, kPart);
    } while (count > 0 || (count < 0 && errno == EINTR));
    if (count < 0 || ::fsync(to) != 0) return std::strerror(errno);
    return std::nullopt;
}

int show(const Result<Answered, int>& answered, bool is_json,
         std::string (*text)(const text::Json&)) {
    if (!answered) return answered.error();
    const text::Json& answer = answered->answer;
    const std::string shown = is_json ? to_string(answer) + '\n' : text(answer);
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
    const text::Json* problems = answer->answer.find("problems");
    const bool is_whole = problems && problems->array() && problems->array()->empty();
    return is_whole ? 0 : kExitFailure;
}

int backup(const BackupOptions& options) {
    const runtime::FileDescriptor file{
        ::open(options.file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
    if (!file.is_open()) {
        complain("cannot make " + options.file + ": " + std::strerror(errno));
        return kExitFailure;
    }
    const auto answered = ask(options.which, R"({"command":"backup"})", back_up);
    int status = answered ? 0 : answered.error();
    if (answered) {
        if (const auto error = copy_file(answered->file.get(), file.get())) {
            complain("cannot write " + options.file + ": " + *error);
            status = kExitFailure;
        }
    }
    if (status != 0) {
        ::unlink(options.file.c_str());
        return status;
    }
    const off_t size = ::lseek(file.get(), 0, SEEK_END);
    std::printf("%s: %s\n", options.file.c_str(),
                rough_size(static_cast<std::uint64_t>(std::max<off_t>(size, 0))).c_str());
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
