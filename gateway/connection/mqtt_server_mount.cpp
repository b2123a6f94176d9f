#include "gateway/connection/mqtt_server.hpp"

namespace kleber::connection {

std::string_view MqttServer::inward(std::string_view topic) {
    return translation().topic = policy_.mount.inward(topic);
}

Bytes MqttServer::inward(Bytes properties) {
    ByteBuffer& room = translation().properties;
    room.clear();
    return policy_.mount.inward_properties(properties, room);
}

MqttServer::Wording MqttServer::outward(const port::Message& message) {
    ByteBuffer& room = translation().properties;
    room.clear();
    return {policy_.mount.outward(message.topic()),
            policy_.mount.outward_properties(message.properties(), room)};
}

MqttServer::Translation& MqttServer::translation() {
    if (!extras().translation) extras_->translation = std::make_unique<Translation>();
    return *extras_->translation;
}

}  // namespace kleber::connection
