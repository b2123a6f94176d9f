#include "gateway/net/proxy_greeting.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <span>
#include <utility>

#include "gateway/codec/proxy/header.hpp"
#include "gateway/net/receive.hpp"

namespace kleber::net {

using codec::proxy::HeaderOutcome;
using codec::proxy::HeaderResult;

namespace {

// What has arrived; it stays there.
Received look(int socket, std::span<std::uint8_t> room) {
    const ssize_t count = ::recv(socket, room.data(), room.size(), MSG_PEEK);
    if (count > 0) return {Receiving::Some, static_cast<std::size_t>(count)};
    if (count == 0) return {Receiving::Ended, 0};
    return {errno == EAGAIN || errno == EINTR ? Receiving::Nothing : Receiving::Broken, 0};
}

// Of what was looked at.
void drop(int socket, std::span<std::uint8_t> seen) {
    [[maybe_unused]] const ssize_t count = ::recv(socket, seen.data(), seen.size(), 0);
}

}  // namespace

ProxyGreeting::ProxyGreeting(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                             Duration longest, OnEnd on_end)
    : lane_(lane),
      token_(token),
      socket_(std::move(socket)),
      longest_(longest),
      on_end_(std::move(on_end)) {}

ProxyGreeting::~ProxyGreeting() = default;

void ProxyGreeting::start() {
    lane_.watch(socket_.get(), token_, EPOLLIN);
    lane_.set_deadline(token_, lane_.now().steady + longest_);
}

void ProxyGreeting::on_ready(std::uint32_t) {
    if (is_heard_) return look_for_a_byte();
    read_header();
}

void ProxyGreeting::on_deadline() {
    end({.socket = {}, .why = is_heard_ ? "the client says nothing" : "the header took too long"});
}

void ProxyGreeting::read_header() {
    const std::span<std::uint8_t> room = lane_.read_buffer().first(codec::proxy::kHeaderBytesMax);
    const std::size_t kept = header_.size();
    if (kept > 0) std::memcpy(room.data(), header_.data(), kept);
    const std::span<std::uint8_t> free = room.subspan(kept);
    const Received seen = look(socket_.get(), free);
    if (seen.outcome == Receiving::Nothing) return;
    if (seen.outcome != Receiving::Some) {
        // A proxy that only wants to know whether somebody listens is no news.
        return end({.socket = {}, .why = kept > 0 ? "the connection ended in the header" : ""});
    }
    const HeaderResult result = codec::proxy::next_header(Bytes{room}.first(kept + seen.size));
    switch (result.outcome) {
        case HeaderOutcome::Refused:
            return end({.socket = {}, .why = std::string{result.reason}});
        case HeaderOutcome::Incomplete:
            drop(socket_.get(), free.first(seen.size));
            header_.append(Bytes{free}.first(seen.size));
            return;
        case HeaderOutcome::Complete:
            drop(socket_.get(), free.first(result.size_bytes - kept));
            is_heard_ = true;
    }
    if (!result.client) return;
    const auto& [address, port] = *result.client;
    end({.socket = std::move(socket_), .client = Address::of(address, port)});
}

void ProxyGreeting::look_for_a_byte() {
    const Received seen = look(socket_.get(), lane_.read_buffer().first(1));
    if (seen.outcome == Receiving::Nothing) return;
    if (seen.outcome != Receiving::Some) return end({});
    end({.socket = std::move(socket_)});
}

void ProxyGreeting::end(End end) {
    if (!on_end_) return;
    lane_.unwatch(end.socket.is_open() ? end.socket.get() : socket_.get());
    socket_.reset();
    std::exchange(on_end_, nullptr)(std::move(end));
    lane_.remove(token_);
}

}  // namespace kleber::net
