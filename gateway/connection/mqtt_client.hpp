#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/codec/mqtt/encode.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/lists.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/client_flights.hpp"
#include "gateway/connection/client_queue.hpp"
#include "gateway/connection/client_receipts.hpp"
#include "gateway/connection/mqtt_client_event.hpp"
#include "gateway/connection/mqtt_client_options.hpp"
#include "gateway/connection/outgoing.hpp"
#include "gateway/connection/topic_aliases.hpp"

namespace kleber::connection {

// MQTT as a client, over one link at a time and through any number of them: the session (what
// waits, what is in flight, what came in at QoS 2) lives as long as this object.
//
// The owner brings a link up, calls connect(), gives what it reads to receive() and writes what is
// in `out`; when Ended comes it writes the rest, closes, empties `out`, and may bring up another.
// A server that breaks the protocol is an Ended with the reason code for it, told to an MQTT 5
// server by DISCONNECT.
class MqttClient {
  public:
    // What a call works with: the instant, where events are appended, and what goes to the link.
    struct Turn {
        const Now& now;
        std::vector<ClientEvent>& events;
        Outgoing& out;
    };

    explicit MqttClient(ClientOptions options);

    // A new link is up; `out` is its own and empty. Writes CONNECT. Not while a link is open.
    void connect(Turn& turn);
    // False while so much is to be written that reading on could only add to it.
    bool is_reading(const Outgoing& out) const {
        return state_ != State::Ended && out.size_bytes() < options_.unwritten_bytes_max;
    }
    // Takes whole packets and returns how many bytes they were; the caller gives the tail again
    // together with what follows it. All is taken once the connection has ended.
    std::size_t receive(Bytes bytes, Turn& turn);
    // How many bytes receive() needs, tail included, before it can go on; 0 if there is no tail.
    std::size_t wanted_bytes() const { return wanted_bytes_; }
    // What was in `out` has been written: more may follow.
    void drained(Turn& turn);
    // The link ended without a word. Nothing if the connection has ended already.
    void link_lost(Turn& turn);

    // When on_deadline() wants to be called; may be early, so ask again afterwards.
    std::optional<SteadyTime> deadline() const;
    void on_deadline(Turn& turn);

    // Queues a message, connected or not, to go out in the order of these calls with the message's
    // QoS, retain and expiry. One Published or Discarded with the ticket follows. Errors:
    // TopicNameInvalid, PacketTooLarge (for the server last connected to), QuotaExceeded (the queue
    // is at its limit: try again when something has been published).
    [[nodiscard]] Status<ReasonCode> publish(port::MessageRef message, Ticket ticket, Turn& turn);
    // The same for what is not yet a message.
    [[nodiscard]] Status<ReasonCode> publish(const port::MessageFields& fields, Ticket ticket,
                                             Turn& turn);

    // While connected. One Subscribed with a code for each filter follows, or Discarded if the link
    // goes first. Errors: ServerUnavailable (not connected), TopicFilterInvalid, PacketTooLarge,
    // QuotaExceeded, or what the server has said it does not support.
    [[nodiscard]] Status<ReasonCode> subscribe(
        std::span<const codec::mqtt::Subscription> subscriptions,
        std::optional<std::uint32_t> subscription_id, Ticket ticket, Turn& turn);
    // The same; Unsubscribed follows.
    [[nodiscard]] Status<ReasonCode> unsubscribe(std::span<const std::string_view> filters,
                                                 Ticket ticket, Turn& turn);

    // With Acknowledging::Manual: the application owns the message (or refuses it, MQTT 5). May be
    // said while there is no connection, and twice.
    void acknowledge(const Receipt& receipt, ReasonCode reason, Turn& turn);

    // Asks the server for a sign of life, while connected.
    void ping(Turn& turn);
    // Says good-bye; Ended follows at once. DisconnectWithWill has the will published, as has an
    // error code; before MQTT 5 by saying nothing. A code that no client may say is said as
    // UnspecifiedError.
    void disconnect(ReasonCode reason, Turn& turn);

    bool is_connected() const { return state_ == State::Connected; }
    // No link, or none to be used any more.
    bool has_ended() const { return state_ == State::Ended; }
    std::size_t waiting_count() const { return queue_.count(); }
    std::size_t in_flight_count() const { return flights_.count(); }
    // PUBACK and PUBCOMP that named no publish of ours, so far.
    std::uint64_t unknown_acknowledgement_count() const { return unknown_acknowledgements_; }

  private:
    using Frame = codec::mqtt::Frame;
    using PacketId = codec::mqtt::PacketId;
    using PacketType = codec::mqtt::PacketType;
    using Version = codec::mqtt::ProtocolVersion;

    enum class State : std::uint8_t { Ended, Connecting, Connected };

    void handle(const Frame& frame, Turn& turn);
    void handle_pong(const Frame& frame, Turn& turn);
    SteadyTime ping_due() const;
    SteadyTime pong_due() const;

    // mqtt_client_connect.cpp
    void handle_connack(const Frame& frame, Turn& turn);
    bool check_connack(const codec::mqtt::Connack& packet, Turn& turn);
    void keep_limits(const codec::mqtt::Connack& packet);
    void resume(Turn& turn);
    std::size_t recover_from_loss(Turn& turn);

    // mqtt_client_end.cpp
    void handle_disconnect(const Frame& frame, Turn& turn);
    void break_off(ReasonCode reason, std::string_view detail, Turn& turn);
    void finish(Ended ended, Turn& turn);

    // mqtt_client_publish.cpp
    void pump(Turn& turn);
    bool has_window() const;
    bool publish_first(Turn& turn);
    void resend(PacketId id, Turn& turn);
    std::optional<DiscardReason> why_not(const codec::mqtt::PublishHeader& header,
                                         const port::Message& message, SteadyTime now) const;
    void write_publish(codec::mqtt::PublishHeader& header, const port::MessageRef& message,
                       Turn& turn);
    void handle_ack(const Frame& frame, Turn& turn);
    void handle_recorded(PacketId id, ClientFlight* flight, ReasonCode reason, Turn& turn);
    void complete(PacketId id, ReasonCode reason, Turn& turn);

    // mqtt_client_receive.cpp
    void handle_publish(const Frame& frame, Turn& turn);
    bool resolve_topic(const codec::mqtt::Publish& packet, std::string_view& topic, Turn& turn);
    bool admit(const codec::mqtt::Publish& packet, Turn& turn);
    void deliver(const codec::mqtt::Publish& packet, std::string_view topic, Turn& turn);
    void handle_release(const Frame& frame, Turn& turn);
    void write_ack(PacketType type, PacketId id, ReasonCode reason, Turn& turn);

    // mqtt_client_subscribe.cpp
    Status<ReasonCode> check_filter(std::string_view filter) const;
    void handle_suback(const Frame& frame, Turn& turn);
    void handle_unsuback(const Frame& frame, Turn& turn);

    ClientOptions options_;

    // The session.
    ClientQueue queue_;
    ClientFlights flights_;
    ClientReceipts receipts_;
    bool has_session_ = false;  // a server has accepted us before

    // The link.
    State state_ = State::Ended;
    bool asked_for_clean_start_ = false;
    std::uint32_t pings_open_ = 0;
    std::size_t wanted_bytes_ = 0;
    ServerLimits server_;
    IncomingAliases aliases_in_;
    OutgoingAliases aliases_out_;
    SteadyTime last_sent_{};
    SteadyTime last_received_{};
    SteadyTime first_ping_{};  // of those open

    ByteBuffer scratch_;  // for one call at a time
    std::uint64_t unknown_acknowledgements_ = 0;
};

}  // namespace kleber::connection
