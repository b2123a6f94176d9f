#include "gateway/app/interrupt.hpp"

#include <pthread.h>
#include <sys/signalfd.h>

#include <cerrno>
#include <system_error>

namespace kleber::app {

Interrupt::Interrupt() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    signals_ = runtime::FileDescriptor{::signalfd(-1, &set_, SFD_NONBLOCK | SFD_CLOEXEC)};
    if (!signals_.is_open()) throw std::system_error{errno, std::generic_category(), "signalfd"};
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    pipe_before_ = std::signal(SIGPIPE, SIG_IGN);
}

Interrupt::~Interrupt() {
    clear();
    lift();
    std::signal(SIGPIPE, pipe_before_);
}

void Interrupt::clear() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == sizeof info) {
    }
}

void Interrupt::lift() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::restore() {
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
}

}  // namespace kleber::app
