#include "gateway/app/signals.hpp"

#include <sys/epoll.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace kleber::app {
namespace {

sigset_t handled_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
    return set;
}

}  // namespace

void Signals::block() {
    const sigset_t set = handled_signals();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::Signals(runtime::Lane& lane, port::Token token, std::function<void()> on_stop_wanted,
                 std::function<void()> on_reload_wanted)
    : lane_(lane),
      token_(token),
      on_stop_wanted_(std::move(on_stop_wanted)),
      on_reload_wanted_(std::move(on_reload_wanted)) {
    const sigset_t set = handled_signals();
    signals_ = runtime::FileDescriptor{::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (!signals_.is_open()) throw std::system_error{errno, std::generic_category(), "signalfd"};
    lane_.watch(signals_.get(), token_, EPOLLIN);
}

void Signals::on_ready(std::uint32_t) {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
        if (info.ssi_signo == SIGHUP) {
            on_reload_wanted_();
        } else {
            on_stop_wanted_();
        }
    }
}

void Signals::on_stop() {
    lane_.unwatch(signals_.get());
    lane_.remove(token_);
}

}  // namespace kleber::app
