// What the client may do, and what is said where it may not.

#include <utility>

#include "gateway/connection/mqtt_server.hpp"

namespace kleber::connection {
namespace {

// As much of it as the log needs to show.
std::string_view shown(std::string_view topic) {
    return topic.substr(0, 200);
}

}  // namespace

port::Principal MqttServer::principal() const {
    const std::string_view names{names_};
    return {.user = identity(),
            .client_id = client_id(),
            .common_name = names.substr(address_bytes_, certificate_bytes_)};
}

bool MqttServer::check_will_access(const port::Will& will, Turn& turn) {
    const std::string_view topic = will.message->topic();
    if (turn.authorizer == nullptr || turn.authorizer->may_publish(principal(), topic)) return true;
    refuse_connect(version_, ReasonCode::NotAuthorized, "not allowed to publish its will", turn);
    // For the log alone.
    end_->detail.append(" to ").append(shown(topic)).append("; kleber acl explain says why");
    return false;
}

void MqttServer::note_denial(std::string_view what, std::string_view topic) {
    if (has_denials()) {
        ++extras_->more_denials;
        return;
    }
    extras().denial.append(what).append(" ").append(shown(topic));
}

std::string MqttServer::take_denials() {
    if (!has_denials()) return {};
    std::string text = "may not " + std::exchange(extras_->denial, {});
    const std::uint32_t more = std::exchange(extras_->more_denials, 0);
    if (more > 0) text += ", and " + std::to_string(more) + " more";
    return text + "; kleber acl explain says why";
}

}  // namespace kleber::connection
