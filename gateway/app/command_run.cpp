#include "gateway/app/command_run.hpp"

#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

#include "gateway/app/command_import.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/first_user.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/log_to_stderr.hpp"
#include "gateway/net/passed_sockets.hpp"

namespace kleber::app {
namespace {

void print(const std::string& text) {
    std::fputs(text.c_str(), stderr);
}

bool exists(const std::string& file) {
    std::error_code error;
    return std::filesystem::exists(file, error);
}

// Empty if there is none.
std::string file_of(const std::string& named) {
    if (named.empty() && exists(kDefaultConfigFile)) return kDefaultConfigFile;
    return named;
}

// Clients from the network have a way in at once, and nobody but them.
void lock_at_first_start(const config::Config& config, LogToStderr& log) {
    const auto user = make_first_user(config);
    if (!user) {
        log.write(LogLevel::Warning,
                  "nobody can log in from the network before `kleber user add` has made "
                  "somebody: " +
                      user.error());
    } else if (*user) {
        const bool is_for_terminal = ::isatty(STDERR_FILENO) == 1;
        log.write(LogLevel::Info, first_user_text(**user, is_for_terminal));
    }
}

}  // namespace

Result<Settings, text::Diagnostics> settings_of(const std::string& file) {
    const std::string found = file_of(file);
    if (!found.empty()) return load_settings(found);
    return Settings{.config = config::demo_config(), .access = std::nullopt};
}

int run(const RunOptions& options) {
    // First: their numbers are those that files would get.
    auto passed = net::PassedSockets::from_environment();
    std::string file = file_of(options.config);
    if (!options.mosquitto_conf.empty()) {
        const std::string& state = options.overrides.state;
        auto imported = config_from_mosquitto(options.mosquitto_conf,
                                              state.empty() ? config::Gateway{}.state : state);
        if (!imported) return imported.error();
        file = *imported;
    }
    if (file.empty()) {
        print(std::string{"kleber: no "} + kDefaultConfigFile +
              ": running the built-in demo, for programs on this machine only\n");
    }
    auto settings = settings_of(file);
    if (!settings) {
        print(render(settings.error()));
        return kExitBadConfiguration;
    }
    options.overrides.apply(settings->config);

    LogToStderr log;
    try {
        lock_at_first_start(settings->config, log);
        Gateway gateway{std::move(*settings), file, options.overrides, std::move(passed), log};
        if (const auto error = gateway.start()) {
            print("kleber: " + *error + '\n');
            return kExitFailure;
        }
        return gateway.run();
    } catch (const std::exception& error) {
        print(std::string{"kleber: cannot start: "} + error.what() + '\n');
        return kExitFailure;
    }
}

int check(const CheckOptions& options) {
    const std::string file = options.config.empty() ? kDefaultConfigFile : options.config;
    const auto loaded = load_settings(file);
    if (!loaded) {
        print(render(loaded.error()));
        return kExitBadConfiguration;
    }
    std::printf("%s: ok\n", file.c_str());
    return 0;
}

}  // namespace kleber::app
