#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/connection_limits.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::net {

class TcpListener;

// A door for MQTT clients over TCP: accepts on the first lane, hands the connections out to all
// lanes in turn.
class MqttListener {
  public:
    // The error is a sentence. All that is given outlives the runtime's lanes.
    static Result<std::unique_ptr<MqttListener>, std::string> open(
        runtime::Runtime& runtime, const Address& address, const connection::MqttPolicy& policy,
        ConnectionLimits& limits, std::uint32_t connections_max);

    // For connections from now on.
    void set_policy(const connection::MqttPolicy& policy, std::uint32_t connections_max);
    // Frees the address at once. No more connections; those that are there stay.
    void close();

    const Address& address() const { return address_; }
    std::uint32_t connection_count() const { return own_limits_.count(); }

  private:
    MqttListener(runtime::Runtime& runtime, const connection::MqttPolicy& policy,
                 ConnectionLimits& limits);
    void accept(runtime::FileDescriptor socket, const Address& peer);

    runtime::Runtime& runtime_;
    const connection::MqttPolicy* policy_;
    ConnectionLimits own_limits_;
    Address address_;
    TcpListener* acceptor_ = nullptr;  // the lane's; none once closed
    std::size_t next_lane_ = 0;
};

}  // namespace kleber::net
