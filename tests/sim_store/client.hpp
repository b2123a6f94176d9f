#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/codec/mqtt/packets.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/model.hpp"
#include "tests/support/link.hpp"
#include "tests/support/server_packet.hpp"
#include "tests/support/world.hpp"

namespace kleber::sim_store {

// A client that keeps to the specification, and keeps its session's state over its own
// connections and the gateway's lives. It tells the model what it says and hears.
class Client {
  public:
    Client(int number, sim::Random& random, Model& model, Coverage& coverage, bool is_verbose);

    bool has_link() const { return link_ != nullptr; }
    bool is_connected() const { return is_connected_; }
    // Nothing of its own waits for an answer, and it owes none.
    bool is_idle() const { return open_.empty() && owed_.empty() && !request_; }

    // -- what it does; all but the first while it is connected

    // In place of the connection that it has. Keeps its session if it `stays`.
    void connect(support::World& world, bool stays);
    void publish();
    void subscribe();
    void unsubscribe();
    void disconnect();
    // Says the first of the acknowledgements that it owes.
    void answer_some();
    void answer_all();
    // From now on it answers at once.
    void become_prompt() { is_prompt_ = true; }

    // -- what happens to it

    // Reads so many packets of those that have arrived. Returns how many there were.
    std::size_t hear(std::size_t packets_max);
    void lose_link();

  private:
    // A publish of its own that is not finished.
    struct Open {
        codec::mqtt::PacketId id = 0;
        std::uint32_t letter = 0;
        bool is_recorded = false;  // QoS 2: PUBREC came
    };
    // A SUBSCRIBE or UNSUBSCRIBE that was not answered.
    struct Request {
        codec::mqtt::PacketId id = 0;
        std::string_view filter{};
    };

    Letter make_letter();
    template <typename Packet>
    void say(const Packet& packet);
    void say_publish(const Open& open, bool is_repeated);
    void say_ack(codec::mqtt::PacketType type, codec::mqtt::PacketId id);
    void owe(codec::mqtt::PacketType type, codec::mqtt::PacketId id);
    void hear_one(const support::ServerPacket& packet);
    void hear_connack(const codec::mqtt::Connack& connack);
    void hear_publish(const codec::mqtt::Publish& publish);
    void hear_ack(const codec::mqtt::Ack& ack);
    std::vector<Open>::iterator find_open(codec::mqtt::PacketId id);
    // What it knows of its session means nothing any more.
    void end_session();
    void log(const std::string& text) const;

    const int number_;
    sim::Random& random_;
    Model& model_;
    Coverage& coverage_;
    const bool is_verbose_;

    // What it is like.
    codec::mqtt::ProtocolVersion version_;
    std::uint32_t expiry_seconds_;
    std::uint16_t receive_maximum_;
    bool is_prompt_;

    // Its session. Once it is over, one that the gateway still has is not this client's.
    bool is_session_over_ = false;
    bool needs_clean_start_ = false;
    SteadyTime ends_at_ = SteadyTime::max();  // while it is not connected
    std::vector<Open> open_;                  // in the order in which they were published
    // QoS 2 deliveries that are not yet released: their letters.
    std::map<codec::mqtt::PacketId, std::uint32_t> recorded_;

    // Its connection.
    std::unique_ptr<support::Link> link_;
    bool is_connected_ = false;
    std::optional<Request> request_;
    codec::mqtt::PacketId last_request_id_ = 1000;
    std::deque<codec::mqtt::Ack> owed_;
};

}  // namespace kleber::sim_store
