#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/connection/mqtt_client.hpp"
#include "tests/support/world.hpp"

namespace kleber::conformance {

// Our own client, connected with a World.
class Member {
  public:
    Member(support::World& world, connection::ClientOptions options)
        : world_(world), client_(std::move(options)) {}

    void connect();
    // The link breaks.
    void cut();
    // At most so many bytes go over the link at a time.
    void set_chunk(std::size_t bytes) { chunk_bytes_ = bytes; }

    void subscribe(std::string_view filter, Qos qos);
    void publish(std::string_view topic, std::string_view payload, Qos qos);
    void disconnect();
    // Carries bytes in both directions until nothing moves.
    void run();

    connection::MqttClient& client() { return client_; }
    const connection::Ended* ended() const;
    // "topic=payload" of all messages so far.
    const std::vector<std::string>& received() const { return received_; }
    std::size_t published_count() const { return published_count_; }

  private:
    connection::MqttClient::Turn turn() { return {world_.now(), events_, out_}; }
    bool write();
    bool read();
    void note_events();

    support::World& world_;
    connection::MqttClient client_;
    std::unique_ptr<support::Link> link_;
    connection::Outgoing out_;
    std::vector<std::uint8_t> arrived_;
    std::vector<connection::ClientEvent> events_;
    std::optional<connection::Ended> ended_;
    std::vector<std::string> received_;
    std::size_t published_count_ = 0;
    std::size_t chunk_bytes_ = 65'536;
};

}  // namespace kleber::conformance
