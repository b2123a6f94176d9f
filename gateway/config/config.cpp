#include "gateway/config/config.hpp"

namespace kleber::config {

std::string to_string(const SourcePlace& place) {
    if (place.file.empty()) return "default";
    return place.file + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

Config demo_config() {
    Config config;
    config.listeners.emplace_back();
    return config;
}

}  // namespace kleber::config
