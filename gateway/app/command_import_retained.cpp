#include "gateway/app/command_import_retained.hpp"

#include <utility>

#include "gateway/app/exit_status.hpp"
#include "gateway/app/password_input.hpp"
#include "gateway/app/retained_copy.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::app {
namespace {

constexpr std::uint16_t kInFlightMax = 100;

std::optional<std::string> complaint_about(const ImportRetainedOptions& options) {
    if (!topic::is_valid_filter(options.filter) || options.filter.starts_with("$share/")) {
        return "--topic " + options.filter +
               ": not a topic filter (+ and # stand alone between slashes, # last)";
    }
    if (options.filter.starts_with('$')) {
        return "--topic " + options.filter + ": topics that begin with $ are not copied";
    }
    if (options.from.host == options.to.host && options.from.port == options.to.port) {
        return "the old broker and the gateway are the same: say with -p and --to-port which is "
               "which";
    }
    if (options.reads_password && (options.from.password || !options.from.password_file.empty())) {
        return "give one of -P, --password-file and --password-stdin";
    }
    return std::nullopt;
}

}  // namespace

int import_retained(const ImportRetainedOptions& options, const Streams& streams) {
    const auto refuse = [&streams](const std::string& why) {
        say(streams, why);
        return kExitFailure;
    };
    if (const auto complaint = complaint_about(options)) return refuse(*complaint);
    ClientArguments from = options.from;
    if (options.reads_password) {
        const auto password = read_password_line(streams.in);
        if (!password) return refuse(password.error());
        from.password = std::string{password->bytes()};
    }
    auto old_broker = client_options(from, "kleber-import");
    if (!old_broker) return refuse(old_broker.error());
    auto gateway = client_options(options.to, "kleber-import");
    if (!gateway) return refuse(gateway.error());
    gateway->in_flight_max = kInFlightMax;
    // A message that is not retained would be no copy.
    gateway->beyond_server = connection::BeyondServer::Discard;
    return RetainedCopy{options, std::move(*old_broker), std::move(*gateway), streams}.run();
}

}  // namespace kleber::app
