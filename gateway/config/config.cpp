#include "gateway/config/config.hpp"

namespace kleber::config {

std::string to_string(const SourcePlace& place) {
    if (place.file.empty()) return "default";
    return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

Config demo_config() {
    Config config;
    Listener& listener = config.listeners.emplace_back();
    listener.port = default_port(listener.kind);
    return config;
}

std::uint16_t default_port(ListenerKind kind) {
    switch (kind) {
        case ListenerKind::Mqtt:
            return 1883;
        case ListenerKind::Mqtts:
            return 8883;
        case ListenerKind::Ws:
        case ListenerKind::Wss:
            return 9001;
        case ListenerKind::Unix:
            break;
    }
    return 0;
}

bool has_tls(ListenerKind kind) {
    return kind == ListenerKind::Mqtts || kind == ListenerKind::Wss;
}

bool has_web(ListenerKind kind) {
    return kind == ListenerKind::Ws || kind == ListenerKind::Wss;
}

}  // namespace kleber::config
