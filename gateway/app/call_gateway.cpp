#include "gateway/app/call_gateway.hpp"

#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "gateway/app/command_run.hpp"
#include "gateway/app/control_place.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/overrides.hpp"
#include "gateway/config/load.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

std::string nobody_answers(const std::string& places, bool is_forbidden) {
    std::string text = "kleber: no gateway answers; looked at\n" + places;
    if (is_forbidden) {
        text +=
            "It is for members of the group kleber: use sudo, or join with\n"
            "    sudo adduser $USER kleber\n";
    } else {
        text += "Is it running? If it was started with --config or --state, say the same here.\n";
    }
    return text;
}

}  // namespace

GatewayConfig config_of(const WhichGateway& which) {
    std::string file = which.config;
    std::error_code error;
    if (file.empty() && std::filesystem::exists(kDefaultConfigFile, error)) {
        file = kDefaultConfigFile;
    }
    GatewayConfig found;
    if (!file.empty()) {
        if (auto loaded = config::load(file)) {
            found.config = std::move(*loaded);
        } else {
            found.error = render(loaded.error());
        }
    }
    Overrides{.state = which.state, .port_base = {}}.apply(found.config);
    return found;
}

Result<control::ControlClient, NobodyThere> call_gateway(const WhichGateway& which) {
    // Somebody may be about to mend a bad file: the gateway can still be where it is by default.
    const auto [config, bad_file] = config_of(which);
    std::string places;
    bool is_forbidden = false;
    for (const std::string& path : control_socket_candidates(config)) {
        auto client = control::ControlClient::connect(path);
        if (client) return std::move(*client);
        is_forbidden |= client.error() == std::errc::permission_denied;
        places += "    " + path + ": " + client.error().message() + '\n';
    }
    if (bad_file.empty())
        return fail(NobodyThere{nobody_answers(places, is_forbidden), kExitFailure, is_forbidden});
    return fail(NobodyThere{bad_file +
                                "kleber: until this is mended, say where the gateway is with "
                                "--state\n",
                            kExitBadConfiguration, is_forbidden});
}

std::string_view refusal(const text::Json& answer) {
    const bool* ok = answer.boolean_at("ok");
    if (ok && *ok) return {};
    const std::string* error = answer.string_at("error");
    return error ? std::string_view{*error} : "the answer makes no sense";
}

Result<text::Json, int> ask_gateway(const WhichGateway& which, std::string_view line) {
    auto client = call_gateway(which);
    if (!client) {
        std::fputs(client.error().text.c_str(), stderr);
        return fail(client.error().exit_status);
    }
    auto answer = client->ask(line);
    if (!answer) {
        complain(answer.error());
        return fail(kExitFailure);
    }
    return std::move(*answer);
}

Result<text::Json, int> accepted(Result<text::Json, std::string> answer) {
    std::string error = answer ? std::string{refusal(*answer)} : answer.error();
    if (error.empty()) return std::move(*answer);
    complain(error);
    return fail(kExitFailure);
}

void complain(std::string_view error) {
    std::fputs(("kleber: " + text::printable(error) + '\n').c_str(), stderr);
}

}  // namespace kleber::app
