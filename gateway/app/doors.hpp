#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/net/mqtt_listener.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// The listeners that the configuration asks for.
class Doors {
  public:
    explicit Doors(runtime::Runtime& runtime) : runtime_(runtime) {}

    // Opens what is new, closes what is no longer there, and gives the others their new policy;
    // clients that are connected stay. Where one cannot be opened nothing is changed, and the error
    // is a sentence.
    std::optional<std::string> apply(const config::Config& config);

    struct Row {
        std::string kind;
        std::string address;
        std::uint32_t connections = 0;
    };
    std::vector<Row> rows() const;

  private:
    struct Door {
        config::Listener wanted;
        std::vector<std::unique_ptr<net::MqttListener>> listeners;  // one an address of a name
    };

    void close(Door door);
    const connection::MqttPolicy& keep(connection::MqttPolicy policy);
    std::optional<std::string> open(const config::Config& config, const config::Listener& wanted,
                                    Door& door);

    runtime::Runtime& runtime_;
    net::ConnectionLimits limits_;
    config::Config applied_;
    std::vector<Door> open_;
    // Connections refer to the policies and listeners that they came in with: these stay until the
    // end. There are as many as times somebody changed the configuration.
    std::vector<std::unique_ptr<const connection::MqttPolicy>> policies_;
    std::vector<Door> closed_;
};

}  // namespace kleber::app
