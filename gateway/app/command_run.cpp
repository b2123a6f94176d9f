#include "gateway/app/command_run.hpp"

#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>

#include "gateway/app/exit_status.hpp"
#include "gateway/app/gateway.hpp"
#include "gateway/app/log_to_stderr.hpp"
#include "gateway/config/load.hpp"

namespace kleber::app {
namespace {

void print(const std::string& text) {
    std::fputs(text.c_str(), stderr);
}

bool exists(const std::string& file) {
    std::error_code error;
    return std::filesystem::exists(file, error);
}

}  // namespace

int run(const RunOptions& options) {
    std::string file = options.config;
    if (file.empty() && exists(kDefaultConfigFile)) file = kDefaultConfigFile;
    config::Config config = config::demo_config();
    if (file.empty()) {
        print(std::string{"kleber: no "} + kDefaultConfigFile +
              ": running the built-in demo, for programs on this machine only\n");
    } else {
        auto loaded = config::load(file);
        if (!loaded) {
            print(render(loaded.error()));
            return kExitBadConfiguration;
        }
        config = std::move(*loaded);
    }
    options.overrides.apply(config);

    LogToStderr log;
    try {
        Gateway gateway{std::move(config), file, options.overrides, log};
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
    const auto loaded = config::load(file);
    if (!loaded) {
        print(render(loaded.error()));
        return kExitBadConfiguration;
    }
    std::printf("%s: ok\n", file.c_str());
    return 0;
}

}  // namespace kleber::app
