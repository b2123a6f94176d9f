#include "gateway/app/doors.hpp"

#include <algorithm>
#include <utility>

#include "gateway/app/policies.hpp"

namespace kleber::app {
namespace {

bool is_same_place(const config::Listener& a, const config::Listener& b) {
    return a.kind == b.kind && a.address == b.address && a.port == b.port;
}

}  // namespace

const connection::MqttPolicy& Doors::keep(connection::MqttPolicy policy) {
    policies_.push_back(std::make_unique<const connection::MqttPolicy>(std::move(policy)));
    return *policies_.back();
}

std::optional<std::string> Doors::open(const config::Config& config, const config::Listener& wanted,
                                       Door& door) {
    const auto addresses = net::resolve(wanted.address, wanted.port, net::Purpose::Listen);
    if (!addresses) return to_string(wanted.place) + ": " + addresses.error();
    const connection::MqttPolicy& policy = keep(mqtt_policy(config, wanted, runtime_.sharing()));
    std::string first_error;
    for (const net::Address& address : *addresses) {
        auto listener =
            net::MqttListener::open(runtime_, address, policy, limits_, wanted.connections);
        if (listener) {
            door.listeners.push_back(std::move(*listener));
        } else if (first_error.empty()) {
            first_error = listener.error();
        }
    }
    // "localhost" may have an address of a kind that this machine has switched off.
    if (door.listeners.empty()) return to_string(wanted.place) + ": " + first_error;
    door.wanted = wanted;
    return std::nullopt;
}

void Doors::close(Door door) {
    for (const auto& listener : door.listeners) listener->close();
    closed_.push_back(std::move(door));
}

std::optional<std::string> Doors::apply(const config::Config& config) {
    const auto is_in = [](const std::vector<config::Listener>& listeners,
                          const config::Listener& place) {
        return std::any_of(listeners.begin(), listeners.end(), [&](const config::Listener& other) {
            return is_same_place(other, place);
        });
    };
    std::vector<config::Listener> present;
    for (const Door& door : open_) present.push_back(door.wanted);
    std::vector<config::Listener> added;
    for (const config::Listener& wanted : config.listeners) {
        if (!is_in(present, wanted)) added.push_back(wanted);
    }
    // A door that goes makes way first, if a new one wants its port at another address.
    std::vector<config::Listener> made_way;
    for (std::size_t index = 0; index < open_.size();) {
        config::Listener door = open_[index].wanted;
        door.port = open_[index].listeners.front()->address().port();  // where the system chose it
        const bool is_in_the_way =
            !is_in(config.listeners, open_[index].wanted) &&
            std::any_of(added.begin(), added.end(),
                        [&](const config::Listener& wanted) { return wanted.port == door.port; });
        if (!is_in_the_way) {
            ++index;
            continue;
        }
        made_way.push_back(door);
        close(std::move(open_[index]));
        open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
    }

    std::vector<Door> opened;
    for (const config::Listener& wanted : added) {
        Door door;
        auto error = open(config, wanted, door);
        if (!error) {
            opened.push_back(std::move(door));
            continue;
        }
        for (Door& other : opened) close(std::move(other));
        for (const config::Listener& old : made_way) {
            Door again;
            if (open(applied_, old, again)) continue;  // somebody else was quicker
            open_.push_back(std::move(again));
        }
        return error;
    }

    limits_.set(config.limits.connections, config.limits.connections_per_address);
    std::vector<Door> kept;
    for (Door& door : open_) {
        const auto wanted = std::find_if(config.listeners.begin(), config.listeners.end(),
                                         [&](const config::Listener& candidate) {
                                             return is_same_place(candidate, door.wanted);
                                         });
        if (wanted == config.listeners.end()) {
            close(std::move(door));
            continue;
        }
        const connection::MqttPolicy& policy =
            keep(mqtt_policy(config, *wanted, runtime_.sharing()));
        for (const auto& listener : door.listeners) {
            listener->set_policy(policy, wanted->connections);
        }
        door.wanted = *wanted;
        kept.push_back(std::move(door));
    }
    open_ = std::move(kept);
    for (Door& door : opened) open_.push_back(std::move(door));
    applied_ = config;
    return std::nullopt;
}

std::vector<Doors::Row> Doors::rows() const {
    std::vector<Row> rows;
    for (const Door& door : open_) {
        for (const auto& listener : door.listeners) {
            rows.push_back({"mqtt", listener->address().text(), listener->connection_count()});
        }
    }
    return rows;
}

}  // namespace kleber::app
