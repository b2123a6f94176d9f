#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/app/client_options.hpp"
#include "gateway/app/interrupt.hpp"
#include "gateway/app/streams.hpp"
#include "gateway/net/client_link.hpp"

namespace kleber::app {

// One MQTT client over TCP, run by the thread that asks: a command's. It waits, the command acts.
class ClientLoop {
  public:
    ClientLoop(const ClientArguments& arguments, connection::ClientOptions options,
               const Streams& streams);

    // Looks the server up and dials; what comes of it is an event.
    void connect();

    struct Until {
        int input = -1;  // a descriptor to read from; -1: none
        std::optional<SteadyTime> time{};
    };
    struct Woken {
        bool by_interrupt = false;  // Ctrl-C or SIGTERM; another one ends the process
        bool by_input = false;
    };
    // Writes what the client has to say, then waits until there are events or something it was told
    // to wait for. May return for nothing.
    Woken wait(const Until& until);
    // What has happened, in order.
    std::vector<connection::ClientEvent> take_events();

    // After an end that nobody here asked for: says why. True if it is tried again, by wait(), a
    // little later each time; what has never been connected is not.
    bool recover(const connection::Ended& ended);

    // Says good-bye and waits for the server to hear it, a moment at most. False if something that
    // was to be sent was not.
    bool close();

    connection::MqttClient& client() { return link_.client(); }
    connection::MqttClient::Turn turn() { return link_.turn(now_); }
    const Now& now() const { return now_; }
    int interrupt_descriptor() const { return interrupt_.descriptor(); }

  private:
    void take_note_of_connection();
    Duration next_delay();

    const std::string host_;
    const std::uint16_t port_;
    const bool has_user_;
    const Streams streams_;
    Interrupt interrupt_;
    net::ClientLink link_;
    Now now_;

    bool has_connected_ = false;  // ever
    bool is_trying_again_ = false;
    std::string last_said_;  // since the connection was lost
    std::optional<SteadyTime> connect_at_;
    SteadyTime connected_at_{};
    Duration delay_{};
};

}  // namespace kleber::app
