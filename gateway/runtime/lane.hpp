#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/deadlines.hpp"
#include "gateway/base/log.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"
#include "gateway/port/traffic.hpp"
#include "gateway/runtime/exchange.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/mailbox.hpp"
#include "gateway/runtime/participant.hpp"
#include "gateway/runtime/wake_up.hpp"

namespace kleber::runtime {

// One thread's I/O, in turns: read what is ready everywhere, exchange one batch with the broker,
// then write once for everybody who has something to say. Sleeps until a descriptor is ready or the
// next deadline; there is no periodic timer.
//
// All but stop() and post() is for the lane's own thread.
class Lane {
  public:
    Lane(port::SeatId seat, Log& log);
    ~Lane();
    Lane(const Lane&) = delete;
    Lane& operator=(const Lane&) = delete;

    // Makes turns until stop(), then lets everybody say good-bye and returns.
    void run(Exchange& exchange);
    // From any thread, and from a signal handler's participant: run() returns soon.
    void stop();
    // From any thread: the lane does it in its next turn.
    void post(std::function<void()> task);
    // From any thread: the participant hears it in the lane's next turn, if it is still there.
    void post(port::Token token, port::Verdict verdict);

    // -- participants

    // The lane owns it until remove(). The token names it to the broker and to the calls below.
    port::Token add(std::unique_ptr<Participant> participant);
    // For a participant that must know its token when it is made.
    port::Token next_token();
    // It gets no further calls; destroyed at the end of the turn.
    void remove(port::Token token);
    // Events of `fd` go to the participant: a mask as for epoll. Level-triggered.
    void watch(int fd, port::Token token, std::uint32_t events);
    void rewatch(int fd, port::Token token, std::uint32_t events);
    void unwatch(int fd);
    void set_deadline(port::Token token, std::optional<SteadyTime> deadline);
    // on_flush() is called once at the end of this turn. Say so at most once a turn.
    void flush_later(port::Token token) { to_flush_.push_back(token); }

    // -- what they share

    const Now& now() const { return now_; }
    port::SeatId seat() const { return seat_; }
    Log& log() { return log_; }
    port::Traffic& traffic() { return traffic_; }
    // Who may do what at present, for the turn; null if everybody may do everything.
    const port::Authorizer* authorizer() const { return authorizer_.get(); }
    void set_authorizer(port::AuthorizerRef authorizer) { authorizer_ = std::move(authorizer); }
    // To append to; handled in this turn.
    std::vector<port::Request>& requests() { return requests_; }
    // Whoever reads has it for that call alone.
    std::span<std::uint8_t> read_buffer() { return {read_buffer_.get(), kReadBufferBytes}; }
    // Memory of buffers that are not in use.
    ByteBuffer borrow_buffer() {
        if (pooled_buffers_.empty()) return {};
        ByteBuffer buffer = std::move(pooled_buffers_.back());
        pooled_buffers_.pop_back();
        return buffer;
    }
    // Empty of bytes.
    void return_buffer(ByteBuffer&& buffer) {
        if (buffer.capacity() > 0 && buffer.capacity() <= kPooledBufferBytesMax &&
            pooled_buffers_.size() < kPooledBuffersMax) {
            pooled_buffers_.push_back(std::move(buffer));
        }
    }

    // Delivers to the participants that are still there.
    void dispatch(std::vector<port::Reply>& replies);
    WakeUp& wake_up() { return wake_up_; }

    static constexpr std::size_t kReadBufferBytes = 128 << 10;

  private:
    struct Slot {
        std::unique_ptr<Participant> participant;
        std::uint32_t use = 0;
    };
    static constexpr int kEventsPerTurn = 256;
    // Requests that are enough to go on to the broker before all sockets are read, so that what was
    // just read is still in the processor's cache.
    static constexpr std::size_t kBatch = 128;
    static constexpr std::size_t kPooledBuffersMax = 128;
    static constexpr std::size_t kCrowd = 256;
    static constexpr std::size_t kPooledBufferBytesMax = 64 << 10;

    Participant* find(port::Token token) {
        if (token.slot >= slots_.size() || slots_[token.slot].use != token.use) return nullptr;
        return slots_[token.slot].participant.get();
    }
    void turn(Exchange& exchange);
    int milliseconds_to_wait(Exchange& exchange);
    void fire_deadlines();
    void flush();
    void bury();
    void give_back_memory(Exchange& exchange);
    void shrink();
    void do_tasks();
    void say_goodbye(Exchange& exchange);

    const port::SeatId seat_;
    Log& log_;
    FileDescriptor epoll_;
    WakeUp wake_up_;
    Now now_;
    port::Traffic traffic_;
    port::AuthorizerRef authorizer_;

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t first_use_ = 0;  // of slots to come
    std::vector<std::unique_ptr<Participant>> removed_;
    std::vector<std::uint32_t> removed_slots_;
    std::size_t buried_count_ = 0;  // since memory was last given back
    std::optional<SteadyTime> give_back_at_;
    Deadlines deadlines_;  // by slot
    std::vector<port::Request> requests_;
    std::vector<port::Token> to_flush_;
    std::vector<port::Token> flushing_;
    std::unique_ptr<std::uint8_t[]> read_buffer_;
    std::vector<ByteBuffer> pooled_buffers_;

    Mailbox<std::function<void()>> tasks_;
    std::vector<std::function<void()>> tasks_taken_;
    std::atomic<bool> is_stopping_{false};
    std::optional<SteadyTime> goodbye_until_;
};

}  // namespace kleber::runtime
