#include "gateway/net/web_link.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "gateway/codec/http/answer_head.hpp"
#include "gateway/codec/websocket/upgrade.hpp"
#include "gateway/net/receive.hpp"
#include "gateway/net/send.hpp"
#include "gateway/net/web_stream.hpp"

namespace kleber::net {

using codec::http::HeadOutcome;
using codec::http::HeadResult;
using codec::http::RequestHead;
using codec::websocket::Upgrade;
using codec::websocket::UpgradeOutcome;

namespace {

constexpr std::size_t kReadMax = 16 << 10;
constexpr std::size_t kBodyPiece = 64 << 10;
// With somebody who reads nothing of an answer; with somebody who has read it, and goes.
constexpr Duration kAnswerPatience = std::chrono::seconds{30};
constexpr Duration kLinger = std::chrono::seconds{2};
constexpr std::uint16_t kForbidden = 403;
constexpr std::uint16_t kNotFound = 404;
constexpr std::uint16_t kUpgradeRequired = 426;

// RFC 6455, 4.2.2: that the server has understood the key.
std::string accept_of(std::string_view key) {
    const std::string text = std::string{key}.append(codec::websocket::kAcceptSuffix);
    std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> base64;
    const int size = EVP_EncodeBlock(base64.data(), digest.data(), SHA_DIGEST_LENGTH);
    return {reinterpret_cast<const char*>(base64.data()), static_cast<std::size_t>(size)};
}

bool is_in(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

WebLink::WebLink(runtime::Lane& lane, port::Token token, Visitor visitor,
                 std::shared_ptr<const WebPlace> place, ConnectionLimits& limits, OnOpen on_open)
    : lane_(lane),
      token_(token),
      visitor_(std::move(visitor)),
      place_(std::move(place)),
      limits_(limits),
      on_open_(std::move(on_open)),
      watched_(EPOLLIN) {
    lane_.watch(visitor_.socket.get(), token_, watched_);
}

WebLink::~WebLink() {
    if (!is_open_ || visitor_.socket.is_open()) limits_.release(visitor_.origin);
}

void WebLink::start() {
    wait(place_->patience);
    if (visitor_.stream && visitor_.stream->has_pending()) flush_later();
}

void WebLink::on_ready(std::uint32_t events) {
    if (events & EPOLLOUT) {
        is_blocked_ = false;
        watch_for(watched_ & ~static_cast<std::uint32_t>(EPOLLOUT));
        flush_later();
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        if (is_parting_) return drop();
        // Whoever cannot be answered any more is not waited for.
        if (is_answering() && (events & (EPOLLHUP | EPOLLERR))) return close();
        if (!is_answering()) read();
    }
}

Received WebLink::receive_into(std::span<std::uint8_t> room) const {
    return visitor_.stream ? visitor_.stream->receive(room) : receive(visitor_.socket.get(), room);
}

// What comes after the last answer.
void WebLink::drop() {
    const Receiving outcome = receive_into(lane_.read_buffer()).outcome;
    if (outcome == Receiving::Ended || outcome == Receiving::Broken) close();
}

void WebLink::read() {
    const std::span<std::uint8_t> room = lane_.read_buffer().first(kReadMax);
    const Received received = receive_into(room);
    if (received.outcome == Receiving::Nothing) return;
    if (received.outcome != Receiving::Some) return close();
    in_.append(Bytes{room}.first(received.size));
    go_on();
}

void WebLink::go_on() {
    if (!is_answering() && !is_closed_) {
        const HeadResult result = codec::http::next_head(in_.bytes());
        if (result.outcome == HeadOutcome::Refused) {
            refuse(result.status, "the request cannot be understood");
        } else if (result.outcome == HeadOutcome::Complete) {
            handle(result.head);
            // Only now: the head consists of views.
            in_.consume(result.size_bytes);
        }
    }
    // Nothing is read that cannot be answered yet.
    watch_for((watched_ & ~static_cast<std::uint32_t>(EPOLLIN)) | (is_answering() ? 0U : EPOLLIN));
    if (is_answering() || (visitor_.stream && visitor_.stream->has_pending())) flush_later();
}

void WebLink::handle(const RequestHead& request) {
    if (handle_upgrade(request)) return;
    if (!place_->service) return refuse(kNotFound, "there are no files here");
    answer(place_->service->answer(request), request.keeps_connection());
}

bool WebLink::handle_upgrade(const RequestHead& request) {
    const Upgrade upgrade = codec::websocket::upgrade_of(request);
    if (upgrade.outcome == UpgradeOutcome::NotAsked) return false;
    if (!is_in(place_->paths, request.path)) {
        refuse(kNotFound, "there is no WebSocket at this path");
    } else if (upgrade.outcome == UpgradeOutcome::Refused && upgrade.status == kUpgradeRequired) {
        refuse(upgrade.status, upgrade.reason,
               {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}});
    } else if (upgrade.outcome == UpgradeOutcome::Refused) {
        refuse(upgrade.status, upgrade.reason);
    } else if (const auto origin = request.field("origin");
               origin && !place_->origins.empty() && !is_in(place_->origins, *origin)) {
        refuse(kForbidden, "pages from there may not open a WebSocket here (see origins)");
    } else {
        is_open_ = true;
        out_.bytes().append(codec::websocket::upgrade_answer(upgrade, accept_of(upgrade.key)));
    }
    return true;
}

void WebLink::answer(HttpAnswer answer, bool keeps_connection) {
    is_last_ = !keeps_connection;
    const std::size_t after_status = answer.head.find("\r\n") + 2;
    out_.bytes().append(std::string_view{answer.head}.substr(0, after_status));
    out_.bytes().append(keeps_connection ? "Connection: keep-alive\r\n" : "Connection: close\r\n");
    out_.bytes().append(std::string_view{answer.head}.substr(after_status));
    body_ = std::move(answer.body);
    body_left_ = answer.body_bytes;
}

void WebLink::refuse(std::uint16_t status, std::string_view why,
                     std::initializer_list<codec::http::Field> fields) {
    std::string line = "connection from " + visitor_.address + " refused: HTTP: ";
    lane_.log().write(LogLevel::Warning, lane_.now(), line.append(why));
    lane_.traffic().connections_refused.add();
    out_.bytes().append(codec::http::refusal(status, why, fields));
    is_last_ = true;
}

void WebLink::on_flush() {
    is_flush_due_ = false;
    if (is_closed_ || is_blocked_ || is_parting_) return;
    if (!is_answering()) {
        if (visitor_.stream && visitor_.stream->has_pending()) read();
        return;
    }
    if (body_ && out_.empty()) fill_from_body();
    if (is_closed_ || !write()) return;
    if (body_) return flush_later();
    if (is_open_) return hand_over();
    if (is_last_) return part();
    wait(place_->patience);
    go_on();
}

void WebLink::fill_from_body() {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kBodyPiece, body_left_));
    ByteBuffer& bytes = out_.bytes();
    const std::size_t size = wanted > 0 ? body_->read({bytes.extend(wanted), wanted}) : 0;
    bytes.truncate(size);
    body_left_ -= size;
    // More was promised than there is: only the end of the connection says so.
    if (size == 0 && body_left_ > 0) return close();
    if (body_left_ == 0) body_.reset();
}

// True if all is written.
bool WebLink::write() {
    const std::size_t before = out_.size_bytes();
    const Sending sending =
        visitor_.stream ? visitor_.stream->send(out_) : send_all(visitor_.socket.get(), out_);
    if (out_.size_bytes() < before) wait(kAnswerPatience);
    if (sending == Sending::Blocked) {
        is_blocked_ = true;
        watch_for(watched_ | EPOLLOUT);
        return false;
    }
    if (sending == Sending::Broken) {
        close();
        return false;
    }
    out_.release_memory();
    return true;
}

void WebLink::hand_over() {
    lane_.unwatch(visitor_.socket.get());
    const int socket = visitor_.socket.get();
    auto stream = std::make_unique<WebStream>(socket, std::move(visitor_.stream), in_.bytes());
    is_closed_ = true;
    on_open_(std::move(visitor_.socket), std::move(stream));
    lane_.remove(token_);
}

// Closed at once, what it has sent and we have not read would cost it the answer.
void WebLink::part() {
    if (is_parting_) return;
    is_parting_ = true;
    if (visitor_.stream) visitor_.stream->say_goodbye();
    ::shutdown(visitor_.socket.get(), SHUT_WR);
    wait(kLinger);
    watch_for(EPOLLIN);
}

void WebLink::wait(Duration longest) {
    lane_.set_deadline(token_, lane_.now().steady + longest);
}

void WebLink::on_deadline() {
    // A browser keeps connections without a reason: no news.
    close();
}

void WebLink::flush_later() {
    if (is_flush_due_ || is_closed_) return;
    is_flush_due_ = true;
    lane_.flush_later(token_);
}

void WebLink::watch_for(std::uint32_t events) {
    if (events == watched_ || is_closed_) return;
    watched_ = events;
    lane_.rewatch(visitor_.socket.get(), token_, events);
}

void WebLink::close() {
    if (is_closed_) return;
    is_closed_ = true;
    if (visitor_.stream) visitor_.stream->say_goodbye();
    lane_.unwatch(visitor_.socket.get());
    lane_.remove(token_);
}

}  // namespace kleber::net
