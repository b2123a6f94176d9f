#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "gateway/base/log.hpp"
#include "gateway/net/tls_stream.hpp"
#include "gateway/runtime/exchange.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"

namespace kleber::net {

// Shakes hands with those who come in by TLS, on a thread of its own: the arithmetic of a thousand
// who come at once delays nobody who is there already.
class Handshakes {
  public:
    // Begun and not yet done; further ones are turned away.
    static constexpr std::uint32_t kOpenMax = 2000;

    Handshakes() = default;
    ~Handshakes();
    Handshakes(const Handshakes&) = delete;
    Handshakes& operator=(const Handshakes&) = delete;

    struct Caller {
        runtime::FileDescriptor socket;
        std::shared_ptr<const TlsContext> context;
        Duration longest{0};  // it may take
    };
    // How it ended, on the thread of this: with a stream, or without and why, for people; without
    // that, too, if the gateway stops.
    struct End {
        runtime::FileDescriptor socket;
        std::unique_ptr<TlsStream> stream;
        std::string why;
    };
    using OnEnd = std::function<void(End)>;

    // From one thread. False, and nothing is done, if there are too many.
    bool begin(Caller caller, OnEnd on_end);

  private:
    class Handshake;

    // There is no broker behind this lane.
    class NoBroker : public runtime::Exchange {
      public:
        void exchange(runtime::Lane&) override {}
        void attend(runtime::Lane&) override {}
        void shrink() override {}
        std::optional<SteadyTime> before_sleep(runtime::Lane&) override { return std::nullopt; }
    };

    // Whoever began it tells how it ended.
    class NoLines : public LogSink {
      public:
        void write(LogLevel, std::string_view) override {}
    };

    // Where nobody comes by TLS there is no thread.
    struct Engine {
        Engine();
        ~Engine();
        Engine(const Engine&) = delete;
        Engine& operator=(const Engine&) = delete;

        NoBroker no_broker;
        NoLines no_lines;
        Log log;
        runtime::Lane lane;
        std::thread thread;
    };

    std::atomic<std::uint32_t> open_count_{0};
    std::unique_ptr<Engine> engine_;
};

}  // namespace kleber::net
