#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/handshakes.hpp"
#include "gateway/net/mqtt_listener.hpp"
#include "gateway/net/passed_sockets.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// The listeners that the configuration asks for.
class Doors {
  public:
    // Both references outlive it. Where one of the sockets is what a listener would open, that
    // takes it instead.
    Doors(runtime::Runtime& runtime, port::Authenticator& authenticator, net::PassedSockets passed)
        : runtime_(runtime), authenticator_(authenticator), passed_(std::move(passed)) {}
    ~Doors();

    // Opens what is new, closes what is no longer there, and gives the others their new policy and
    // certificates; clients that are connected stay. Where one cannot be opened, or has files that
    // cannot be used, nothing is changed, and the error is a sentence.
    std::optional<std::string> apply(const config::Config& config);
    // Closes those that were passed and that no listener has taken until now: what each was.
    std::vector<std::string> close_unused_sockets() { return passed_.close_unused(); }

    // Reads the certificates and keys again. What cannot be used stays as it was, and is told: a
    // sentence each.
    std::vector<std::string> renew_certificates();
    // The files that certificates and keys come from; those of our own certificates among them.
    std::vector<std::string> certificate_files() const;
    std::vector<std::string> own_certificate_files() const;

    struct Row {
        std::string kind;
        std::string address;
        std::uint32_t connections = 0;
    };
    std::vector<Row> rows() const;

  private:
    struct Door {
        config::Listener wanted;
        net::Welcome welcome;
        std::unique_ptr<net::ConnectionLimits> limits;              // of all its listeners together
        std::vector<std::unique_ptr<net::MqttListener>> listeners;  // one an address of a name
        bool owns_file = false;  // of kind unix: it goes when the door is closed
    };
    struct Opened {
        std::vector<runtime::FileDescriptor> sockets;
        bool owns_file = false;
    };

    Result<net::Welcome, std::string> make_welcome(const config::Config& config,
                                                   const config::Listener& listener);
    std::shared_ptr<connection::RateMeter> rate_meter_of(const config::Listener& listener) const;
    Result<Door, std::string> open(const config::Listener& wanted, const net::Welcome& welcome);
    Result<Opened, std::string> open_sockets(const config::Listener& wanted);
    Result<Opened, std::string> open_unix(const config::Listener& wanted);
    void tell(LogLevel level, const config::Listener& listener, const std::string& what);
    struct Closed {
        config::Listener wanted;
        config::Listener open;  // where the system chose the port, with that
        net::Welcome welcome;
    };
    // Closes what is in the way of one of these; returns what those were.
    std::vector<Closed> make_way(const config::Config& config,
                                 const std::vector<const config::Listener*>& added);
    // What could not be opened again: sentences, each after a semicolon.
    std::string reopen(const std::vector<Closed>& closed);
    static void welcome_again(Door& door, const net::Welcome& welcome);
    void close(Door door);

    runtime::Runtime& runtime_;
    port::Authenticator& authenticator_;
    net::PassedSockets passed_;
    net::ConnectionLimits limits_;
    net::ConnectRates rates_;
    config::Config applied_;
    std::vector<Door> open_;
    // Connections refer to the policies and listeners that they came in with: these stay until the
    // end. There are as many as times somebody changed the configuration.
    std::vector<std::unique_ptr<const connection::MqttPolicy>> policies_;
    std::vector<Door> closed_;
    // The last of all: its thread refers to the others.
    net::Handshakes handshakes_;
};

}  // namespace kleber::app
