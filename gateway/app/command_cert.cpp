#include "gateway/app/command_cert.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "gateway/app/cert_made_text.hpp"
#include "gateway/app/cert_show_text.hpp"
#include "gateway/app/control_place.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/base/iso_time.hpp"
#include "gateway/certificates/create.hpp"
#include "gateway/certificates/machine_names.hpp"
#include "gateway/certificates/revoke.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

using certificates::KeyBeside;
using certificates::Standing;
using certificates::SubjectName;

int refuse(std::string_view why) {
    complain(why);
    return kExitFailure;
}

// Where the certificates are, from the root on, as configuration files want it. The error is the
// exit status, and the user was told.
Result<std::string, int> place_of(const std::string& directory, const WhichGateway& which) {
    std::string place = directory;
    if (place.empty()) {
        const auto [config, bad_file] = config_of(which);
        if (!bad_file.empty()) {
            std::fputs(bad_file.c_str(), stderr);
            complain("until this is mended, say where the certificates are with --directory");
            return fail(kExitBadConfiguration);
        }
        if (const auto error = make_state_folder(config.gateway.state)) return fail(refuse(*error));
        place = (std::filesystem::path{config.gateway.state} / "certificates").string();
    }
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(place, error);
    return error ? place : absolute.string();
}

// A Pi without a network does not know the time, and a signature has a date.
Result<WallTime, std::string> time_to_sign() {
    const Now now = runtime::read_clock();
    if (now.wall_is_trusted) return now.wall;
    return fail("this machine's clock says " + iso_time(now.wall) +
                ", which cannot be: set it first, since certificates have dates");
}

// What this machine is called, and what else somebody wants it to be called.
Result<std::vector<SubjectName>, std::string> server_names(const std::vector<std::string>& more) {
    std::vector<SubjectName> names = certificates::machine_names();
    for (const std::string& text : more) {
        auto name = certificates::subject_name(text);
        if (!name) return fail("--name: " + name.error());
        if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
    }
    return names;
}

int create_server(const CertCreateOptions& options, const std::string& place, WallTime now) {
    auto names = server_names(options.names);
    if (!names) return refuse(names.error());
    certificates::ServerWishes wishes{.host_label = certificates::host_label(),
                                      .names = std::move(*names)};
    if (options.days) wishes.lifetime = std::chrono::days{*options.days};
    if (options.makes_new_key) wishes.key = certificates::KeyChoice::MakeNew;
    if (options.forgets_names) wishes.old_names = certificates::NamesChoice::ForgetOld;
    const auto made = certificates::create_server(place, wishes, now);
    if (!made) return refuse(made.error());
    const std::string host = host_among(made->contents.names);
    std::fputs(server_made_text(*made, host).c_str(), stdout);
    return 0;
}

int create_client(const CertCreateOptions& options, const std::string& name,
                  const std::string& place, WallTime now) {
    certificates::ClientWishes wishes{.host_label = certificates::host_label(), .name = name};
    if (options.days) wishes.lifetime = std::chrono::days{*options.days};
    if (options.makes_new_key) wishes.key = certificates::KeyChoice::MakeNew;
    const auto made = certificates::create_client(place, wishes, now);
    if (!made) return refuse(made.error());
    std::fputs(client_made_text(*made, wishes.host_label + ".local").c_str(), stdout);
    return 0;
}

// What the worst of a file's certificates means for those who use it.
int status_of(const Inspected& inspected, WallTime now) {
    const KeyBeside::State key = inspected.key.state;
    bool is_bad = key == KeyBeside::State::Unusable || key == KeyBeside::State::Differs;
    bool ends_soon = false;
    for (const certificates::Certificate& certificate : inspected.certificates) {
        const Standing standing = certificates::standing(certificate, now);
        is_bad |= standing == Standing::Ended || standing == Standing::NotYet;
        ends_soon |= standing == Standing::EndsSoon;
    }
    return is_bad ? kExitFailure : ends_soon ? kExitEndsSoon : 0;
}

int worse_of(int one, int other) {
    if (one == kExitFailure || other == kExitFailure) return kExitFailure;
    return std::max(one, other);
}

}  // namespace

int cert_create(const CertCreateOptions& options) {
    const auto now = time_to_sign();
    if (!now) return refuse(now.error());
    const auto place = place_of(options.directory, options.which);
    if (!place) return place.error();
    return options.client ? create_client(options, *options.client, *place, *now)
                          : create_server(options, *place, *now);
}

int cert_revoke(const CertRevokeOptions& options) {
    const auto now = time_to_sign();
    if (!now) return refuse(now.error());
    const auto place = place_of(options.directory, options.which);
    if (!place) return place.error();
    const auto revoked = certificates::revoke(*place, options.file, *now);
    if (!revoked) return refuse(revoked.error());
    std::fputs(revoked_text(*revoked).c_str(), stdout);
    return 0;
}

int cert_show(const CertShowOptions& options) {
    const WallTime now = runtime::read_clock().wall;
    int status = 0;
    std::vector<Inspected> all;
    for (const std::string& file : options.files) {
        auto certificates = certificates::inspect(file);
        if (!certificates) {
            status = refuse(certificates.error());
            continue;
        }
        all.push_back({file, std::move(*certificates), certificates::key_beside(file)});
        status = worse_of(status, status_of(all.back(), now));
    }
    std::string shown = options.is_json ? inspected_json(all, now) : std::string{};
    if (!options.is_json) {
        for (const Inspected& one : all) shown += inspected_text(one, now);
    }
    std::fputs(shown.c_str(), stdout);
    return status;
}

}  // namespace kleber::app
