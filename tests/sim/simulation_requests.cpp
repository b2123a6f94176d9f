// What connections ask must be what their clients said: so the model hears of it.

#include <utility>
#include <variant>

#include "tests/sim/simulation.hpp"

namespace kleber::sim {

using codec::mqtt::PacketType;

void Simulation::tell_model(Line& line, const port::Request& request) {
    if (const auto* publish = std::get_if<port::Publish>(&request)) {
        tell_publish(line, *publish);
    } else if (const auto* acknowledge = std::get_if<port::Acknowledge>(&request)) {
        tell_acknowledge(line, *acknowledge);
    } else if (const auto* release = std::get_if<port::Release>(&request)) {
        take_said(line, PacketType::Pubrel, release->id.value);
        model_.release(line.number, release->id.value);
    } else if (const auto* credit = std::get_if<port::Credit>(&request)) {
        model_.credit(line.number, credit->credit);
    } else if (const auto* attach = std::get_if<port::Attach>(&request)) {
        tell_attach(line, *attach);
    } else if (const auto* detach = std::get_if<port::Detach>(&request)) {
        tell_detach(line, *detach);
    } else if (const auto* subscribe = std::get_if<port::Subscribe>(&request)) {
        const Said said = take_said(line, PacketType::Subscribe, subscribe->id.value);
        model_.subscribe(line.number, said.id, said.subscriptions);
    } else if (const auto* unsubscribe = std::get_if<port::Unsubscribe>(&request)) {
        const Said said = take_said(line, PacketType::Unsubscribe, unsubscribe->id.value);
        model_.unsubscribe(line.number, said.id, said.filters);
    }
}

Said Simulation::take_said(Line& line, PacketType type, std::uint16_t id) {
    line.skip_pings();
    if (line.said.empty() || line.said.front().type != type || line.said.front().id != id) {
        throw Difference{"connection " + std::to_string(line.number) +
                         " asks for what its client did not say"};
    }
    Said said = std::move(line.said.front());
    line.said.pop_front();
    if (verbosity_ == Verbosity::EveryPacket) {
        log("  " + std::to_string(line.number) + " > " + describe(said));
    }
    return said;
}

void Simulation::tell_attach(Line& line, const port::Attach& attach) {
    make_instant_unique();
    Said said = take_said(line, PacketType::Connect, 0);
    const port::Attach::Details& details = *attach.details;
    const bool is_same = details.clean_start == said.attach.clean_start &&
                         details.session_expiry == said.attach.expiry &&
                         details.credit.slots == said.attach.credit.slots &&
                         details.will.has_value() == said.attach.will.has_value();
    if (!is_same) throw Difference{"attaches otherwise than its client said"};
    if (details.will) said.attach.will->weight_bytes = details.will->message->weight_bytes();
    log("client " + std::to_string(line.client) + " attaches by connection " +
        std::to_string(line.number));
    model_.attach(line.client, line.number, said.attach);
}

void Simulation::tell_detach(Line& line, const port::Detach& detach) {
    make_instant_unique();
    const connection::MqttServer::End& end = line.server.end();
    log("client " + std::to_string(line.client) + " detaches: " + std::string{name_of(end.reason)});
    if (end.by == connection::MqttServer::EndedBy::Client) {
        const Said said = take_said(line, PacketType::Disconnect, 0);
        model_.detach(
            line.number,
            said.reason == ReasonCode::Success ? port::WillFate::Discard : port::WillFate::Publish,
            said.session_expiry.value_or(port::kAsAttached));
        return;
    }
    if (end.by == connection::MqttServer::EndedBy::Server) {
        if (end.reason != ReasonCode::KeepAliveTimeout) {
            throw Difference{"the server ends a connection: " + end.detail};
        }
        coverage_.add(Seen::KeepAliveTimeouts);
        if (line.version == Line::Version::V5) {
            line.written.push_back({.type = PacketType::Disconnect, .reason = end.reason});
        }
    }
    model_.detach(line.number, detach.will);
}

void Simulation::tell_publish(Line& line, const port::Publish& publish) {
    const Said said = take_said(line, PacketType::Publish, publish.id.value);
    const port::Message& message = *publish.message;
    ByteReader in{message.payload()};
    const std::uint32_t number = message.payload().empty() ? 0 : in.u32();
    const Letter& letter = said.letter;
    const SteadyTime expires_at =
        letter.expiry_seconds ? line.received_at + std::chrono::seconds{*letter.expiry_seconds}
                              : port::kNever;
    if (number != letter.number || message.topic() != letter.topic || message.qos() != letter.qos ||
        message.is_retained() != letter.retain || message.expires_at() != expires_at ||
        message.properties().empty() == letter.has_user_property) {
        throw Difference{"a publish otherwise than its client said"};
    }
    model_.publish(line.number, letter, expires_at, message.weight_bytes(), said.id);
}

void Simulation::tell_acknowledge(Line& line, const port::Acknowledge& acknowledge) {
    const std::uint16_t id = acknowledge.id.value;
    if (acknowledge.kind != port::AcknowledgeKind::Discarded) {
        static constexpr PacketType kTypes[] = {PacketType::Puback, PacketType::Pubrec,
                                                PacketType::Pubcomp};
        take_said(line, kTypes[static_cast<std::size_t>(acknowledge.kind)], id);
    }
    model_.acknowledge(line.number, id, acknowledge.kind, acknowledge.reason);
}

}  // namespace kleber::sim
