#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/mqtt_client_event.hpp"
#include "gateway/port/message.hpp"

namespace kleber::connection {

enum class FlightStage : std::uint8_t {
    Published,  // waits for PUBACK or PUBREC
    Released,   // PUBREL was sent, waits for PUBCOMP
};

// A publish of QoS 1 or 2 that the server has not acknowledged to the end.
struct ClientFlight {
    port::MessageRef message{};  // none once released
    Ticket ticket{};
    Qos qos = Qos::AtLeastOnce;
    bool retain = false;
    FlightStage stage = FlightStage::Published;
    ReasonCode reason = ReasonCode::Success;  // of PUBREC
    bool is_on_link = false;                  // its PUBLISH went over the present link
    std::uint64_t sequence = 0;               // orders PUBLISHes, and PUBRELs
};

enum class AskKind : std::uint8_t { Subscribe, Unsubscribe };

// A SUBSCRIBE or UNSUBSCRIBE without its answer.
struct ClientAsk {
    AskKind kind = AskKind::Subscribe;
    Ticket ticket{};
    std::size_t filter_count = 0;
    std::uint64_t sequence = 0;  // orders them
};

// SUBSCRIBEs and UNSUBSCRIBEs that may wait for their answers.
inline constexpr std::size_t kAsksMax = 1000;

// Everything of a client's that holds a packet identifier: none is given out twice at a time.
class ClientFlights {
  public:
    using PacketId = codec::mqtt::PacketId;

    // The next free identifier after the last one given out; 0 if all are taken.
    PacketId take_id();

    // A new publish goes out over the present link.
    ClientFlight& add(PacketId id, ClientFlight flight);
    ClientFlight* find(PacketId id);
    // PUBREC came: the message itself is no longer needed.
    void release(ClientFlight& flight, ReasonCode reason);
    void erase(PacketId id);
    std::size_t count() const { return flights_.size(); }
    // Those that count against the server's receive maximum.
    std::size_t open_count() const { return open_count_; }

    void ask(PacketId id, ClientAsk ask);
    bool has_ask(PacketId id) const { return asks_.contains(id); }
    // Takes it off if there is one of this kind.
    std::optional<ClientAsk> take_ask(PacketId id, AskKind kind);
    std::size_t ask_count() const { return asks_.size(); }

    // The link is gone: nothing is open; the asks nobody will answer are handed back in order.
    std::vector<ClientAsk> link_ended();
    // The session goes on: released flights in the order of their PUBRELs. The others wait to be
    // sent again, see next_resend().
    std::vector<PacketId> resume();
    // The first that is to be sent again, in the order of the first sending; 0 if none is left.
    PacketId next_resend();
    // It has been sent again.
    void resent(PacketId id);
    // The session is lost: takes all flights, in order.
    std::vector<ClientFlight> take_all();

  private:
    std::vector<PacketId> in_order() const;

    std::unordered_map<PacketId, ClientFlight> flights_;
    std::unordered_map<PacketId, ClientAsk> asks_;
    std::deque<PacketId> resend_;
    std::size_t open_count_ = 0;
    std::uint64_t sequence_ = 0;
    PacketId last_id_ = 0;
};

}  // namespace kleber::connection
