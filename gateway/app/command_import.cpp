#include "gateway/app/command_import.hpp"

#include <cstdio>
#include <filesystem>

#include "gateway/app/call_gateway.hpp"
#include "gateway/app/control_place.hpp"
#include "gateway/app/disk_source_files.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/import_folder.hpp"
#include "gateway/coming_over/mosquitto_import.hpp"

namespace kleber::app {
namespace {

using coming_over::Imported;

// The folder in the state folder for `run`.
constexpr const char* kTrialFolder = "mosquitto";
constexpr const char* kNoListener =
    "no listener is left, and a gateway without one would open one of its own";

void print(std::FILE* stream, const std::string& text) {
    std::fputs(text.c_str(), stream);
}

std::string written_text(const std::string& folder, const Imported& imported) {
    std::string text = "\nWritten into " + folder + ':';
    for (const coming_over::NewFile& file : imported.files) text += ' ' + file.name;
    return text + "\nTo try it: kleber run --config " +
           (std::filesystem::path{folder} / imported.files.front().name).string() +
           " --state SOME-FOLDER --port-base 11883\n";
}

}  // namespace

int import_mosquitto(const ImportOptions& options) {
    DiskSourceFiles sources;
    const auto imported = coming_over::import_mosquitto(options.file, sources);
    if (!imported) {
        print(stderr, render(imported.error()));
        return kExitBadConfiguration;
    }
    print(stdout, text_of(imported->findings));
    if (imported->files.empty()) {
        complain(std::string{"nothing is written: "} + kNoListener);
        return kExitFailure;
    }
    const auto written = write_import(
        options.output, imported->files, options.replaces ? Existing::Replace : Existing::Keep,
        [&](const std::string& path) { return sources.has_read(path); });
    if (!written) {
        complain(written.error());
        return kExitFailure;
    }
    print(stdout, written_text(options.output, *imported));
    if (!imported->findings.has_lost_locks()) return 0;
    complain("what keeps somebody out in mosquitto is missing: see ! above");
    return kExitLocksLost;
}

Result<std::string, int> config_from_mosquitto(const std::string& file, const std::string& state) {
    const auto refuse = [](const std::string& why, int status) {
        complain(why);
        return fail(status);
    };
    DiskSourceFiles sources;
    const auto imported = coming_over::import_mosquitto(file, sources);
    if (!imported) {
        print(stderr, render(imported.error()));
        return fail(kExitBadConfiguration);
    }
    if (imported->findings.has_lost_locks()) {
        print(stderr, text_of_lost_locks(imported->findings));
        return refuse("not started; `kleber import mosquitto " + file + "` makes files to change",
                      kExitLocksLost);
    }
    if (imported->files.empty())
        return refuse(std::string{"not started: "} + kNoListener, kExitFailure);
    if (const auto error = make_state_folder(state)) {
        return refuse(*error + "; name another with --state", kExitFailure);
    }
    const std::string folder = (std::filesystem::path{state} / kTrialFolder).string();
    const auto written =
        write_import(folder, imported->files, Existing::Replace,
                     [&](const std::string& path) { return sources.has_read(path); });
    if (!written) return refuse(written.error(), kExitFailure);
    return (std::filesystem::path{folder} / imported->files.front().name).string();
}

}  // namespace kleber::app
