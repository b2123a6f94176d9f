#include "tests/sim/simulation.hpp"

#include <algorithm>
#include <iostream>
#include <variant>

#include "gateway/codec/mqtt/framer.hpp"

namespace kleber::sim {

namespace mqtt = codec::mqtt;
using mqtt::PacketType;

namespace {

constexpr port::SeatId kSeat{0};
// Names no line: the simulation itself asks.
constexpr port::Token kNobody{~std::uint32_t{0}, 0};

}  // namespace

connection::MqttServer::Turn Simulation::turn_of(Line& line) {
    return {.now = now_, .requests = asked_, .out = line.out};
}

// What the line asked in its turn is served in its order.
void Simulation::collect(Line& line) {
    for (port::Request& request : asked_) requests_.emplace_back(&line, std::move(request));
    asked_.clear();
}

void Simulation::log(const std::string& text) const {
    if (verbosity_ == Verbosity::Silent) return;
    std::cout << now_.steady.time_since_epoch().count() << " ms: " << text << '\n';
}

void Simulation::settle() {
    for (bool has_moved = true; has_moved;) {
        has_moved = false;
        serve_requests();
        for (std::size_t index = 0; index < lines_.size(); ++index) {
            Line& line = *lines_[index];
            if (line.is_over) continue;
            if (line.is_sending && !line.up.empty()) {
                arrive(line, line.up.size());
                has_moved = true;
            }
            if (line.is_receiving && !line.out.empty()) {
                write(line, line.out.size_bytes());
                has_moved = true;
            }
            if (line.server.has_ended()) {
                close(line);
                has_moved = true;
            }
        }
        std::erase_if(lines_, [](const auto& line) { return line->is_over; });
    }
}

void Simulation::serve_requests() {
    while (!requests_.empty() || broker_.has_work()) {
        while (!requests_.empty()) {
            auto [line, request] = std::move(requests_.front());
            requests_.pop_front();
            serve(line, std::move(request));
        }
        if (!broker_.has_work()) break;
        broker_.work(now_, outbox_);
        distribute();
        model_.expect_nothing_more();
    }
    model_.expect_replays_done();
}

void Simulation::serve(Line* line, port::Request request) {
    if (line) tell_model(*line, request);
    saboteur_.spoil(request);
    broker_.handle(kSeat, std::move(request), now_, outbox_);
    distribute();
    model_.expect_nothing_more();
}

void Simulation::distribute() {
    std::vector<port::Reply> replies = std::exchange(outbox_.to(kSeat), {});
    saboteur_.spoil(replies);
    for (port::Reply& reply : replies) {
        if (auto* report = std::get_if<port::Report>(&reply.body)) {
            report_ = std::move(*report->rows);
        }
        if (reply.to == kNobody) continue;
        const int number = static_cast<int>(reply.to.slot);
        model_.take(number, reply);
        const auto line = std::find_if(lines_.begin(), lines_.end(),
                                       [&](const auto& each) { return each->number == number; });
        if (line != lines_.end() && !(*line)->server.has_ended()) pass_on(**line, std::move(reply));
    }
}

// The connection makes a packet of the reply: which one, its client must find.
void Simulation::pass_on(Line& line, port::Reply reply) {
    Written written;
    bool may_be_discarded = false;
    if (auto* deliver = std::get_if<port::Deliver>(&reply.body)) {
        written = {.type = PacketType::Publish, .id = deliver->id.value, .deliver = *deliver};
        const SteadyTime expires_at = deliver->message->expires_at();
        if (expires_at != port::kNever) {
            const Duration left = std::max(expires_at - now_.steady, Duration{0});
            written.expiry_seconds =
                static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(left).count());
        }
        may_be_discarded = (expires_at <= now_.steady && !deliver->is_repeated) ||
                           line.packet_bytes_max < mqtt::kPacketMax;
    } else if (const auto* settled = std::get_if<port::Settled>(&reply.body)) {
        static constexpr PacketType kTypes[] = {PacketType::Puback, PacketType::Pubrec,
                                                PacketType::Pubcomp};
        written = {.type = kTypes[static_cast<std::size_t>(settled->kind)],
                   .id = settled->id.value,
                   .reason = settled->reason};
    } else if (const auto* release = std::get_if<port::ReleaseDelivery>(&reply.body)) {
        written = {.type = PacketType::Pubrel, .id = release->id.value};
    } else if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
        written = {.type = PacketType::Connack, .session_present = attached->session_present};
    } else if (const auto* subscribed = std::get_if<port::Subscribed>(&reply.body)) {
        written = {
            .type = PacketType::Suback, .id = subscribed->id.value, .codes = *subscribed->codes};
    } else if (const auto* unsubscribed = std::get_if<port::Unsubscribed>(&reply.body)) {
        written = {.type = PacketType::Unsuback,
                   .id = unsubscribed->id.value,
                   .codes = *unsubscribed->codes};
    } else {
        // Before MQTT 5 there is no DISCONNECT of a server.
        may_be_discarded = line.version != Line::Version::V5;
        written = {.type = line.server.is_attached() ? PacketType::Disconnect : PacketType::Connack,
                   .reason = std::get<port::Close>(reply.body).reason};
    }
    if (verbosity_ == Verbosity::EveryPacket) {
        log("  " + std::to_string(line.number) + " < " + describe(written));
    }
    const std::size_t size_before = line.out.size_bytes();
    connection::MqttServer::Turn turn = turn_of(line);
    line.server.take(std::move(reply), turn);
    collect(line);
    if (line.out.size_bytes() > size_before) {
        line.written.push_back(std::move(written));
    } else if (!may_be_discarded) {
        throw Difference{"connection " + std::to_string(line.number) + " made nothing of a reply"};
    }
}

// Bytes of the client reach the server.
void Simulation::arrive(Line& line, std::size_t bytes) {
    const auto end = line.up.begin() + static_cast<std::ptrdiff_t>(bytes);
    line.tail.insert(line.tail.end(), line.up.begin(), end);
    line.up.erase(line.up.begin(), end);
    read(line);
}

void Simulation::read(Line& line) {
    connection::MqttServer& server = line.server;
    while (!line.tail.empty() && server.is_reading() && line.tail.size() >= server.wanted_bytes()) {
        connection::MqttServer::Turn turn = turn_of(line);
        line.received_at = now_.steady;
        const std::size_t used = server.receive(line.tail, turn);
        line.tail.erase(line.tail.begin(), line.tail.begin() + static_cast<std::ptrdiff_t>(used));
        collect(line);
        serve_requests();
        if (used == 0) break;
    }
    if (!line.tail.empty()) coverage_.add(Seen::HalfPackets);
}

// Bytes of the server reach the client, who reads all packets that are whole.
void Simulation::write(Line& line, std::size_t bytes) {
    while (bytes > 0) {
        connection::Piece piece;
        line.out.gather({&piece, 1});
        const std::size_t size = std::min(bytes, piece.size);
        line.down.insert(line.down.end(), piece.data, piece.data + size);
        line.out.consume(size);
        bytes -= size;
    }
    if (line.out.empty()) {
        connection::MqttServer::Turn turn = turn_of(line);
        line.server.drained(turn);
        collect(line);
    }
    hand_over(line);
}

void Simulation::hand_over(Line& line) {
    std::size_t used = 0;
    while (used < line.down.size()) {
        const mqtt::FramingResult framed =
            mqtt::next_frame(Bytes{line.down}.subspan(used), mqtt::kPacketMax);
        if (framed.outcome != mqtt::Framing::Complete) break;
        used += framed.size_bytes;
        const std::optional<Written> written = read_packet(line, framed.frame, coverage_);
        Client& client = clients_[static_cast<std::size_t>(line.client)];
        if (written && client.line() == &line) client.hear(*written);
    }
    line.down.erase(line.down.begin(), line.down.begin() + static_cast<std::ptrdiff_t>(used));
}

// Its server has ended: it has written what was left to whoever still reads.
void Simulation::close(Line& line) {
    if (line.is_receiving && !line.written.empty()) {
        throw Difference{"connection " + std::to_string(line.number) + " ended in a packet"};
    }
    Client& client = clients_[static_cast<std::size_t>(line.client)];
    if (client.line() == &line) client.lose_line();
    line.is_over = true;
}

void Simulation::set_time(SteadyTime time) {
    now_.steady = time;
    model_.advance(time);
    broker_.on_deadline(now_, outbox_);
    distribute();
    model_.expect_nothing_more();
}

// What may set a deadline happens at an instant of its own: two deadlines at one would have no
// order.
void Simulation::make_instant_unique() {
    while (model_.has_deadline_like(now_.steady)) set_time(now_.steady + Duration{1});
}

}  // namespace kleber::sim
