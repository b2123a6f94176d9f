#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/codec/mqtt/decode.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/connection/message_fields.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::connection {

namespace mqtt = codec::mqtt;

namespace {

using mqtt::ProtocolVersion;

bool is_allowed(const AllowedVersions& allowed, ProtocolVersion version) {
    switch (version) {
        case ProtocolVersion::V31:
            return allowed.mqtt_3_1;
        case ProtocolVersion::V311:
            return allowed.mqtt_3_1_1;
        case ProtocolVersion::V5:
            return allowed.mqtt_5;
    }
    return false;
}

// CONNACK has fewer reasons than there are.
ReasonCode connack_reason(ReasonCode reason) {
    switch (reason) {
        case ReasonCode::SessionTakenOver:
        case ReasonCode::AdministrativeAction:
        case ReasonCode::ServerShuttingDown:
            return ReasonCode::ServerUnavailable;
        default:
            return reason;
    }
}

// Whether a client of 3.1 or 3.1.1 gets a CONNACK for this. For what is wrong with the CONNECT
// itself there is no return code.
bool has_return_code(ReasonCode reason) {
    switch (reason) {
        case ReasonCode::MalformedPacket:
        case ReasonCode::ProtocolError:
        case ReasonCode::TopicNameInvalid:
        case ReasonCode::PayloadFormatInvalid:
        case ReasonCode::PacketTooLarge:
            return false;
        default:
            return true;
    }
}

// A user name or a password: an empty one, too.
bool shows_credentials(const mqtt::Connect& packet) {
    return packet.user_name.has_value() || packet.password.has_value();
}

Secret password_of(const mqtt::Connect& packet) {
    return packet.password ? Secret{as_text(*packet.password)} : Secret{};
}

}  // namespace

void MqttServer::handle_connect(const Frame& frame, Turn& turn) {
    traffic_.connects_received.add();
    const auto decoded = mqtt::decode_connect(frame);
    if (!decoded) {
        const std::optional<Version> version = mqtt::refusal_version(frame);
        const std::string_view detail = decoded.error() == ReasonCode::UnsupportedProtocolVersion
                                            ? "unsupported protocol version"
                                            : "malformed CONNECT";
        if (version) {
            refuse_connect(*version, decoded.error(), detail, turn);
        } else {
            finish(EndedBy::Server, decoded.error(), detail);
        }
        return;
    }
    const mqtt::Connect& packet = *decoded;
    version_ = packet.version;
    client_packet_bytes_max_ = static_cast<std::uint32_t>(std::min<std::size_t>(
        packet.maximum_packet_size.value_or(mqtt::kPacketMax), mqtt::kPacketMax));
    alias_out_maximum_ = packet.topic_alias_maximum;
    wants_reasons_ = packet.wants_problem_information;
    client_id_bytes_ = static_cast<std::uint32_t>(packet.client_id.size());
    // Whom the link has proven to be somebody is not asked again.
    const std::string_view user =
        is_user_known_ ? std::string_view{} : packet.user_name.value_or(std::string_view{});
    names_.reserve(names_.size() + packet.client_id.size() + user.size());
    names_.insert(peer_bytes(), packet.client_id).append(user);

    if (!check_connect(packet, turn)) return;
    auto details = attach_for(packet);
    if (!has_to_prove_it(packet)) return ask_to_attach(std::move(details), turn);
    state_ = State::Verifying;
    applicant_->attach = std::move(details);
    applicant_->asker = std::make_shared<char>();
    applicant_->credentials = port::Credentials{.user = std::string{user},
                                                .password = password_of(packet),
                                                .address = std::string{address()},
                                                .is_local = is_local_,
                                                .until = *deadline(),
                                                .asker = applicant_->asker};
}

bool MqttServer::has_credentials() const {
    return state_ == State::Verifying && applicant_->credentials;
}

port::Credentials MqttServer::take_credentials() {
    KLEBER_ASSERT(has_credentials());
    port::Credentials credentials = std::move(*applicant_->credentials);
    applicant_->credentials.reset();
    return credentials;
}

void MqttServer::take(port::Verdict&& verdict, Turn& turn) {
    if (state_ != State::Verifying || applicant_->refusal) return;
    applicant_->asker.reset();
    if (verdict.reason != ReasonCode::Success) {
        if (verdict.delay == Duration::zero()) return refuse(std::move(verdict), turn);
        applicant_->refused_at = turn.now.steady + verdict.delay;
        applicant_->refusal = std::move(verdict);
        return;
    }
    is_user_known_ = !verdict.user.empty();
    if (is_user_known_) {
        names_.replace(peer_bytes() + client_id_bytes_, std::string::npos, verdict.user);
    } else if (!is_welcome_unknown()) {
        return refuse_unknown(turn);
    }
    ask_to_attach(std::move(applicant_->attach), turn);
}

// By value: what may have kept it goes meanwhile.
void MqttServer::refuse(port::Verdict verdict, Turn& turn) {
    refuse_connect(version_, verdict.reason, name_of(verdict.reason), turn);
    // For the log alone: a stranger is not told which of the two was wrong.
    end_->detail = std::move(verdict.detail);
}

bool MqttServer::check_connect(const mqtt::Connect& packet, Turn& turn) {
    const auto refuse = [&](ReasonCode reason, std::string_view detail) {
        refuse_connect(packet.version, reason, detail, turn);
        return false;
    };
    // [MQTT-3.1.2-2]
    if (!is_allowed(policy_.versions, packet.version)) {
        return refuse(ReasonCode::UnsupportedProtocolVersion, "protocol version not allowed here");
    }
    // [MQTT-4.12.0-1]
    if (packet.authentication_method) {
        return refuse(ReasonCode::BadAuthenticationMethod, "no authentication method is supported");
    }
    if (!is_user_known_ && !has_to_prove_it(packet) && !is_welcome_unknown()) {
        refuse_unknown(turn);
        return false;
    }
    if (!check_client_id(packet, turn)) return false;
    const std::size_t user_properties_max = policy_.user_properties_max;
    if (count_user_properties(packet.properties) > user_properties_max ||
        (packet.will && count_user_properties(packet.will->properties) > user_properties_max)) {
        return refuse(ReasonCode::QuotaExceeded, "too many user properties");
    }
    return !packet.will || check_will(packet, turn);
}

bool MqttServer::has_to_prove_it(const mqtt::Connect& packet) const {
    return !is_user_known_ && shows_credentials(packet) && policy_.authenticator != nullptr;
}

bool MqttServer::is_welcome_unknown() const {
    return policy_.allow_anonymous == AllowAnonymous::Yes ||
           (policy_.allow_anonymous == AllowAnonymous::Local && is_local_);
}

void MqttServer::refuse_unknown(Turn& turn) {
    refuse_connect(version_, ReasonCode::NotAuthorized,
                   "anonymous clients are not allowed from here", turn);
    // For the log alone: how to change it is not the stranger's business.
    end_->detail += "; set allow_anonymous in [[listener]] " + policy_.listener;
}

bool MqttServer::check_client_id(const mqtt::Connect& packet, Turn& turn) {
    if (!packet.client_id.empty()) return true;
    const auto refuse = [&](std::string_view detail) {
        refuse_connect(packet.version, ReasonCode::ClientIdentifierNotValid, detail, turn);
        return false;
    };
    if (packet.version == Version::V31) return refuse("no client id");
    // [MQTT-3.1.3-8] of 3.1.1
    if (packet.version == Version::V311 && !packet.clean_start) {
        return refuse("no client id, but a session to be kept");
    }
    return true;
}

bool MqttServer::check_will(const mqtt::Connect& packet, Turn& turn) {
    const mqtt::Will& will = *packet.will;
    const auto refuse = [&](ReasonCode reason, std::string_view detail) {
        refuse_connect(packet.version, reason, detail, turn);
        return false;
    };
    if (!topic::is_valid_name(will.topic)) {
        return refuse(ReasonCode::TopicNameInvalid, "the will's topic is not valid");
    }
    if (exceeds_limits(will.topic)) {
        return refuse(ReasonCode::TopicNameInvalid, "the will's topic is too long");
    }
    if (will.topic.front() == '$') {
        return refuse(ReasonCode::TopicNameInvalid, "the will's topic starts with $");
    }
    // [MQTT-3.3.2-14]
    if (will.has_response_topic && !is_response_topic_valid(will.properties)) {
        return refuse(ReasonCode::ProtocolError, "the will's response topic is not valid");
    }
    if (will.payload_format == kTextPayload && !is_utf8_payload(will.payload)) {
        return refuse(ReasonCode::PayloadFormatInvalid, "the will's payload is not UTF-8");
    }
    return true;
}

std::unique_ptr<port::Attach::Details> MqttServer::attach_for(const mqtt::Connect& packet) {
    applicant_ = std::make_unique<Applicant>();
    grant_keep_alive(packet);

    auto details = std::make_unique<port::Attach::Details>();
    details->client_id = packet.client_id;
    details->clean_start = packet.clean_start;
    details->session_expiry = grant_session_expiry(packet);
    // [MQTT-3.3.4-9]
    details->credit = policy_.send_window;
    details->credit.slots = std::min(details->credit.slots, packet.receive_maximum);
    details->queue = policy_.queue;
    if (packet.will) details->will = will_of(*packet.will);
    details->common_name = principal().common_name;
    details->address = address();
    details->protocol = protocol();
    details->hears_refusals = packet.version == Version::V5;
    return details;
}

void MqttServer::ask_to_attach(std::unique_ptr<port::Attach::Details> details, Turn& turn) {
    // Only now is it known who asks.
    details->user = identity();
    if (details->will && !check_will_access(*details->will, turn)) return;
    turn.requests.push_back(port::Attach{.token = token_, .details = std::move(details)});
    state_ = State::Attaching;
}

// Before MQTT 5 a client cannot be told of a shorter one, and ending those that keep to what they
// have asked for would help nobody.
void MqttServer::grant_keep_alive(const mqtt::Connect& packet) {
    keep_alive_seconds_ = packet.keep_alive;
    if (packet.version != Version::V5 || policy_.keep_alive_max == Duration::zero()) return;
    const auto seconds_max = static_cast<std::uint16_t>(
        std::chrono::duration_cast<std::chrono::seconds>(policy_.keep_alive_max).count());
    if (packet.keep_alive == 0 || packet.keep_alive > seconds_max) {
        keep_alive_seconds_ = seconds_max;
        applicant_->keep_alive = seconds_max;
    }
}

Duration MqttServer::grant_session_expiry(const mqtt::Connect& packet) {
    if (packet.version != Version::V5) {
        has_session_expiry_ = !packet.clean_start;
        return packet.clean_start ? Duration::zero() : policy_.session_expiry_max;
    }
    has_session_expiry_ = packet.session_expiry != 0;
    const Duration wanted = session_expiry_of(packet.session_expiry);
    if (wanted <= policy_.session_expiry_max) return wanted;
    applicant_->session_expiry = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::seconds>(policy_.session_expiry_max).count());
    return policy_.session_expiry_max;
}

port::Will MqttServer::will_of(const mqtt::Will& will) const {
    ByteBuffer forwarded;
    ByteBuffer mounted;
    const std::string topic = policy_.mount.inward(will.topic);
    const port::MessageFields fields{.topic = topic,
                                     .properties = policy_.mount.inward_properties(
                                         forwarded_of(will.properties, forwarded), mounted),
                                     .payload = will.payload,
                                     .qos = will.qos,
                                     .retain = will.retain};
    port::Will made{.message = port::Message::make(fields, policy_.sharing),
                    .delay = std::chrono::seconds{will.delay}};
    if (will.message_expiry) made.message_expiry = std::chrono::seconds{*will.message_expiry};
    return made;
}

void MqttServer::accept(port::Attached&& attached, Turn& turn) {
    client_ = attached.client;
    last_activity_ = turn.now.steady;
    const std::unique_ptr<Applicant> granted = std::move(applicant_);

    mqtt::Connack packet{.session_present = attached.session_present};
    const bool has_new_id = attached.details && !attached.details->assigned_id.empty();
    if (has_new_id) {  // [MQTT-3.2.2-16] of 5.0, [MQTT-3.1.3-7] of 5.0
        const std::string& assigned_id = attached.details->assigned_id;
        packet.assigned_client_id = assigned_id;
        names_.insert(peer_bytes(), assigned_id);
        client_id_bytes_ = static_cast<std::uint32_t>(assigned_id.size());
    }
    packet.session_expiry = granted->session_expiry;
    packet.server_keep_alive = granted->keep_alive;
    packet.receive_maximum = policy_.receive_maximum;
    packet.maximum_packet_size = static_cast<std::uint32_t>(policy_.packet_bytes_max);
    packet.topic_alias_maximum = policy_.topic_alias_maximum;
    // [MQTT-3.1.2-24] of 5.0
    if (!mqtt::encode(turn.out.bytes(), version_, packet, client_packet_bytes_max_)) {
        detach(ReasonCode::PacketTooLarge, port::WillFate::Discard, turn);
        finish(EndedBy::Server, ReasonCode::PacketTooLarge,
               "CONNACK does not fit its maximum packet size");
        return;
    }
    state_ = State::Attached;
    traffic_.packets_sent.add();
    is_paced_ = policy_.client_rate.is_limited() || policy_.listener_rate != nullptr;
    if (!is_paced_) return;
    extras().pacing = std::make_unique<Pacing>(policy_.client_rate);
    // Who comes again and again waits as the others do.
    pause(take_from_rates(false, 0, turn.now.steady), turn.now.steady);
}

// Says so where the protocol has words for it.
void MqttServer::refuse_connect(Version version, ReasonCode reason, std::string_view detail,
                                Turn& turn) {
    version_ = version;
    const mqtt::Connack packet{.reason = connack_reason(reason), .reason_string = detail};
    // [MQTT-3.2.2-6] of 3.1.1
    const bool is_wordless = version != Version::V5 && !has_return_code(reason);
    if (!is_wordless && mqtt::encode(turn.out.bytes(), version, packet, client_packet_bytes_max_)) {
        traffic_.packets_sent.add();
    }
    finish(EndedBy::Server, reason, detail);
}

}  // namespace kleber::connection
