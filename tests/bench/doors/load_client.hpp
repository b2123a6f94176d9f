#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "gateway/base/qos.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "tests/bench/doors/door_link.hpp"
#include "tests/bench/doors/load_poll.hpp"

namespace kleber::bench {

// An MQTT 3.1.1 client without a session. What fails throws: a load that is not what it should be
// measures nothing.
class LoadClient {
  public:
    using OnPayload = std::function<void(Bytes payload)>;

    // Begins to connect. The ticket outlives the client.
    LoadClient(LoadPoll& poll, const Place& place, std::string name, TlsTicket& ticket);
    ~LoadClient();
    LoadClient(const LoadClient&) = delete;
    LoadClient& operator=(const LoadClient&) = delete;

    bool is_in() const { return is_in_; }
    bool is_subscribed() const { return is_subscribed_; }
    bool is_resumed() const { return link_.is_resumed(); }
    // Of its publishes at QoS 1.
    std::uint64_t acknowledged_count() const { return acknowledged_count_; }

    // Once it is in. Acknowledges what comes.
    void subscribe(std::string_view topic, Qos qos, OnPayload on_payload);
    // At the end of the poll's turn.
    void publish(std::string_view topic, Bytes payload, Qos qos);

    // For the poll.
    int descriptor() const { return link_.descriptor(); }
    void on_ready();
    void flush();

  private:
    void take(Bytes bytes);
    void handle(const codec::mqtt::Frame& frame);
    void write_packet();

    LoadPoll& poll_;
    const std::string name_;
    DoorLink link_;
    ByteBuffer partial_;  // of a packet that has not wholly arrived
    ByteBuffer packet_;   // in the making
    OnPayload on_payload_;
    std::uint64_t acknowledged_count_ = 0;
    codec::mqtt::PacketId next_packet_id_ = 1;
    std::uint32_t watched_;
    bool is_open_ = false;
    bool is_in_ = false;
    bool is_subscribed_ = false;
};

}  // namespace kleber::bench
