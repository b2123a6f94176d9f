#include "tests/conformance/member.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::conformance {

void Member::connect() {
    link_ = world_.dial();
    out_.release_memory();
    arrived_.clear();
    ended_.reset();
    connection::MqttClient::Turn now = turn();
    client_.connect(now);
    run();
}

void Member::cut() {
    link_->drop();
    connection::MqttClient::Turn now = turn();
    client_.link_lost(now);
    note_events();
    world_.settle();
}

void Member::subscribe(std::string_view filter, Qos qos) {
    const codec::mqtt::Subscription subscription{.filter = filter, .qos = qos};
    connection::MqttClient::Turn now = turn();
    KLEBER_ASSERT(client_.subscribe({&subscription, 1}, {}, {}, now).has_value());
    run();
}

void Member::publish(std::string_view topic, std::string_view payload, Qos qos) {
    connection::MqttClient::Turn now = turn();
    const port::MessageFields fields{.topic = topic, .payload = as_bytes(payload), .qos = qos};
    KLEBER_ASSERT(client_.publish(fields, {}, now).has_value());
    run();
}

void Member::disconnect() {
    connection::MqttClient::Turn now = turn();
    client_.disconnect(ReasonCode::Success, now);
    run();
}

void Member::run() {
    bool has_moved = true;
    while (has_moved) {
        has_moved = write();
        world_.settle();
        has_moved |= read();
    }
    note_events();
}

bool Member::write() {
    if (out_.empty() || !link_ || link_->is_closed()) return false;
    std::array<connection::Piece, 1> piece;
    out_.gather(piece);
    const std::size_t size = std::min(piece[0].size, chunk_bytes_);
    link_->send({piece[0].data, size});
    out_.consume(size);
    if (out_.empty()) {
        connection::MqttClient::Turn now = turn();
        client_.drained(now);
    }
    return true;
}

bool Member::read() {
    const Bytes pending = link_->pending();
    const std::size_t size = std::min(pending.size(), chunk_bytes_);
    if (size == 0) return false;
    arrived_.insert(arrived_.end(), pending.begin(),
                    pending.begin() + static_cast<std::ptrdiff_t>(size));
    link_->take(size);
    connection::MqttClient::Turn now = turn();
    const std::size_t taken = client_.receive(arrived_, now);
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(taken));
    return true;
}

void Member::note_events() {
    for (connection::ClientEvent& event : std::exchange(events_, {})) {
        if (auto* end = std::get_if<connection::Ended>(&event)) ended_ = std::move(*end);
        if (std::holds_alternative<connection::Published>(event)) ++published_count_;
        if (const auto* message = std::get_if<connection::Received>(&event)) {
            received_.push_back(std::string{message->message->topic()} + '=' +
                                std::string{as_text(message->message->payload())});
        }
    }
}

const connection::Ended* Member::ended() const {
    return ended_ ? &*ended_ : nullptr;
}

}  // namespace kleber::conformance
