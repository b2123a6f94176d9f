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

std::optional<std::string> Doors::apply(const config::Config& config) {
    std::vector<Door> added;
    for (const config::Listener& wanted : config.listeners) {
        const bool is_open = std::any_of(open_.begin(), open_.end(), [&](const Door& door) {
            return is_same_place(door.wanted, wanted);
        });
        if (is_open) continue;
        Door door;
        if (auto error = open(config, wanted, door)) {
            for (Door& opened : added) {
                for (const auto& listener : opened.listeners) listener->close();
                closed_.push_back(std::move(opened));
            }
            return error;
        }
        added.push_back(std::move(door));
    }
    limits_.set(config.limits.connections, config.limits.connections_per_address);
    std::vector<Door> kept;
    for (Door& door : open_) {
        const auto wanted = std::find_if(config.listeners.begin(), config.listeners.end(),
                                         [&](const config::Listener& candidate) {
                                             return is_same_place(candidate, door.wanted);
                                         });
        if (wanted == config.listeners.end()) {
            for (const auto& listener : door.listeners) listener->close();
            closed_.push_back(std::move(door));
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
    for (Door& door : added) open_.push_back(std::move(door));
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
