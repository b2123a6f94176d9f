#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/connection/mqtt_server.hpp"
#include "gateway/connection/outgoing.hpp"
#include "gateway/net/connection_limits.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/runtime/lane.hpp"
#include "gateway/runtime/participant.hpp"

namespace kleber::net {

// A socket with an MQTT client behind it: moves bytes between the two, and holds none of them
// longer than it must.
class MqttLink : public runtime::Participant {
  public:
    // The connection has been admitted by `limits`, which hears of its end. `stream`: what stands
    // between; none for a plain socket.
    MqttLink(runtime::Lane& lane, port::Token token, runtime::FileDescriptor socket,
             std::unique_ptr<Stream> stream, const connection::MqttPolicy& policy,
             connection::Peer peer, ConnectionLimits& limits);
    ~MqttLink() override;

    // Once it is a participant of its lane.
    void start();

    void on_ready(std::uint32_t events) override;
    void on_reply(port::Reply&& reply) override;
    void on_verdict(port::Verdict&& verdict) override;
    void on_deadline() override;
    void on_flush() override;
    void on_stop() override;

  private:
    connection::MqttServer::Turn turn() {
        return {lane_.now(), lane_.requests(), out_, lane_.authorizer()};
    }
    // A client that asks and asks and never reads the answers is not heard until it does.
    bool is_listening() const;
    void read();
    // Gives the connection what has arrived; `bytes` may be the tail itself.
    void feed(Bytes bytes);
    // What has arrived already, while it was not read.
    void feed_what_waited();
    void keep_tail(Bytes rest);
    bool has_to_write() const { return !out_.empty() || (stream_ && stream_->wants_to_write()); }
    void show_credentials();
    void hear(port::Verdict&& verdict);
    // True if all is written.
    bool write();
    void lose(ReasonCode why);
    // After every call into the connection: what follows from it. After replies, which come by the
    // dozen, on_flush() does it once.
    void settle();
    void flush_later() {
        if (is_flush_due_) return;
        is_flush_due_ = true;
        lane_.flush_later(token_);
    }
    void watch_as_needed();
    void watch_for(std::uint32_t events);
    // Once all is written, and the end is ours to make.
    void part();
    void greet();
    void log_arrival();
    void log_denials();
    void log_pause();
    void warn_of_client(std::string_view what);
    void close();

    runtime::Lane& lane_;
    const port::Token token_;
    runtime::FileDescriptor socket_;
    std::unique_ptr<Stream> stream_;
    ConnectionLimits& limits_;
    port::Authenticator* const authenticator_;
    connection::MqttServer server_;
    connection::Outgoing out_;
    ByteBuffer tail_;  // an unfinished packet
    std::uint32_t watched_;
    bool is_flush_due_ = false;
    bool is_blocked_ = false;  // the socket takes no more for now
    bool is_lost_ = false;
    bool was_attached_ = false;
    bool is_lingering_ = false;
    bool is_parting_ = false;  // the other side has the last word
};

}  // namespace kleber::net
