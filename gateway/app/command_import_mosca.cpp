#include "gateway/app/command_import_mosca.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>

#include "gateway/app/call_gateway.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/user_desk.hpp"
#include "gateway/coming_over/mosca_import.hpp"

namespace kleber::app {
namespace {

// One byte more than may be there is enough to see that it is too much.
Result<std::string, std::string> text_of_file(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    std::string text(coming_over::kCredentialsBytesMax + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.is_open() || in.bad()) return fail(std::string{std::strerror(errno)});
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

std::string written_text(const std::string& file) {
    return "\nWritten: " + file +
           "\nPut it where the gateway keeps its users:\n"
           "  sudo install -o kleber -g kleber -m 600 " +
           file +
           " /var/lib/kleber/users.toml\n"
           "Mosca lets nobody in without a name: so does a listener with allow_anonymous = "
           "false.\n";
}

}  // namespace

int import_mosca(const ImportMoscaOptions& options) {
    const auto text = text_of_file(options.file);
    if (!text) {
        complain(options.file + ": cannot be read: " + text.error());
        return kExitBadConfiguration;
    }
    const auto imported = coming_over::import_mosca(options.file, *text);
    if (!imported) {
        complain(options.file + ": " + imported.error());
        return kExitBadConfiguration;
    }
    const std::string file = (std::filesystem::path{options.output} / "users.toml").string();
    const auto written = change_users(
        file, [&](const std::optional<auth::Users>& before) -> Result<auth::Users, std::string> {
            if (before && !options.replaces) {
                return fail(file + " is there already: --force replaces it");
            }
            return imported->users;
        });
    if (!written) {
        complain(written.error());
        return kExitFailure;
    }
    std::fputs((text_of(imported->findings) + written_text(file)).c_str(), stdout);
    if (!imported->findings.has_lost_locks()) return 0;
    complain("what keeps something from somebody in Mosca is missing: see ! above");
    return kExitLocksLost;
}

}  // namespace kleber::app
