#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "gateway/base/time.hpp"
#include "gateway/connection/mount_point.hpp"
#include "gateway/connection/rate.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/port/message.hpp"
#include "gateway/port/request.hpp"

namespace kleber::connection {

// Who may connect without credentials: nobody, those on this machine, everybody.
enum class AllowAnonymous : std::uint8_t { No, Local, Yes };

struct AllowedVersions {
    bool mqtt_3_1 = true;
    bool mqtt_3_1_1 = true;
    bool mqtt_5 = true;
};

// What a listener grants its MQTT clients. Shared by all its connections, which it outlives.
struct MqttPolicy {
    std::size_t packet_bytes_max = 1 << 20;  // at most codec::mqtt::kPacketMax
    std::size_t connect_packet_bytes_max = 64 << 10;
    Duration connect_timeout = std::chrono::seconds{5};

    std::uint16_t receive_maximum = 20;  // at least 1
    std::uint16_t topic_alias_maximum = 10;
    // Requests that the broker has not answered yet, above which a connection is not read.
    std::uint32_t unsettled_max = 1000;

    Duration session_expiry_max = std::chrono::hours{30 * 24};  // or port::kForever
    Duration keep_alive_max{0};                                 // 0: as the client wishes

    MountPoint mount{};
    // Of what the client says, without what the mount point adds.
    std::uint32_t topic_levels_max = 128;
    std::uint32_t topic_bytes_max = 4096;
    std::uint32_t user_properties_max = 100;  // in a CONNECT, a will, a PUBLISH
    // Filters of one SUBSCRIBE for which it is asked whether they are allowed: what a session may
    // have of them.
    std::uint32_t subscriptions_max = 20'000;

    port::QueueLimits queue{};
    port::SendCredit send_window{.slots = 20, .bytes = 256 << 10};

    Rate client_rate{};
    std::shared_ptr<RateMeter> listener_rate{};  // of all clients together; null: no such limit

    AllowedVersions versions{};
    AllowAnonymous allow_anonymous = AllowAnonymous::Local;
    // Whom credentials are shown to, by the connection's owner. Null: nobody looks at them, and
    // all clients are anonymous.
    port::Authenticator* authenticator = nullptr;
    port::Sharing sharing = port::Sharing::OneThread;
    std::string listener{};  // as the log names it
};

// The other end of a link.
struct Peer {
    std::string address;    // as a person reads it: 192.168.1.7:50112
    bool is_local = false;  // on this machine
    std::string user{};     // whom it has proven to be before it said a word; empty: nobody
    std::string certificate_name{};  // the common name of what it has shown; empty: none
};

}  // namespace kleber::connection
