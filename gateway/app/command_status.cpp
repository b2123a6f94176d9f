#include "gateway/app/command_status.hpp"

#include <cstdio>

#include "gateway/app/exit_status.hpp"
#include "gateway/app/status_text.hpp"

namespace kleber::app {

int status(const StatusOptions& options) {
    const auto answer = ask_gateway(options.which, R"({"command":"status"})");
    if (!answer) return answer.error();
    if (const std::string_view error = refusal(*answer); !error.empty()) {
        complain(error);
        return kExitFailure;
    }
    const std::string text = options.is_json ? to_string(*answer) + '\n' : status_text(*answer);
    std::fputs(text.c_str(), stdout);
    return 0;
}

}  // namespace kleber::app
