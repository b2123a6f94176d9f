#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "gateway/base/qos.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/mqtt_client_event.hpp"

namespace kleber::connection {

enum class Arrival : std::uint8_t {
    New,            // to be delivered
    Repeated,       // the application has it, but has not yet acknowledged it
    RepeatedOwned,  // the application has acknowledged it: say so to the server again
    IdInUse,        // another message has this identifier
};

enum class Releasing : std::uint8_t { Done, Unknown, NotRecorded };

// The messages of QoS 1 and 2 that came in and are not done with, over any number of links: what
// makes QoS 2 arrive once. A message that was acknowledged while no link could carry it is
// acknowledged when the server sends it again.
class ClientReceipts {
  public:
    using PacketId = codec::mqtt::PacketId;

    Arrival arrive(PacketId id, Qos qos, bool is_repeated);
    Receipt receipt_for(PacketId id) const { return {session_, id}; }

    // The application owns the message: the QoS of the acknowledgement to be sent now, if any.
    // Refused: a server that hears so forgets the message.
    std::optional<Qos> own(const Receipt& receipt, bool is_refused);
    // PUBACK has been sent for a RepeatedOwned message of QoS 1.
    void erase(PacketId id);
    // PUBREL came.
    Releasing release(PacketId id);

    bool is_free(PacketId id) const { return !arrived_.contains(id); }
    // How many the server has sent over this link and not heard the end of.
    std::size_t open_count() const { return open_count_; }

    void link_ended();
    // The session is lost: what came before means nothing to the server.
    void forget();

  private:
    struct Entry {
        Qos qos = Qos::AtLeastOnce;
        bool is_owned = false;
        bool is_on_link = true;  // came over the present link
    };
    using Entries = std::unordered_map<PacketId, Entry>;
    void erase(Entries::iterator entry);

    Entries arrived_;
    std::size_t open_count_ = 0;
    std::uint32_t session_ = 0;
};

}  // namespace kleber::connection
