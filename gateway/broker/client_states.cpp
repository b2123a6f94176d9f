#include "gateway/broker/client_states.hpp"

#include "gateway/base/iso_time.hpp"
#include "gateway/base/json_text.hpp"
#include "gateway/topic/match.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::broker {

std::string ClientStates::topic_of(const Session& session) {
    std::string topic = "$SYS/broker/clients/" + session.client_id + "/state";
    if (!topic::is_valid_name(topic)) topic.clear();
    return topic;
}

port::MessageRef ClientStates::state(const Session& session, std::string_view topic) const {
    std::string text = R"({"online":)";
    text += session.is_online ? "true" : "false";
    text += R"(,"since":)";
    append_json_text(text, iso_time(session.since));
    text += R"(,"address":)";
    append_json_text(text, session.address);
    text += R"(,"protocol":)";
    append_json_text(text, session.protocol);
    if (!session.user.empty()) {
        text += R"(,"user":)";
        append_json_text(text, session.user);
    }
    if (session.has_ended_before) {
        text += R"(,"reason":)";
        append_json_text(text, name_of(session.last_end));
    }
    text += '}';
    return port::Message::make({.topic = topic, .payload = as_bytes(text), .retain = true},
                               sharing_);
}

port::MessageRef ClientStates::state_matching(const Session& session,
                                              std::string_view filter) const {
    const std::string topic = topic_of(session);
    if (topic.empty() || !topic::matches(filter, topic)) return {};
    return state(session, topic);
}

}  // namespace kleber::broker
