#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/mqtt_client.hpp"

// From CONNECT to a session that goes on where it was.
namespace kleber::connection {

namespace {

// The longest acknowledgement we send; a server that takes less cannot be spoken to.
constexpr std::uint32_t kPacketBytesLeast = 5;

codec::mqtt::Will wire_will(const ClientWill& will) {
    return {.topic = will.topic,
            .payload = will.payload,
            .properties = will.properties,
            .qos = will.qos,
            .retain = will.retain,
            .message_expiry = will.message_expiry_seconds,
            .delay = will.delay_seconds};
}

}  // namespace

void MqttClient::connect(Turn& turn) {
    KLEBER_ASSERT(has_ended());
    state_ = State::Connecting;
    wanted_bytes_ = 0;
    pings_open_ = 0;
    server_ = {};
    aliases_in_ = {};
    aliases_out_ = {};
    last_sent_ = last_received_ = turn.now.steady;

    // MQTT 5 can begin anew once and resume from then on; before, the flag says both.
    asked_for_clean_start_ =
        options_.clean_start && (options_.version != Version::V5 || !has_session_);
    codec::mqtt::Connect packet{
        .version = options_.version,
        .is_bridge = options_.is_bridge,
        .clean_start = asked_for_clean_start_,
        .keep_alive = options_.keep_alive_seconds,
        .client_id = options_.client_id,
        .session_expiry = options_.session_expiry_seconds,
        .receive_maximum = options_.receive_maximum,
        .topic_alias_maximum = options_.topic_alias_maximum,
        .maximum_packet_size = options_.packet_bytes_max,
        .wants_problem_information = options_.wants_problem_information,
        .properties = options_.user_properties,
    };
    if (options_.will) packet.will = wire_will(*options_.will);
    if (options_.user_name) packet.user_name = *options_.user_name;
    if (options_.password) packet.password = *options_.password;
    const auto encoded = codec::mqtt::encode(turn.out.bytes(), packet);
    if (!encoded) {
        finish({.reason = encoded.error(),
                .by = EndedBy::Client,
                .detail = "these options make no CONNECT"},
               turn);
    }
}

void MqttClient::handle_connack(const Frame& frame, Turn& turn) {
    const auto decoded = codec::mqtt::decode_connack(frame, options_.version);
    if (!decoded) {
        break_off(decoded.error(), "CONNACK", turn);
        return;
    }
    const codec::mqtt::Connack& packet = decoded.value();
    if (packet.reason != ReasonCode::Success) {
        finish({.reason = packet.reason,
                .by = EndedBy::Server,
                .detail = std::string{packet.reason_string},
                .server_reference = std::string{packet.server_reference}},
               turn);
        return;
    }
    if (!check_connack(packet, turn)) return;
    keep_limits(packet);
    // What the server has made up is ours from now on: with it we come back.
    if (options_.client_id.empty()) options_.client_id = packet.assigned_client_id;
    // MQTT 3.1 has no word for it: there a session that was not to be thrown away is taken to be
    // there, since a server that knows better completes what it does not know.
    const bool goes_on = packet.session_present || (options_.version == Version::V31 &&
                                                    has_session_ && !asked_for_clean_start_);
    has_session_ = true;
    state_ = State::Connected;

    const std::size_t republished = goes_on ? 0 : recover_from_loss(turn);
    turn.events.emplace_back(Connected{.session_present = packet.session_present,
                                       .server = server_,
                                       .client_id = options_.client_id,
                                       .republished_count = republished});
    if (goes_on) resume(turn);
}

bool MqttClient::check_connack(const codec::mqtt::Connack& packet, Turn& turn) {
    // A session we asked to be thrown away. One that we do not know of is no error: it holds the
    // subscriptions of an earlier process. [MQTT-3.2.2-2]
    if (packet.session_present && asked_for_clean_start_) {
        break_off(ReasonCode::ProtocolError, "session present after a clean start", turn);
        return false;
    }
    // [MQTT-4.12.0-6]
    if (packet.authentication_method || packet.authentication_data) {
        break_off(ReasonCode::ProtocolError, "an authentication method we did not name", turn);
        return false;
    }
    if (packet.maximum_packet_size && *packet.maximum_packet_size < kPacketBytesLeast) {
        break_off(ReasonCode::ImplementationSpecificError,
                  "a maximum packet size that takes no acknowledgement", turn);
        return false;
    }
    return true;
}

void MqttClient::keep_limits(const codec::mqtt::Connack& packet) {
    server_.receive_maximum = packet.receive_maximum;
    server_.maximum_qos = packet.maximum_qos;
    server_.retain_available = packet.retain_available;
    server_.packet_bytes_max = std::min<std::size_t>(
        packet.maximum_packet_size.value_or(codec::mqtt::kPacketMax), codec::mqtt::kPacketMax);
    server_.topic_alias_maximum = packet.topic_alias_maximum;
    server_.wildcard_subscription_available = packet.wildcard_subscription_available;
    server_.subscription_ids_available = packet.subscription_ids_available;
    server_.shared_subscription_available = packet.shared_subscription_available;
    // [MQTT-3.1.2-21] of 5.0
    server_.keep_alive_seconds = packet.server_keep_alive.value_or(options_.keep_alive_seconds);
    server_.session_expiry_seconds =
        packet.session_expiry.value_or(options_.session_expiry_seconds);
}

void MqttClient::resume(Turn& turn) {
    // [MQTT-4.4.0-1]; PUBRELs first, so that they keep the order of the PUBRECs even if more of
    // those come while publishes wait for the window. The publishes follow in pump().
    for (const PacketId id : flights_.resume()) {
        write_ack(PacketType::Pubrel, id, ReasonCode::Success, turn);
    }
}

// The server knows nothing of what was under way. What it had recorded was its own by then and is
// done; the rest goes again as new, before what waits, or is given up.
std::size_t MqttClient::recover_from_loss(Turn& turn) {
    receipts_.forget();
    std::size_t republished = 0;
    std::vector<ClientFlight> flights = flights_.take_all();
    for (const ClientFlight& flight : flights) {
        if (flight.stage == FlightStage::Released) {
            turn.events.emplace_back(
                Published{.ticket = flight.ticket, .qos = flight.qos, .reason = flight.reason});
        } else if (options_.session_loss == SessionLoss::Discard) {
            turn.events.emplace_back(Discarded{flight.ticket, DiscardReason::SessionLost});
        }
    }
    if (options_.session_loss == SessionLoss::Discard) return 0;
    for (auto flight = flights.rbegin(); flight != flights.rend(); ++flight) {
        if (flight->stage == FlightStage::Released) continue;
        queue_.push_front({.message = std::move(flight->message), .ticket = flight->ticket});
        ++republished;
    }
    return republished;
}

}  // namespace kleber::connection
