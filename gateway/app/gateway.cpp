#include "gateway/app/gateway.hpp"

#include <sys/resource.h>

#include <random>
#include <sstream>
#include <utility>

#include "gateway/app/policies.hpp"
#include "gateway/app/signals.hpp"
#include "gateway/app/version.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

std::uint64_t random_seed() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

runtime::Runtime::Options runtime_options(const config::Config& config) {
    return {.limits = broker_limits(config),
            .lane_count = config.gateway.lanes,
            .seed = random_seed(),
            .log_level = config.log.level,
            .log_lines_per_second_max = config.log.rate};
}

// As many descriptors as we may have: one a client.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Gateway::Gateway(Settings settings, std::string file, Overrides overrides,
                 net::PassedSockets passed, LogSink& sink)
    : config_(std::move(settings.config)),
      access_at_start_(std::move(settings.access)),
      file_(std::move(file)),
      overrides_(std::move(overrides)),
      warnings_(sink, [] { return runtime::read_clock().wall; }),
      runtime_((Signals::block(), runtime_options(config_)), warnings_),
      access_(runtime_),
      users_(runtime_,
             [this](const std::optional<auth::Users>& users, std::function<void()> let_in) {
                 access_.set_users(users, std::move(let_in));
             }),
      doors_(runtime_, users_.authenticator(), std::move(passed)),
      sys_(runtime_, store_, users_.failed_logins()),
      recorder_(runtime_),
      control_(*this) {}

std::optional<std::string> Gateway::start() {
    raise_descriptor_limit();
    // First of all: two gateways must not keep their state in one folder, and clients are let in
    // when all that was there is there again.
    if (auto error = store_.open(config_, runtime_)) return error;
    if (!store_.warning().empty()) log(LogLevel::Error, store_.warning());
    if (auto error = control_.open()) return error;
    set_acl(std::move(access_at_start_), config_);
    if (const auto read = users_.open(config_); !read) {
        std::string text = "the users cannot be read\n" + render(read.error());
        text.pop_back();  // the last line's end
        return text;
    }
    users_.failed_logins().set_limits(failed_login_limits(config_));
    if (auto error = doors_.apply(config_)) return error;
    for (const std::string& socket : doors_.close_unused_sockets()) {
        log(LogLevel::Warning,
            "no listener is where the socket is that was passed, it is closed: " + socket);
    }
    runtime::Lane& lane = runtime_.first_lane();
    const port::Token token = lane.next_token();
    lane.add(std::make_unique<Signals>(
        lane, token, [this] { runtime_.stop(); }, [this] { reload([](const auto&) {}); }));
    auto files =
        std::make_unique<FileWatch>(lane, lane.next_token(), [this] { renew_certificates(); });
    certificate_files_ = files.get();
    lane.add(std::move(files));
    auto expiry = std::make_unique<CertificateExpiry>(lane, lane.next_token());
    certificate_expiry_ = expiry.get();
    lane.add(std::move(expiry));
    watch_certificates();
    sys_.set_interval(config_.gateway.sys_interval);
    recorder_.apply(config_);
    log(LogLevel::Info, std::string{"kleber "} + kVersion + " is up");
    if (store_.is_open()) log(LogLevel::Info, "restored " + store_.summary());
    for (const Doors::Row& door : doors_.rows()) {
        log(LogLevel::Info, "listening for " + door.kind + " on " + door.address);
    }
    return std::nullopt;
}

int Gateway::run() {
    runtime_.run();
    if (!store_.warning().empty()) log(LogLevel::Warning, "at the start, " + store_.warning());
    log(LogLevel::Info, "stopped");
    return 0;
}

void Gateway::reload(const ReloadDone& done) {
    auto loaded = load();
    if (!loaded) return done(refuse_reload(loaded.error()));
    const auto shared = std::make_shared<Loaded>(std::move(*loaded));
    // Nothing is changed until all files are read and found good.
    const bool is_taken =
        users_.read(shared->settings.config, [this, shared, done](const UserDesk::Read& users) {
            done(users ? obey(std::move(*shared), *users) : refuse_reload(users.error()));
        });
    if (is_taken) return;
    const std::string error = "too much waits for the disk; try again";
    log(LogLevel::Error, "reload failed, the old configuration stays: " + error);
    done(error);
}

Result<Gateway::Loaded, text::Diagnostics> Gateway::load() {
    // Of the built-in demo only the users can be others.
    if (file_.empty()) return Loaded{{config_, std::nullopt}};
    auto settings = load_settings(file_);
    if (!settings) return fail(settings.error());
    config::Config& config = settings->config;
    overrides_.apply(config);
    const bool wants_restart =
        config.gateway.lanes != config_.gateway.lanes ||
        config.gateway.state != config_.gateway.state || config.control != config_.control ||
        config.log.rate != config_.log.rate || config.store.durability != config_.store.durability;
    // Until then the users' file is where the rest of the state is.
    config.gateway.state = config_.gateway.state;
    return Loaded{std::move(*settings), wants_restart};
}

std::optional<std::string> Gateway::obey(Loaded loaded, const std::optional<auth::Users>& users) {
    config::Config& config = loaded.settings.config;
    if (auto error = doors_.apply(config)) {
        log(LogLevel::Error, "reload failed, the old configuration stays: " + *error);
        return error;
    }
    if (loaded.wants_restart) {
        log(LogLevel::Warning,
            "gateway.lanes, gateway.state, store.durability, control.socket and log.rate take "
            "effect at the next start");
    }
    set_acl(std::move(loaded.settings.access), config);
    users_.obey(config, users);
    config_ = std::move(config);
    users_.failed_logins().set_limits(failed_login_limits(config_));
    runtime_.broker().set_limits(broker_limits(config_));
    runtime_.set_log_level(config_.log.level);
    sys_.set_interval(config_.gateway.sys_interval);
    recorder_.apply(config_);
    watch_certificates();
    log(LogLevel::Info, "configuration reloaded");
    return std::nullopt;
}

void Gateway::set_acl(std::optional<auth::AccessRules> file, const config::Config& config) {
    if (file && file->entries.empty()) {
        log(LogLevel::Warning, *config.auth.acl + " allows nothing to anybody");
    }
    access_.set_file(std::move(file));
}

std::string Gateway::refuse_reload(const text::Diagnostics& diagnostics) {
    log(LogLevel::Error, "reload failed, the old configuration stays");
    for (const text::Diagnostic& diagnostic : diagnostics) {
        log(LogLevel::Error, headline(diagnostic));
    }
    return render(diagnostics);
}

void Gateway::renew_certificates() {
    const std::vector<std::string> errors = doors_.renew_certificates();
    for (const std::string& error : errors) {
        log(LogLevel::Error, "changed certificates cannot be used, the old ones stay: " + error);
    }
    if (errors.empty()) log(LogLevel::Info, "certificates have changed and are read again");
    watch_certificates();
}

void Gateway::watch_certificates() {
    // Anew each time: a folder may be another one now.
    certificate_files_->set_files(doors_.certificate_files());
    certificate_expiry_->watch(doors_.own_certificate_files());
}

void Gateway::log(LogLevel level, const std::string& line) {
    runtime::Lane& lane = runtime_.first_lane();
    lane.log().write(level, lane.now(), line);
}

}  // namespace kleber::app
