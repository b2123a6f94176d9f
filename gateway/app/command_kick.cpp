#include "gateway/app/command_kick.hpp"

#include "gateway/app/exit_status.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {

int kick(const KickOptions& options) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("command", "kick").member("id", options.client_id).end_object();
    const auto answer = ask_gateway(options.which, line);
    if (!answer) return answer.error();
    if (const std::string_view error = refusal(*answer); !error.empty()) {
        complain(error);
        return kExitFailure;
    }
    return 0;
}

}  // namespace kleber::app
