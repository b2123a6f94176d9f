#include "gateway/net/handshakes.hpp"

#include <sys/epoll.h>

#include <utility>

namespace kleber::net {
namespace {

constexpr port::SeatId kNoSeat{0xFFFF};

}  // namespace

class Handshakes::Handshake : public runtime::Participant {
  public:
    Handshake(runtime::Lane& lane, std::atomic<std::uint32_t>& open_count, port::Token token,
              Caller caller, OnEnd on_end)
        : lane_(lane),
          open_count_(open_count),
          token_(token),
          caller_(std::move(caller)),
          on_end_(std::move(on_end)) {}
    ~Handshake() override {
        // Where it has not ended otherwise.
        if (on_end_) on_end_({std::move(caller_.socket), nullptr, std::move(why_)});
        --open_count_;
    }

    void start() {
        stream_ = TlsStream::make(caller_.context, caller_.socket.get());
        if (!stream_) return end("no memory is left");
        lane_.set_deadline(token_, lane_.now().steady + caller_.longest);
        watched_ = EPOLLIN;
        lane_.watch(caller_.socket.get(), token_, watched_);
        go_on();
    }
    void on_ready(std::uint32_t) override { go_on(); }
    void on_deadline() override { end("it took too long"); }
    void on_stop() override { end({}); }

  private:
    void go_on() {
        switch (stream_->shake_hands()) {
            case TlsStream::Handshake::WantsToRead:
                return watch_for(EPOLLIN);
            case TlsStream::Handshake::WantsToWrite:
                return watch_for(EPOLLOUT);
            case TlsStream::Handshake::Failed:
                return end(stream_->failure());
            case TlsStream::Handshake::Done:
                lane_.unwatch(caller_.socket.get());
                std::exchange(on_end_,
                              nullptr)({std::move(caller_.socket), std::move(stream_), {}});
                lane_.remove(token_);
        }
    }
    void watch_for(std::uint32_t events) {
        if (events == watched_) return;
        watched_ = events;
        lane_.rewatch(caller_.socket.get(), token_, events);
    }
    void end(std::string why) {
        why_ = std::move(why);
        if (watched_ != 0) lane_.unwatch(caller_.socket.get());
        lane_.remove(token_);
    }

    runtime::Lane& lane_;
    std::atomic<std::uint32_t>& open_count_;
    const port::Token token_;
    Caller caller_;
    OnEnd on_end_;
    std::unique_ptr<TlsStream> stream_;
    std::string why_;
    std::uint32_t watched_ = 0;
};

Handshakes::Engine::Engine()
    : log(no_lines, LogLevel::Error, 1),
      lane(kNoSeat, log),
      thread([this] { lane.run(no_broker); }) {}

Handshakes::Engine::~Engine() {
    lane.stop();
    thread.join();
}

Handshakes::~Handshakes() = default;

bool Handshakes::begin(Caller caller, OnEnd on_end) {
    if (++open_count_ > kOpenMax) {
        --open_count_;
        return false;
    }
    if (!engine_) engine_ = std::make_unique<Engine>();
    // Tasks must be copyable.
    auto shared = std::make_shared<Caller>(std::move(caller));
    runtime::Lane& lane = engine_->lane;
    lane.post([this, &lane, shared, on_end = std::move(on_end)] {
        const port::Token token = lane.next_token();
        auto handshake =
            std::make_unique<Handshake>(lane, open_count_, token, std::move(*shared), on_end);
        Handshake& entered = *handshake;
        lane.add(std::move(handshake));
        entered.start();
    });
    return true;
}

}  // namespace kleber::net
