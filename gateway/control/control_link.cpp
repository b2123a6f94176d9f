#include "gateway/control/control_link.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "gateway/net/unix_socket.hpp"

namespace kleber::control {

ControlLink::ControlLink(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
                         const ControlCommands& commands, std::uint32_t& open_count)
    : lane_(lane),
      token_(token),
      socket_(std::move(socket)),
      open_count_(open_count),
      self_(std::make_shared<ControlLink*>(this)),
      later_(answer_later()),
      session_(commands, token),
      watched_(EPOLLIN) {
    ++open_count_;
    lane_.watch(socket_.get(), token_, watched_);
}

AnswerLater ControlLink::answer_later() {
    return [link = std::weak_ptr{self_}](const LateAnswer& answer) {
        if (const auto self = link.lock()) (*self)->take_answer(answer);
    };
}

void ControlLink::take_answer(const LateAnswer& answer) {
    file_ = answer.file;
    auto this_turn = turn();
    session_.take_answer(answer.line, this_turn);
    if (!out_.empty()) renew_deadline();
    settle();
}

void ControlLink::on_ready(std::uint32_t events) {
    if (watched_ & EPOLLIN) {
        if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read();
    } else if (events & (EPOLLHUP | EPOLLERR)) {
        // Nobody is left to read the answer.
        close();
    }
    settle();
}

void ControlLink::on_reply(port::Reply&& reply) {
    auto this_turn = turn();
    session_.take(std::move(reply), this_turn);
    if (!out_.empty()) renew_deadline();
    settle();
}

void ControlLink::read() {
    const auto room = lane_.read_buffer();
    const ssize_t count = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) close();
        return;
    }
    if (count == 0) {
        has_caller_finished_ = true;
        return;
    }
    auto this_turn = turn();
    session_.receive({reinterpret_cast<const char*>(room.data()), static_cast<std::size_t>(count)},
                     this_turn);
}

void ControlLink::settle() {
    if (!socket_.is_open()) return;
    while (!out_.empty() && write()) {
        renew_deadline();
        auto this_turn = turn();
        session_.proceed(this_turn);
    }
    if (!socket_.is_open()) return;
    if (!out_.empty()) {
        watch_for(EPOLLOUT);
    } else if (session_.has_ended() || (has_caller_finished_ && !session_.is_busy())) {
        close();
    } else {
        watch_for(session_.is_busy() || has_caller_finished_ ? 0U : std::uint32_t{EPOLLIN});
        if (session_.is_busy()) lane_.set_deadline(token_, std::nullopt);
    }
}

bool ControlLink::write() {
    std::size_t written = 0;
    while (written < out_.size()) {
        const ssize_t count = net::send_with_file(
            socket_.get(), std::string_view{out_}.substr(written), file_ ? file_->get() : -1);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            if (errno != EAGAIN) close();
            break;
        }
        written += static_cast<std::size_t>(count);
        file_.reset();
    }
    out_.erase(0, written);
    return out_.empty();
}

void ControlLink::watch_for(std::uint32_t events) {
    if (events == watched_) return;
    watched_ = events;
    lane_.rewatch(socket_.get(), token_, events);
}

void ControlLink::close() {
    if (!socket_.is_open()) return;
    lane_.unwatch(socket_.get());
    socket_.reset();
    self_.reset();
    --open_count_;
    lane_.remove(token_);
}

}  // namespace kleber::control
