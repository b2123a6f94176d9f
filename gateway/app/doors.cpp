#include "gateway/app/doors.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "gateway/app/policies.hpp"
#include "gateway/app/welcomes.hpp"
#include "gateway/net/listen_tcp.hpp"
#include "gateway/net/unix_socket.hpp"

namespace kleber::app {

using config::Listener;
using config::ListenerKind;

namespace {

const char* name_of(ListenerKind kind) {
    switch (kind) {
        case ListenerKind::Mqtt:
            return "mqtt";
        case ListenerKind::Mqtts:
            return "mqtts";
        case ListenerKind::Ws:
            return "ws";
        case ListenerKind::Wss:
            return "wss";
        case ListenerKind::Unix:
            return "unix";
    }
    return "";
}

const Listener* find_in(const config::Config& config, const Listener& place) {
    const auto found = std::find_if(config.listeners.begin(), config.listeners.end(),
                                    [&](const Listener& one) { return one.is_same_place(place); });
    return found == config.listeners.end() ? nullptr : &*found;
}

}  // namespace

Doors::~Doors() {
    for (const Door& door : open_) {
        if (door.owns_file) ::unlink(door.wanted.path->c_str());
    }
}

Result<net::Welcome, std::string> Doors::make_welcome(const config::Config& config,
                                                      const Listener& listener) {
    connection::MqttPolicy policy = mqtt_policy(config, listener, runtime_.sharing());
    policy.authenticator = &authenticator_;
    if (listener.rate != config::Rate{}) policy.listener_rate = rate_meter_of(listener);
    policies_.push_back(std::make_unique<const connection::MqttPolicy>(std::move(policy)));
    auto welcome = welcome_of(listener, *policies_.back());
    if (welcome) welcome->rates = &rates_;
    return welcome;
}

// The one that there is, if there is: those who came in under an older policy share it.
std::shared_ptr<connection::RateMeter> Doors::rate_meter_of(const Listener& listener) const {
    for (const Door& door : open_) {
        if (!door.wanted.is_same_place(listener)) continue;
        if (door.welcome.policy->listener_rate) return door.welcome.policy->listener_rate;
    }
    return std::make_shared<connection::RateMeter>(rate_of(listener.rate));
}

void Doors::tell(LogLevel level, const Listener& listener, const std::string& what) {
    runtime::Lane& lane = runtime_.first_lane();
    lane.log().write(level, lane.now(), to_string(listener.place) + ": " + what);
}

Result<Doors::Opened, std::string> Doors::open_unix(const Listener& wanted) {
    Opened opened;
    runtime::FileDescriptor passed = passed_.listening_at(*wanted.path);
    if (passed.is_open()) {
        tell(LogLevel::Info, wanted, "takes the socket that was passed for " + *wanted.path);
        opened.sockets.push_back(std::move(passed));
        return opened;
    }
    auto socket = net::listen_unix(*wanted.path, nullptr);
    if (!socket) return fail(to_string(wanted.place) + ": " + socket.error().text);
    opened.sockets.push_back(std::move(*socket));
    opened.owns_file = true;
    return opened;
}

Result<Doors::Opened, std::string> Doors::open_sockets(const Listener& wanted) {
    if (wanted.kind == ListenerKind::Unix) return open_unix(wanted);
    const auto addresses = net::resolve(wanted.address, *wanted.port, net::Purpose::Listen);
    if (!addresses) return fail(to_string(wanted.place) + ": " + addresses.error());
    const std::string interface = wanted.interface.value_or("");
    Opened opened;
    std::string first_error;
    for (const net::Address& address : *addresses) {
        runtime::FileDescriptor passed = passed_.listening_at(address, interface);
        if (passed.is_open()) {
            tell(LogLevel::Info, wanted, "takes the socket that was passed for " + address.text());
            opened.sockets.push_back(std::move(passed));
            continue;
        }
        auto listening = net::listen_tcp(address, interface);
        if (!listening) {
            if (first_error.empty()) first_error = listening.error();
            continue;
        }
        if (!listening->is_address_here) {
            tell(LogLevel::Warning, wanted,
                 "this machine does not have the address " + address.host() + " (yet)");
        }
        opened.sockets.push_back(std::move(listening->socket));
    }
    // "localhost" may have an address of a kind that this machine has switched off.
    if (opened.sockets.empty()) return fail(to_string(wanted.place) + ": " + first_error);
    return opened;
}

Result<Doors::Door, std::string> Doors::open(const Listener& wanted, const net::Welcome& welcome) {
    auto opened = open_sockets(wanted);
    if (!opened) return fail(opened.error());
    Door door{.wanted = wanted,
              .welcome = welcome,
              .limits = std::make_unique<net::ConnectionLimits>(&limits_),
              .listeners = {},
              .owns_file = opened->owns_file};
    door.limits->set(wanted.connections, 0);
    for (runtime::FileDescriptor& socket : opened->sockets) {
        door.listeners.push_back(std::make_unique<net::MqttListener>(
            runtime_, std::move(socket), *door.limits, handshakes_, welcome));
    }
    return door;
}

void Doors::welcome_again(Door& door, const net::Welcome& welcome) {
    door.welcome = welcome;
    for (const auto& listener : door.listeners) listener->set_welcome(welcome);
}

void Doors::close(Door door) {
    if (door.owns_file) ::unlink(door.wanted.path->c_str());
    for (const auto& listener : door.listeners) listener->close();
    closed_.push_back(std::move(door));
}

// A door that goes makes way first, if a new one wants its port at another address.
std::vector<Doors::Closed> Doors::make_way(const config::Config& config,
                                           const std::vector<const Listener*>& added) {
    std::vector<Closed> gone;
    for (std::size_t index = 0; index < open_.size();) {
        Door& door = open_[index];
        Listener open = door.wanted;
        if (*open.port == 0) open.port = door.listeners.front()->address().port();
        const bool is_in_the_way =
            !find_in(config, door.wanted) &&
            std::any_of(added.begin(), added.end(), [&](const Listener* wanted) {
                return open.kind == ListenerKind::Unix ? wanted->path == open.path
                                                       : wanted->port == open.port;
            });
        if (!is_in_the_way) {
            ++index;
            continue;
        }
        gone.push_back({door.wanted, std::move(open), door.welcome});
        close(std::move(door));
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    }
    return gone;
}

std::string Doors::reopen(const std::vector<Closed>& closed) {
    std::string errors;
    for (const Closed& old : closed) {
        auto again = open(old.open, old.welcome);
        if (!again) {
            // Somebody else was quicker.
            errors += "; the old one is closed, too: " + again.error();
            continue;
        }
        again->wanted = old.wanted;
        open_.push_back(std::move(*again));
    }
    return errors;
}

std::optional<std::string> Doors::apply(const config::Config& config) {
    std::vector<net::Welcome> welcomes;
    std::vector<const Listener*> added;
    for (const Listener& listener : config.listeners) {
        auto welcome = make_welcome(config, listener);
        if (!welcome) return welcome.error();
        welcomes.push_back(std::move(*welcome));
        const bool is_present = std::any_of(open_.begin(), open_.end(), [&](const Door& door) {
            return door.wanted.is_same_place(listener);
        });
        if (!is_present) added.push_back(&listener);
    }
    const auto welcome_for = [&](const Listener& listener) -> const net::Welcome& {
        return welcomes[static_cast<std::size_t>(&listener - config.listeners.data())];
    };

    const std::vector<Closed> made_way = make_way(config, added);
    std::vector<Door> opened;
    for (const Listener* wanted : added) {
        auto door = open(*wanted, welcome_for(*wanted));
        if (door) {
            opened.push_back(std::move(*door));
            continue;
        }
        for (Door& other : opened) close(std::move(other));
        return door.error() + reopen(made_way);
    }

    limits_.set(config.limits.connections, config.limits.connections_per_address);
    rates_.set(config.limits.connects_per_address);
    std::vector<Door> kept;
    for (Door& door : open_) {
        const Listener* wanted = find_in(config, door.wanted);
        if (!wanted) {
            close(std::move(door));
            continue;
        }
        door.wanted = *wanted;
        door.limits->set(wanted->connections, 0);
        if (const auto& meter = door.welcome.policy->listener_rate) {
            meter->set(rate_of(wanted->rate));
        }
        welcome_again(door, welcome_for(*wanted));
        kept.push_back(std::move(door));
    }
    open_ = std::move(kept);
    for (Door& door : opened) open_.push_back(std::move(door));
    applied_ = config;
    return std::nullopt;
}

std::vector<std::string> Doors::renew_certificates() {
    std::vector<std::string> errors;
    for (Door& door : open_) {
        if (!has_tls(door.wanted.kind)) continue;
        auto welcome = make_welcome(applied_, door.wanted);
        if (!welcome) {
            errors.push_back(welcome.error());
            continue;
        }
        welcome_again(door, *welcome);
    }
    return errors;
}

std::vector<std::string> Doors::certificate_files() const {
    std::vector<std::string> files;
    for (const Door& door : open_) {
        const config::Tls& tls = door.wanted.tls;
        for (const auto* file : {&tls.certificate, &tls.key, &tls.ca, &tls.crl, &tls.psk}) {
            if (*file) files.push_back(**file);
        }
    }
    return files;
}

std::vector<std::string> Doors::own_certificate_files() const {
    std::vector<std::string> files;
    for (const Door& door : open_) {
        if (const auto& file = door.wanted.tls.certificate) files.push_back(*file);
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

std::vector<Doors::Row> Doors::rows() const {
    std::vector<Row> rows;
    for (const Door& door : open_) {
        const bool is_unix = door.wanted.kind == ListenerKind::Unix;
        for (const auto& listener : door.listeners) {
            rows.push_back({name_of(door.wanted.kind),
                            is_unix ? *door.wanted.path : listener->address().text(),
                            listener->connection_count()});
        }
    }
    return rows;
}

}  // namespace kleber::app
