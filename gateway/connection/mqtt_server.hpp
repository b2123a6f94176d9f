#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/reason_code.hpp"
#include "gateway/base/time.hpp"
#include "gateway/codec/mqtt/framer.hpp"
#include "gateway/codec/mqtt/packets.hpp"
#include "gateway/connection/last_topic.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "gateway/connection/outgoing.hpp"
#include "gateway/connection/topic_aliases.hpp"
#include "gateway/connection/topic_rights.hpp"
#include "gateway/port/authenticator.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/reply.hpp"
#include "gateway/port/request.hpp"
#include "gateway/port/traffic.hpp"

namespace kleber::connection {

// The server's side of one client's wire, in MQTT 3.1, 3.1.1 or 5.0: packets become requests to the
// broker, its replies become packets. Pure: bytes come in through receive(), what is to be written
// is appended to Turn::out, time is in Turn::now.
//
// The owner reads while is_reading(), passes on replies in order, writes what is in `out`, calls
// drained() once all of it is written, and asks for deadline() after the turns that may have
// changed it (Attached, a verdict, is_paused()) and after on_deadline(). After receive(), if it
// has_credentials(), it asks the policy's authenticator and passes on the verdict. Once
// has_ended(), it writes what is left and closes. It counts bytes and connections in Traffic
// itself; packets and messages are counted here.
class MqttServer {
  public:
    struct Turn {
        const Now& now;
        std::vector<port::Request>& requests;
        Outgoing& out;
        const port::Authorizer* authorizer = nullptr;  // null: everything is allowed
    };

    enum class EndedBy : std::uint8_t { Client, Server, Link };
    struct End {
        ReasonCode reason = ReasonCode::Success;
        EndedBy by = EndedBy::Server;
        std::string detail;  // for people; may be empty
    };

    MqttServer(const MqttPolicy& policy, port::Token token, Peer peer, port::Traffic& traffic,
               SteadyTime now);

    // Takes all whole packets off the front and returns how many bytes that were. The caller keeps
    // the rest and gives it again, with what followed, once it has wanted_bytes(), or, if
    // is_reading() was false, once it is true.
    std::size_t receive(Bytes bytes, Turn& turn);
    // After receive(): how long the rest must get before it can be used; at most the size of the
    // largest packet allowed. 0 without a rest.
    std::size_t wanted_bytes() const { return wanted_bytes_; }
    // False while the CONNECT is considered, the broker owes too many answers or it is_paused(),
    // and after the end.
    bool is_reading() const {
        return state_ == State::AwaitingConnect ||
               (state_ == State::Attached && !is_paused_ && unsettled_ < policy_.unsettled_max);
    }
    // It has gone faster than it may: it is read again from its deadline() on.
    bool is_paused() const { return is_paused_; }
    // True once in its life, when it was paused for the first time.
    bool take_first_pause();

    // A client has shown credentials: they are to be taken once, and a verdict is to be passed on.
    bool has_credentials() const;
    port::Credentials take_credentials();
    // Later than its time, it is dropped. It may change deadline().
    void take(port::Verdict&& verdict, Turn& turn);

    void take(port::Reply&& reply, Turn& turn);
    // All of `out` has been written. Gives credit back to the broker, not for each little message.
    void drained(Turn& turn);

    // When on_deadline() is to be called; early is harmless. Traffic moves it on without a word:
    // who has a timer set lets it fire and asks again.
    std::optional<SteadyTime> deadline() const;
    void on_deadline(Turn& turn);

    // The link is gone. If the broker still considers the CONNECT, has_ended() becomes true only
    // with its reply: keep passing that on.
    void link_lost(ReasonCode why, Turn& turn);
    // The gateway ends it: says why to a client of MQTT 5, then detaches. As for link_lost() the
    // broker's reply may have to come first.
    void stop(ReasonCode reason, Turn& turn);

    bool is_attached() const { return state_ == State::Attached; }
    bool has_ended() const { return state_ == State::Ended; }
    const End& end() const;  // once has_ended()
    // What it was not allowed since the last call, as a line of the log ends; mostly nothing.
    bool has_denials() const { return extras_ && !extras_->denial.empty(); }
    std::string take_denials();

    // For the log. Empty before CONNECT, the address always there, and a user that was proven.
    std::string_view address() const { return std::string_view{names_}.substr(0, address_bytes_); }
    std::string_view client_id() const {
        return std::string_view{names_}.substr(peer_bytes(), client_id_bytes_);
    }
    // What the client calls itself, not more; or whom its link has proven it to be.
    std::string_view user() const {
        return std::string_view{names_}.substr(peer_bytes() + client_id_bytes_);
    }
    // Who it has proved to be; empty: nobody in particular.
    std::string_view identity() const { return is_user_known_ ? user() : std::string_view{}; }
    std::string_view protocol() const;  // "MQTT 3.1.1"

  private:
    using Version = codec::mqtt::ProtocolVersion;
    using Frame = codec::mqtt::Frame;

    enum class State : std::uint8_t {
        AwaitingConnect,
        Verifying,  // its credentials are being looked at
        Attaching,  // the broker has been asked
        Abandoned,  // like Attaching, but nobody is interested any more
        Attached,
        Ended,
    };

    // An acknowledgement of ours which must not overtake the broker's: those of publishes before.
    struct HeldAck {
        std::uint32_t publishes_before;
        codec::mqtt::PacketType type;
        ReasonCode reason;
        std::uint16_t id;
    };
    // Of one that may not go as fast as it likes.
    struct Pacing {
        explicit Pacing(Rate rate) : own(rate) {}

        RateMeter own;
        SteadyTime paused_until{};
        bool was_paused = false;
        bool was_told = false;
    };
    // A message's topic and properties, in the client's words or everybody's.
    struct Wording {
        std::string_view topic;
        Bytes properties;
    };
    // Where that is, for a client below a mount point; until the next message.
    struct Translation {
        std::string topic;
        ByteBuffer properties;
    };
    // What few clients need.
    struct Extras {
        IncomingAliases aliases_in;
        OutgoingAliases aliases_out;
        std::unique_ptr<TopicRights> rights;  // where there is a table, and it uses several topics
        std::vector<HeldAck> held_acks;
        // What it was not allowed, until the log was told: the first thing, and how many more.
        std::string denial;
        std::uint32_t more_denials = 0;
        std::unique_ptr<Pacing> pacing;  // where is_paced_
        std::unique_ptr<Translation> translation;
    };
    // What is kept while the CONNECT is considered.
    struct Applicant {
        // What CONNACK will say.
        std::optional<std::uint32_t> session_expiry;
        std::optional<std::uint16_t> keep_alive;
        // Until the verdict.
        std::unique_ptr<port::Attach::Details> attach;
        std::optional<port::Credentials> credentials;
        std::shared_ptr<const void> asker;  // no verdict is wanted any more when it has gone
        // The verdict, where it is kept back, and until when.
        std::optional<port::Verdict> refusal;
        SteadyTime refused_at{};
    };

    // Nobody but this object knows of the client yet.
    bool is_connecting() const {
        return state_ == State::AwaitingConnect || state_ == State::Verifying;
    }
    void handle(const Frame& frame, Turn& turn);
    // True if it has to pause.
    bool keep_pace(const codec::mqtt::FramingResult& framed, SteadyTime now);
    // How long nothing more may be read.
    Duration take_from_rates(bool is_message, std::size_t bytes, SteadyTime now);
    void pause(Duration wait, SteadyTime now);
    void take_early(port::Reply&& reply, Turn& turn);
    bool exceeds_limits(std::string_view path) const {
        // A path has at most one level more than bytes: most need no counting.
        return path.size() > policy_.topic_bytes_max ||
               (path.size() >= policy_.topic_levels_max && has_too_many_levels(path));
    }
    bool has_too_many_levels(std::string_view path) const;

    // mqtt_server_connect.cpp
    void handle_connect(const Frame& frame, Turn& turn);
    bool check_connect(const codec::mqtt::Connect& packet, Turn& turn);
    bool has_to_prove_it(const codec::mqtt::Connect& packet) const;
    bool is_welcome_unknown() const;
    void refuse_unknown(Turn& turn);
    void refuse(port::Verdict verdict, Turn& turn);
    bool check_client_id(const codec::mqtt::Connect& packet, Turn& turn);
    bool check_will(const codec::mqtt::Connect& packet, Turn& turn);
    std::unique_ptr<port::Attach::Details> attach_for(const codec::mqtt::Connect& packet);
    void ask_to_attach(std::unique_ptr<port::Attach::Details> details, Turn& turn);
    void grant_keep_alive(const codec::mqtt::Connect& packet);
    Duration grant_session_expiry(const codec::mqtt::Connect& packet);
    port::Will will_of(const codec::mqtt::Will& will) const;
    bool check_will_access(const port::Will& will, Turn& turn);
    void refuse_connect(Version version, ReasonCode reason, std::string_view detail, Turn& turn);
    void accept(port::Attached&& attached, Turn& turn);

    // mqtt_server_publish.cpp
    void handle_publish(const Frame& frame, Turn& turn);
    bool resolve_topic(const codec::mqtt::Publish& packet, std::string_view& topic, Turn& turn);
    bool resolve_alias(const codec::mqtt::Publish& packet, std::string_view& topic, Turn& turn);
    bool check_properties(const codec::mqtt::Publish& packet, Turn& turn);
    void pass_on(const codec::mqtt::Publish& packet, std::string_view topic, Turn& turn);
    bool may_publish(std::string_view topic, const port::Authorizer& authorizer);
    void deny_publish(const codec::mqtt::Publish& packet, std::string_view topic, Turn& turn);
    bool refuse_publish(const codec::mqtt::Publish& packet, ReasonCode reason,
                        std::string_view detail, Turn& turn);

    // mqtt_server_acks.cpp
    void handle_ack(const Frame& frame, Turn& turn);
    void settle(const port::Settled& settled, Turn& turn);
    void acknowledge(const codec::mqtt::Publish& packet, ReasonCode reason, Turn& turn);
    void send_held_acks(Turn& turn);
    void send_ack(codec::mqtt::PacketType type, std::uint16_t id, ReasonCode reason, Turn& turn);
    void send_refusal(const HeldAck& held, Turn& turn);
    void ack_sent(codec::mqtt::PacketType type, ReasonCode reason);

    // mqtt_server_deliver.cpp
    void deliver(const port::Deliver& delivery, Turn& turn);
    void discard(const port::Deliver& delivery, ReasonCode reason, Turn& turn);

    // mqtt_server_subscribe.cpp
    void handle_subscribe(const Frame& frame, Turn& turn);
    void handle_unsubscribe(const Frame& frame, Turn& turn);
    bool check_filter(std::string_view filter, Turn& turn);
    ReasonCode refusal_of(std::string_view filter, std::size_t number, Turn& turn);
    void answer(port::Subscribed&& subscribed, Turn& turn);
    void answer(port::Unsubscribed&& unsubscribed, Turn& turn);

    // mqtt_server_end.cpp
    void handle_disconnect(const Frame& frame, Turn& turn);
    void handle_auth(const Frame& frame, Turn& turn);
    void break_off(ReasonCode reason, std::string_view detail, Turn& turn);
    void close(ReasonCode reason, Turn& turn);
    void say_goodbye(ReasonCode reason, std::string_view detail, Turn& turn);
    void detach(ReasonCode reason, port::WillFate will, Turn& turn);
    void finish(EndedBy by, ReasonCode reason, std::string_view detail);

    // mqtt_server_access.cpp
    port::Principal principal() const;
    void note_denial(std::string_view what, std::string_view topic);

    // mqtt_server_mount.cpp: what is said by and to a client below a mount point.
    std::string_view inward(std::string_view topic);
    Bytes inward(Bytes properties);
    Wording outward(const port::Message& message);
    Translation& translation();

    std::size_t peer_bytes() const { return address_bytes_ + certificate_bytes_; }
    Extras& extras() {
        if (!extras_) extras_ = std::make_unique<Extras>();
        return *extras_;
    }

    const MqttPolicy& policy_;
    port::Traffic& traffic_;
    const port::Token token_;
    port::ClientRef client_;
    // When the link was made, until CONNECT has come; then of the last packet.
    SteadyTime last_activity_;

    State state_ = State::AwaitingConnect;
    Version version_ = Version::V311;
    const bool is_local_;
    bool is_user_known_;               // by its link or a verdict
    bool has_session_expiry_ = false;  // as CONNECT says it
    bool wants_reasons_ : 1 = true;    // in words
    bool may_publish_ : 1 = false;     // to the last topic
    bool is_paced_ : 1 = false;        // there is a rate to be kept
    bool is_paused_ : 1 = false;
    bool changes_topics_ : 1 = false;  // while a table is in force
    std::uint16_t keep_alive_seconds_ = 0;
    std::uint16_t alias_out_maximum_ = 0;
    std::uint16_t publishes_in_flight_ = 0;  // that count for our Receive Maximum

    std::uint32_t client_packet_bytes_max_ = codec::mqtt::kPacketMax;
    std::uint32_t wanted_bytes_ = 0;
    std::uint32_t unsettled_ = 0;            // requests that await a reply, acks held
    std::uint32_t unsettled_publishes_ = 0;  // of them
    std::uint32_t bytes_sent_ = 0;           // credit to be given back

    std::uint32_t decided_by_ = 0;  // the generation of who decided `may_publish_`; 0: nobody
    std::uint32_t client_id_bytes_ = 0;
    std::uint32_t address_bytes_;
    std::uint32_t certificate_bytes_;
    std::string names_;  // address, certificate's, client id and user name in one piece

    LastTopic last_topic_;
    std::unique_ptr<Extras> extras_;
    std::unique_ptr<Applicant> applicant_;
    std::unique_ptr<End> end_;
};

}  // namespace kleber::connection
