#include "gateway/net/mqtt_link.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/net/address.hpp"
#include "gateway/net/receive.hpp"
#include "gateway/net/send.hpp"

namespace kleber::net {
namespace {

// What one client may bring in one turn.
constexpr std::size_t kReadMax = 64 << 10;
// More than the broker may have under way, with room for answers to what the client asks.
constexpr std::size_t kUnwrittenMax = 1 << 20;
// How long a client may take to read what it is told at the end.
constexpr Duration kLinger = std::chrono::seconds{5};

}  // namespace

MqttLink::MqttLink(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                   std::unique_ptr<Stream> stream, const connection::MqttPolicy& policy,
                   connection::Peer peer, ConnectionLimits& limits)
    : lane_(lane),
      token_(token),
      socket_(std::move(socket)),
      stream_(std::move(stream)),
      limits_(limits),
      authenticator_(policy.authenticator),
      server_(policy, token, std::move(peer), lane.traffic(), lane.now().steady),
      watched_(EPOLLIN) {
    lane_.traffic().connections_accepted.add();
    lane_.traffic().connections_open.add();
    lane_.watch(socket_.get(), token_, watched_);
}

MqttLink::~MqttLink() {
    lane_.traffic().connections_open.subtract();
    limits_.release(origin_in(server_.address()));
}

void MqttLink::start() {
    lane_.set_deadline(token_, server_.deadline());
    settle();
}

void MqttLink::on_ready(std::uint32_t events) {
    if (events & EPOLLOUT) {
        is_blocked_ = false;
        watch_for(watched_ & ~static_cast<std::uint32_t>(EPOLLOUT));
        flush_later();
    }
    if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
    if (is_parting_) {
        const Receiving outcome = stream_->receive(lane_.read_buffer()).outcome;
        if (outcome == Receiving::Ended || outcome == Receiving::Broken) close();
        return;
    }
    if (server_.is_reading()) {
        read();
    } else if (events & (EPOLLHUP | EPOLLERR)) {
        lose(ReasonCode::UnspecifiedError);
    }
    settle();
}

void MqttLink::read() {
    const std::size_t wanted = server_.wanted_bytes();
    const std::span<std::uint8_t> shared = lane_.read_buffer();
    // What is left of a packet goes to the front of the shared buffer, and what arrives after it.
    // Only a packet that does not fit there is collected in memory of its own.
    const bool is_large = wanted > shared.size() - kReadMax;
    std::uint8_t* room;
    const std::size_t kept = tail_.size();
    if (is_large) {
        room = tail_.extend(std::min(kReadMax, wanted - kept));
    } else {
        if (kept > 0) std::memcpy(shared.data(), tail_.data(), kept);
        room = shared.data() + kept;
    }
    const std::size_t room_bytes = is_large ? tail_.size() - kept : kReadMax;
    const Received received =
        stream_ ? stream_->receive({room, room_bytes}) : receive(socket_.get(), {room, room_bytes});
    if (is_large) tail_.truncate(kept + received.size);
    if (received.outcome == Receiving::Nothing) return;
    if (received.outcome != Receiving::Some) {
        lose(ReasonCode::UnspecifiedError);
        return;
    }
    lane_.traffic().bytes_received.add(received.size);
    if (is_large) {
        if (tail_.size() >= wanted) feed(tail_.bytes());
        return;
    }
    feed({shared.data(), kept + received.size});
}

void MqttLink::feed(Bytes bytes) {
    auto this_turn = turn();
    const std::size_t taken = server_.receive(bytes, this_turn);
    if (server_.has_denials()) log_denials();
    keep_tail(bytes.subspan(taken));
    if (server_.has_credentials()) show_credentials();
    if (!server_.is_paused()) return;
    lane_.set_deadline(token_, server_.deadline());
    if (server_.take_first_pause()) log_pause();
}

void MqttLink::show_credentials() {
    auto verdict = authenticator_->verify(server_.take_credentials(), {lane_.seat(), token_});
    if (!verdict) return;
    hear(std::move(*verdict));
}

void MqttLink::on_verdict(port::Verdict&& verdict) {
    hear(std::move(verdict));
    settle();
}

void MqttLink::hear(port::Verdict&& verdict) {
    auto this_turn = turn();
    server_.take(std::move(verdict), this_turn);
    // A refusal may be kept back for a while.
    if (!server_.has_ended()) lane_.set_deadline(token_, server_.deadline());
}

void MqttLink::keep_tail(Bytes rest) {
    if (rest.empty() || server_.has_ended()) {
        if (tail_.capacity() > 0) tail_ = {};
        return;
    }
    if (rest.data() >= tail_.data() && rest.data() < tail_.data() + tail_.size()) {
        tail_.consume(static_cast<std::size_t>(rest.data() - tail_.data()));
        return;
    }
    tail_.clear();
    tail_.append(rest);
}

void MqttLink::on_reply(port::Reply&& reply) {
    if (out_.empty() && !is_flush_due_) {
        ByteBuffer memory = lane_.borrow_buffer();
        out_.swap_memory(memory);
    }
    auto this_turn = turn();
    // What arrived while the connection waited for the broker.
    const bool has_held_back = !tail_.empty() && !server_.is_reading();
    server_.take(std::move(reply), this_turn);
    if (!was_attached_) greet();
    if (has_held_back) feed_what_waited();
    flush_later();
}

void MqttLink::feed_what_waited() {
    if (server_.is_reading()) feed(tail_.bytes());
}

void MqttLink::greet() {
    if (!server_.is_attached()) return;
    was_attached_ = true;
    log_arrival();
    lane_.set_deadline(token_, server_.deadline());
}

void MqttLink::on_deadline() {
    if (is_lingering_) {
        close();
        return;
    }
    auto this_turn = turn();
    const bool has_held_back = !tail_.empty() && !server_.is_reading();
    server_.on_deadline(this_turn);
    if (!server_.has_ended()) lane_.set_deadline(token_, server_.deadline());
    if (has_held_back) feed_what_waited();
    settle();
}

void MqttLink::on_stop() {
    auto this_turn = turn();
    server_.stop(ReasonCode::ServerShuttingDown, this_turn);
    settle();
}

void MqttLink::lose(ReasonCode why) {
    if (is_lost_) return;
    is_lost_ = true;
    lane_.unwatch(socket_.get());
    out_.release_memory();
    auto this_turn = turn();
    server_.link_lost(why, this_turn);
}

void MqttLink::settle() {
    if (is_parting_) return;
    if (server_.has_ended() || (has_to_write() && !is_blocked_ && !is_lost_)) flush_later();
    watch_as_needed();
}

bool MqttLink::is_listening() const {
    return server_.is_reading() && out_.size_bytes() < kUnwrittenMax;
}

void MqttLink::watch_as_needed() {
    const std::uint32_t reading = is_listening() ? EPOLLIN : 0U;
    if ((watched_ & EPOLLIN) != reading) watch_for(watched_ ^ EPOLLIN);
    if (stream_ && reading != 0 && !is_blocked_ && stream_->has_pending()) flush_later();
}

void MqttLink::watch_for(std::uint32_t events) {
    if (events == watched_ || is_lost_) return;
    watched_ = events;
    lane_.rewatch(socket_.get(), token_, events);
}

void MqttLink::on_flush() {
    is_flush_due_ = false;
    // What a stream has taken in already wakes nobody.
    if (stream_ && !is_lost_ && !is_blocked_ && is_listening() && stream_->has_pending()) read();
    if (!is_lost_ && !is_blocked_ && has_to_write() && write()) {
        auto this_turn = turn();
        server_.drained(this_turn);
    }
    if (!server_.has_ended()) {
        watch_as_needed();
        return;
    }
    if (is_lost_) {
        close();
    } else if (!has_to_write()) {
        part();
    } else if (!is_lingering_) {
        is_lingering_ = true;
        lane_.set_deadline(token_, lane_.now().steady + kLinger);
    }
}

void MqttLink::part() {
    if (is_parting_) return;
    if (!stream_ || !stream_->say_goodbye()) return close();
    is_parting_ = is_lingering_ = true;
    lane_.set_deadline(token_, lane_.now().steady + kLinger);
    is_blocked_ = stream_->wants_to_write();
    watch_for(is_blocked_ ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

bool MqttLink::write() {
    const std::size_t size = out_.size_bytes();
    const Sending sending = stream_ ? stream_->send(out_) : send_all(socket_.get(), out_);
    lane_.traffic().bytes_sent.add(size - out_.size_bytes());
    if (sending == Sending::Blocked) {
        is_blocked_ = true;
        watch_for(watched_ | EPOLLOUT);
        return false;
    }
    if (sending == Sending::Broken) {
        lose(ReasonCode::UnspecifiedError);
        return false;
    }
    // The memory serves whoever writes next.
    ByteBuffer memory;
    out_.swap_memory(memory);
    lane_.return_buffer(std::move(memory));
    return true;
}

void MqttLink::log_arrival() {
    if (!lane_.log().is_wanted(LogLevel::Info)) return;
    std::string line = "client ";
    line.append(server_.client_id()).append(" connected from ").append(server_.address());
    line.append(" (").append(server_.protocol()).append(")");
    if (!server_.user().empty()) line.append(" user ").append(server_.user());
    lane_.log().write(LogLevel::Info, lane_.now(), line);
}

void MqttLink::log_denials() {
    warn_of_client(server_.take_denials());
}

void MqttLink::log_pause() {
    warn_of_client(
        "sends more than it may, and is read more slowly; [limits] and [[listener]] have the rate");
}

void MqttLink::warn_of_client(std::string_view what) {
    if (!lane_.log().is_wanted(LogLevel::Warning)) return;
    std::string line = "client ";
    line.append(server_.client_id()).append(" from ").append(server_.address());
    if (!server_.identity().empty()) line.append(" user ").append(server_.identity());
    line.append(" ").append(what);
    lane_.log().write(LogLevel::Warning, lane_.now(), line);
}

void MqttLink::close() {
    const connection::MqttServer::End* end = server_.has_ended() ? &server_.end() : nullptr;
    const bool is_polite = end && end->by == connection::MqttServer::EndedBy::Client &&
                           end->reason == ReasonCode::Success;
    // A client that says good-bye is news; one that never became a client, or broke the protocol,
    // is a warning.
    const LogLevel level =
        was_attached_ && (is_polite || !end || end->by == connection::MqttServer::EndedBy::Link)
            ? LogLevel::Info
            : LogLevel::Warning;
    if (lane_.log().is_wanted(level)) {
        std::string line;
        if (!server_.client_id().empty()) line.append("client ").append(server_.client_id());
        if (line.empty()) line = "connection";
        line.append(" from ").append(server_.address());
        line.append(was_attached_ ? " disconnected" : " refused");
        if (end && !is_polite) {
            const bool is_loss = end->by == connection::MqttServer::EndedBy::Link;
            line.append(": ").append(is_loss ? "connection lost" : name_of(end->reason));
            if (!end->detail.empty()) line.append(": ").append(end->detail);
        }
        lane_.log().write(level, lane_.now(), line);
    }
    if (!is_lost_) lane_.unwatch(socket_.get());
    stream_.reset();
    socket_.reset();
    lane_.remove(token_);
}

}  // namespace kleber::net
