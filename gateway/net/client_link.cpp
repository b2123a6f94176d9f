#include "gateway/net/client_link.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/net/send.hpp"

namespace kleber::net {
namespace {

constexpr std::size_t kReadMax = 64 << 10;
// How long the server may take to read what it is told at the end.
constexpr Duration kLinger = std::chrono::seconds{2};

}  // namespace

void ClientLink::open(std::vector<Address> addresses, const Now& now) {
    KLEBER_ASSERT(!is_open());
    out_.release_memory();
    tail_ = {};
    is_blocked_ = is_broken_ = is_shut_ = false;
    stage_ = Stage::Dialling;
    dialer_ = Dialer{std::move(addresses)};
    go_on(dialer_.start(now), now);
}

void ClientLink::go_on(Dialer::Progress progress, const Now& now) {
    switch (progress) {
        case Dialer::Progress::Waiting:
            return;
        case Dialer::Progress::Failed:
            stage_ = Stage::Closed;
            events_.emplace_back(connection::Ended{.reason = ReasonCode::ServerUnavailable,
                                                   .by = connection::EndedBy::Link,
                                                   .detail = dialer_.error()});
            return;
        case Dialer::Progress::Connected:
            socket_ = dialer_.take_socket();
            stage_ = Stage::Open;
            auto this_turn = turn(now);
            client_.connect(this_turn);
            flush(now);
            return;
    }
}

void ClientLink::hang_up(const Now& now) {
    if (stage_ == Stage::Dialling) {
        dialer_ = {};
        close();
        events_.emplace_back(connection::Ended{});
        return;
    }
    auto this_turn = turn(now);
    client_.disconnect(ReasonCode::Success, this_turn);
    flush(now);
}

int ClientLink::descriptor() const {
    return stage_ == Stage::Dialling ? dialer_.descriptor() : socket_.get();
}

std::uint32_t ClientLink::wanted_events() const {
    if (stage_ == Stage::Dialling) return EPOLLOUT;
    const bool is_reading = stage_ == Stage::Closing || client_.is_reading(out_);
    return (is_reading ? EPOLLIN : 0U) | (is_blocked_ ? EPOLLOUT : 0U);
}

std::optional<SteadyTime> ClientLink::deadline() const {
    switch (stage_) {
        case Stage::Closed:
            return std::nullopt;
        case Stage::Dialling:
            return dialer_.deadline();
        case Stage::Open:
            return client_.deadline();
        case Stage::Closing:
            return closing_until_;
    }
    return std::nullopt;
}

void ClientLink::on_ready(std::uint32_t events, const Now& now) {
    if (events == 0 || !is_open()) return;
    if (stage_ == Stage::Dialling) {
        go_on(dialer_.on_ready(now), now);
        return;
    }
    if (events & EPOLLOUT) is_blocked_ = false;
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read(now);
    flush(now);
}

void ClientLink::on_deadline(const Now& now) {
    if (stage_ == Stage::Dialling) {
        go_on(dialer_.on_deadline(now), now);
    } else if (stage_ == Stage::Closing) {
        if (now.steady >= closing_until_) close();
    } else if (stage_ == Stage::Open) {
        auto this_turn = turn(now);
        client_.on_deadline(this_turn);
        flush(now);
    }
}

void ClientLink::read(const Now& now) {
    std::array<std::uint8_t, kReadMax> room;
    const ssize_t count = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        lose(count == 0 ? "closed by the server" : std::strerror(errno), now);
    } else if (stage_ == Stage::Open) {
        feed({room.data(), static_cast<std::size_t>(count)}, now);
    }
}

void ClientLink::feed(Bytes fresh, const Now& now) {
    Bytes bytes = fresh;
    if (!tail_.empty()) {
        tail_.append(fresh);
        if (tail_.size() < client_.wanted_bytes()) return;
        bytes = tail_.bytes();
    }
    auto this_turn = turn(now);
    const std::size_t taken = client_.receive(bytes, this_turn);
    if (taken == bytes.size()) {
        tail_ = {};
    } else if (tail_.empty()) {
        tail_.append(bytes.subspan(taken));
    } else {
        tail_.consume(taken);
    }
}

void ClientLink::flush(const Now& now) {
    while (socket_.is_open() && !out_.empty() && !is_blocked_ && !is_broken_) {
        const Sending sending = send_all(socket_.get(), out_);
        is_blocked_ = sending == Sending::Blocked;
        // Why the server has closed may still be there to be read; the end comes from read().
        is_broken_ = sending == Sending::Broken;
        if (sending == Sending::Done && !client_.has_ended()) {
            auto this_turn = turn(now);
            client_.drained(this_turn);
        }
    }
    if (is_broken_) out_.release_memory();
    if (stage_ == Stage::Open && client_.has_ended()) begin_closing(now);
    if (stage_ == Stage::Closing && out_.empty() && !is_shut_) {
        // A socket closed with something unread resets the connection, and the server might not
        // get to read our last words.
        is_shut_ = true;
        ::shutdown(socket_.get(), SHUT_WR);
    }
}

void ClientLink::begin_closing(const Now& now) {
    stage_ = Stage::Closing;
    closing_until_ = now.steady + kLinger;
    tail_ = {};
}

void ClientLink::lose(const std::string& why, const Now& now) {
    is_broken_ = is_broken_ || !out_.empty();
    if (!client_.has_ended()) {
        auto this_turn = turn(now);
        client_.link_lost(this_turn);
        std::get<connection::Ended>(events_.back()).detail = why;
    }
    close();
}

void ClientLink::close() {
    stage_ = Stage::Closed;
    is_broken_ = is_broken_ || !out_.empty();
    socket_.reset();
    out_.release_memory();
    tail_ = {};
}

}  // namespace kleber::net
