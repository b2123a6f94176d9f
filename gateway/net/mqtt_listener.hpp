#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/ip_network.hpp"
#include "gateway/base/result.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "gateway/net/address.hpp"
#include "gateway/net/connect_rates.hpp"
#include "gateway/net/connection_limits.hpp"
#include "gateway/net/handshakes.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/net/web_place.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::net {

class Acceptor;

// What a door does with those who come in. What is no shared pointer outlives the runtime's lanes.
struct Welcome {
    const connection::MqttPolicy* policy = nullptr;
    ConnectRates* rates = nullptr;            // null: as many a second as come
    std::shared_ptr<const TlsContext> tls{};  // none: what is said is plain to read
    std::shared_ptr<const WebPlace> web{};    // none: MQTT from the first byte on
    // Where the proxies are that bring the clients, and say who these are; none: they come
    // themselves.
    std::shared_ptr<const std::vector<IpNetwork>> proxies{};
};

// A door for MQTT clients: accepts on the first lane, hands the connections out to all lanes in
// turn; those with TLS once hands are shaken.
class MqttListener {
  public:
    // Takes those who come to `socket`, which listens. `handshakes` and `limits` outlive the lanes.
    MqttListener(runtime::Runtime& runtime, runtime::FileDescriptor socket,
                 ConnectionLimits& limits, Handshakes& handshakes, Welcome welcome);

    // For connections from now on.
    void set_welcome(Welcome welcome) { welcome_ = std::move(welcome); }
    // Frees the address at once. No more connections; those that are there stay.
    void close();

    const Address& address() const { return address_; }
    std::uint32_t connection_count() const { return own_limits_.count(); }

  private:
    // Somebody who was let in as far as here; moves between threads.
    struct Guest;

    void accept(runtime::FileDescriptor socket, const Address& peer);
    // Counts somebody in, or says why not; without a word who is banned.
    std::optional<std::string_view> count_in(const Address& client);
    // On the first lane, as the next one.
    void hear_proxy(const std::shared_ptr<Guest>& guest);
    void let_in(const std::shared_ptr<Guest>& guest);
    // False if too many are at it.
    bool shake_hands(const std::shared_ptr<Guest>& guest);
    static void send_to_lane(const std::shared_ptr<Guest>& guest);
    // On its lane.
    static void enter(const std::shared_ptr<Guest>& guest);
    static void enter_mqtt(Guest& guest);

    runtime::Runtime& runtime_;
    Handshakes& handshakes_;
    Welcome welcome_;
    ConnectionLimits own_limits_;  // counts, no more
    Address address_;
    Acceptor* acceptor_ = nullptr;  // the lane's; none once closed
    std::size_t next_lane_ = 0;
};

}  // namespace kleber::net
