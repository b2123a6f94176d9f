#include "gateway/app/overrides.hpp"

#include "gateway/app/control_place.hpp"

namespace kleber::app {

void Overrides::apply(config::Config& config) const {
    if (!state.empty()) {
        config.gateway.state = state;
        if (!config.control.socket) config.control.socket = control_socket_in(state);
    }
    if (port_base) {
        std::uint16_t next = *port_base;
        for (config::Listener& listener : config.listeners) {
            if (listener.kind != config::ListenerKind::Unix) listener.port = next++;
        }
    }
}

}  // namespace kleber::app
