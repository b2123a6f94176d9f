#include "gateway/app/command_reload.hpp"

#include <cstdio>

#include "gateway/app/exit_status.hpp"

namespace kleber::app {

int reload(const ReloadOptions& options) {
    const auto answer = ask_gateway(options.which, R"({"command":"reload"})");
    if (!answer) return answer.error();
    const std::string_view error = refusal(*answer);
    if (error.empty()) {
        std::puts("reloaded");
        return 0;
    }
    const std::string* details = answer->string_at("details");
    if (details) std::fputs(details->c_str(), stderr);
    if (details && !details->ends_with('\n')) std::fputc('\n', stderr);
    complain(error);
    return details ? kExitBadConfiguration : kExitFailure;
}

}  // namespace kleber::app
