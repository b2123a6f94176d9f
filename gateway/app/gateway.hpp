#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/app/access_desk.hpp"
#include "gateway/app/certificate_expiry.hpp"
#include "gateway/app/control_desk.hpp"
#include "gateway/app/doors.hpp"
#include "gateway/app/file_watch.hpp"
#include "gateway/app/last_warnings.hpp"
#include "gateway/app/overrides.hpp"
#include "gateway/app/recorder_seat.hpp"
#include "gateway/app/settings.hpp"
#include "gateway/app/state_store.hpp"
#include "gateway/app/sys_publisher.hpp"
#include "gateway/app/user_desk.hpp"
#include "gateway/base/log.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/passed_sockets.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// The running program: everything that the configuration asks for, built and wired.
class Gateway {
  public:
    // `file` is what a reload reads again; empty for the built-in demo. The overrides are in the
    // configuration already. `passed`: what listeners can take instead of opening it.
    Gateway(Settings settings, std::string file, Overrides overrides, net::PassedSockets passed,
            LogSink& sink);

    // Opens what is to be opened. The error is a sentence; then nothing runs.
    std::optional<std::string> start();
    // Until a signal says stop. Returns the exit status.
    int run();

    // Reads the configuration again, with the files that it names, and applies what can be changed
    // while running. `done` hears what was wrong, as it would be shown to the user; then nothing
    // was changed. On the first lane's thread, `done` perhaps later.
    using ReloadDone = std::function<void(const std::optional<std::string>& error)>;
    void reload(const ReloadDone& done);

    void log(LogLevel level, const std::string& line);

    Doors& doors() { return doors_; }
    runtime::Runtime& runtime() { return runtime_; }
    SysPublisher& sys() { return sys_; }
    RecorderSeat& recorder() { return recorder_; }
    StateStore& store() { return store_; }
    UserDesk& users() { return users_; }
    const LastWarnings& warnings() const { return warnings_; }
    const config::Config& config() const { return config_; }
    const std::string& file() const { return file_; }

  private:
    // What a reload has read, but for the users.
    struct Loaded {
        Settings settings;
        bool wants_restart = false;  // for a part of it
    };
    Result<Loaded, text::Diagnostics> load();
    // What was wrong, if anything was.
    std::optional<std::string> obey(Loaded loaded, const std::optional<auth::Users>& users);
    // Logs what is wrong and returns it, for the user.
    std::string refuse_reload(const text::Diagnostics& diagnostics);
    void renew_certificates();
    void watch_certificates();
    void set_acl(std::optional<auth::AccessRules> file, const config::Config& config);

    config::Config config_;
    std::optional<auth::AccessRules> access_at_start_;
    const std::string file_;
    const Overrides overrides_;
    LastWarnings warnings_;
    StateStore store_;
    runtime::Runtime runtime_;
    AccessDesk access_;
    UserDesk users_;
    Doors doors_;
    FileWatch* certificate_files_ = nullptr;           // the first lane's
    CertificateExpiry* certificate_expiry_ = nullptr;  // the first lane's
    SysPublisher sys_;
    RecorderSeat recorder_;
    ControlDesk control_;
};

}  // namespace kleber::app
