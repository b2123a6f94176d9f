#include "gateway/runtime/lane.hpp"

#include <malloc.h>
#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "gateway/base/assert.hpp"
#include "gateway/port/message_memory.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::runtime {
namespace {

constexpr port::Token kWakeUpToken{~std::uint32_t{0}, 0};
// How long clients may take to read their good-bye.
constexpr Duration kGoodbyeMax = std::chrono::seconds{1};
// How long after its first few hundred the last of a crowd are expected to leave.
constexpr Duration kCrowdLeaves = std::chrono::seconds{1};

std::uint64_t pack(port::Token token) {
    return std::uint64_t{token.use} << 32 | token.slot;
}
port::Token unpack(std::uint64_t data) {
    return {static_cast<std::uint32_t>(data), static_cast<std::uint32_t>(data >> 32)};
}

void control(int epoll, int operation, int fd, port::Token token, std::uint32_t events) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = pack(token);
    if (::epoll_ctl(epoll, operation, fd, &event) != 0) {
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    }
}

}  // namespace

Lane::Lane(port::SeatId seat, Log& log)
    : seat_(seat),
      log_(log),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      now_(read_clock()),
      read_buffer_(new std::uint8_t[kReadBufferBytes]),
      tasks_(std::numeric_limits<std::size_t>::max()) {
    if (!epoll_.is_open()) {
        throw std::system_error{errno, std::generic_category(), "epoll_create1"};
    }
    control(epoll_.get(), EPOLL_CTL_ADD, wake_up_.descriptor(), kWakeUpToken, EPOLLIN | EPOLLET);
}

Lane::~Lane() = default;

port::Token Lane::next_token() {
    if (free_slots_.empty()) {
        free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
        slots_.emplace_back().use = first_use_;
    }
    const std::uint32_t slot = free_slots_.back();
    return {slot, slots_[slot].use};
}

port::Token Lane::add(std::unique_ptr<Participant> participant) {
    const port::Token token = next_token();
    free_slots_.pop_back();
    slots_[token.slot].participant = std::move(participant);
    return token;
}

void Lane::remove(port::Token token) {
    if (!find(token)) return;
    Slot& slot = slots_[token.slot];
    removed_.push_back(std::move(slot.participant));
    removed_slots_.push_back(token.slot);
    ++slot.use;
    deadlines_.cancel(token.slot);
}

void Lane::watch(int fd, port::Token token, std::uint32_t events) {
    control(epoll_.get(), EPOLL_CTL_ADD, fd, token, events);
}

void Lane::rewatch(int fd, port::Token token, std::uint32_t events) {
    control(epoll_.get(), EPOLL_CTL_MOD, fd, token, events);
}

void Lane::unwatch(int fd) {
    ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Lane::set_deadline(port::Token token, std::optional<SteadyTime> deadline) {
    if (!find(token)) return;
    if (deadline) {
        deadlines_.set(token.slot, *deadline);
    } else {
        deadlines_.cancel(token.slot);
    }
}

void Lane::run(Exchange& exchange) {
    while (!is_stopping_.load(std::memory_order_acquire)) turn(exchange);
    say_goodbye(exchange);
}

void Lane::stop() {
    is_stopping_.store(true, std::memory_order_release);
    wake_up_.wake();
}

void Lane::post(std::function<void()> task) {
    std::vector<std::function<void()>> one;
    one.push_back(std::move(task));
    tasks_.post(one);
    wake_up_.wake();
}

void Lane::post(port::Token token, port::Verdict verdict) {
    post([this, token, shared = std::make_shared<port::Verdict>(std::move(verdict))] {
        if (Participant* participant = find(token)) participant->on_verdict(std::move(*shared));
    });
}

void Lane::turn(Exchange& exchange) {
    const int wait = milliseconds_to_wait(exchange);
    epoll_event events[kEventsPerTurn];
    const int count = ::epoll_wait(epoll_.get(), events, kEventsPerTurn, wait);
    wake_up_.woke_up();
    now_ = read_clock();
    for (int index = 0; index < count; ++index) {
        const port::Token token = unpack(events[index].data.u64);
        if (token == kWakeUpToken) {
            do_tasks();
            continue;
        }
        if (Participant* participant = find(token)) participant->on_ready(events[index].events);
        if (requests_.size() >= kBatch) exchange.exchange(*this);
    }
    fire_deadlines();
    exchange.exchange(*this);
    exchange.attend(*this);
    flush();
    bury();
    give_back_memory(exchange);
}

int Lane::milliseconds_to_wait(Exchange& exchange) {
    if (!requests_.empty() || !to_flush_.empty()) return 0;
    SteadyTime until = SteadyTime::max();
    for (const auto& next :
         {deadlines_.next(), exchange.before_sleep(*this), give_back_at_, goodbye_until_}) {
        if (next) until = std::min(until, *next);
    }
    if (until == SteadyTime::max()) return -1;
    const std::int64_t left = (until - now_.steady).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
}

void Lane::fire_deadlines() {
    while (const std::optional<std::uint32_t> slot = deadlines_.pop_due(now_.steady)) {
        slots_[*slot].participant->on_deadline();
    }
}

void Lane::dispatch(std::vector<port::Reply>& replies) {
    for (port::Reply& reply : replies) {
        if (Participant* participant = find(reply.to)) participant->on_reply(std::move(reply));
    }
    replies.clear();
}

void Lane::flush() {
    // What is flushed may mark others, for the next turn.
    flushing_.swap(to_flush_);
    for (const port::Token token : flushing_) {
        if (Participant* participant = find(token)) participant->on_flush();
    }
    flushing_.clear();
}

void Lane::bury() {
    if (removed_.empty()) return;
    buried_count_ += removed_.size();
    removed_.clear();
    free_slots_.insert(free_slots_.end(), removed_slots_.begin(), removed_slots_.end());
    removed_slots_.clear();
    // A crowd leaves: once it has gone, its memory goes back to the system. Not before as many have
    // gone as are left, so that it costs each of them little.
    if (!give_back_at_ && buried_count_ >= kCrowd &&
        buried_count_ >= slots_.size() - free_slots_.size()) {
        give_back_at_ = now_.steady + kCrowdLeaves;
    }
}

void Lane::give_back_memory(Exchange& exchange) {
    if (!give_back_at_ || now_.steady < *give_back_at_) return;
    give_back_at_.reset();
    buried_count_ = 0;
    shrink();
    exchange.shrink();
    // free() alone gives back no more than the end of the heap.
    ::malloc_trim(0);
}

void Lane::shrink() {
    while (!slots_.empty() && !slots_.back().participant) {
        // Who takes such a slot again must not be taken for who had it before.
        first_use_ = std::max(first_use_, slots_.back().use);
        slots_.pop_back();
    }
    std::erase_if(free_slots_, [&](std::uint32_t slot) { return slot >= slots_.size(); });
    slots_.shrink_to_fit();
    free_slots_.shrink_to_fit();
    removed_.shrink_to_fit();
    removed_slots_.shrink_to_fit();
    requests_.shrink_to_fit();
    to_flush_.shrink_to_fit();
    flushing_.shrink_to_fit();
    std::vector<ByteBuffer>{}.swap(pooled_buffers_);
    deadlines_.shrink();
    port::MessageMemory::of_this_thread().release();
}

void Lane::do_tasks() {
    tasks_.take(tasks_taken_);
    for (const std::function<void()>& task : tasks_taken_) task();
    tasks_taken_.clear();
}

void Lane::say_goodbye(Exchange& exchange) {
    now_ = read_clock();
    goodbye_until_ = now_.steady + kGoodbyeMax;
    for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
        if (slots_[slot].participant) slots_[slot].participant->on_stop();
    }
    const auto somebody_is_left = [&] {
        return std::any_of(slots_.begin(), slots_.end(),
                           [](const Slot& slot) { return slot.participant != nullptr; });
    };
    while (somebody_is_left() && now_.steady < *goodbye_until_) turn(exchange);
    slots_.clear();
    removed_.clear();
}

}  // namespace kleber::runtime
