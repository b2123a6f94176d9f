#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/connection/mqtt_client.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/dialer.hpp"
#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::net {

// A dialled TCP connection with one connection::MqttClient behind it, whose session lives through
// any number of them. Blocks nowhere: its owner waits for the descriptor and the deadline, by poll
// or by a lane's poller.
//
// Each open() ends in one Ended. If nothing answers, that is one by EndedBy::Link with the system's
// words as detail, as is the loss of a link. After it the link stays open for a moment, until the
// server has read what was said.
class ClientLink {
  public:
    explicit ClientLink(connection::ClientOptions options) : client_(std::move(options)) {}

    // Dials these addresses in turn, then says CONNECT. Not while is_open().
    void open(std::vector<Address> addresses, const Now& now);
    bool is_open() const { return stage_ != Stage::Closed; }
    // Says good-bye, if anybody is there to hear it.
    void hang_up(const Now& now);
    // Whether all that was to be written on the last link has left.
    bool has_written_all() const { return !is_broken_ && out_.empty(); }

    // What to wait for while open. The descriptor may be another one after each call.
    int descriptor() const;
    std::uint32_t wanted_events() const;  // EPOLLIN and EPOLLOUT, which poll calls the same
    std::optional<SteadyTime> deadline() const;
    void on_ready(std::uint32_t events, const Now& now);
    void on_deadline(const Now& now);

    // To call the client: with a turn of this link's, and with flush() afterwards.
    connection::MqttClient& client() { return client_; }
    connection::MqttClient::Turn turn(const Now& now) { return {now, events_, out_}; }
    void flush(const Now& now);

    // What has happened, in order; for the owner to take.
    std::vector<connection::ClientEvent>& events() { return events_; }

  private:
    // Closing: the client has ended, and the server is given time to read why.
    enum class Stage : std::uint8_t { Closed, Dialling, Open, Closing };

    void go_on(Dialer::Progress progress, const Now& now);
    void read(const Now& now);
    void feed(Bytes fresh, const Now& now);
    void lose(const std::string& why, const Now& now);
    void begin_closing(const Now& now);
    void close();

    connection::MqttClient client_;
    std::vector<connection::ClientEvent> events_;

    Stage stage_ = Stage::Closed;
    Dialer dialer_;
    runtime::FileDescriptor socket_;
    connection::Outgoing out_;
    ByteBuffer tail_;          // of a packet that has not come in whole
    bool is_blocked_ = false;  // the socket takes no more for now
    bool is_broken_ = false;   // nothing can be written any more
    bool is_shut_ = false;     // we have said all
    SteadyTime closing_until_{};
};

}  // namespace kleber::net
