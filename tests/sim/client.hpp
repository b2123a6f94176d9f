#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/connection/mqtt_policy.hpp"
#include "tests/sim/coverage.hpp"
#include "tests/sim/letter.hpp"
#include "tests/sim/line.hpp"
#include "tests/sim/random.hpp"

namespace kleber::sim {

// A client of random habits. It keeps to the specification, and tells the model what it says by
// leaving a Said beside the bytes; but when and in which order it answers is its own affair.
class Client {
  public:
    using Version = codec::mqtt::ProtocolVersion;

    Client(int number, Random& random, const connection::MqttPolicy& policy, Coverage& coverage);

    Version version() const { return version_; }
    std::size_t packet_bytes_max() const { return packet_bytes_max_; }
    std::string id() const { return "client-" + std::to_string(number_); }
    bool has_line() const { return line_ != nullptr; }
    bool is_connected() const { return is_connected_; }
    Line* line() { return line_; }

    // -- what it does; all but the first while it is connected

    void connect(Line& line);
    void publish(std::uint32_t letter_number);
    void subscribe();
    void unsubscribe();
    void ping();
    void disconnect();
    // Says some of the acknowledgements that it owes, in any order.
    void answer_some();
    void answer_all();
    // From now on it answers at once.
    void become_prompt() { is_prompt_ = true; }

    // -- what happens to it

    // A packet came on its line.
    void hear(const Written& written);
    void lose_line();

  private:
    // A publish of its own that is not finished.
    struct Open {
        Said said;
        bool is_recorded = false;
    };

    Letter make_letter(std::uint32_t letter_number);
    void write_publish(const Said& said, bool is_repeated);
    void write_answer(const Said& answer);
    void owe(codec::mqtt::PacketType type, std::uint16_t id);
    void hear_publish(const port::Deliver& deliver);
    void resume();
    void put(ByteBuffer& bytes, Said said);
    std::uint16_t free_id();

    const int number_;
    Random& random_;
    const connection::MqttPolicy& policy_;
    Coverage& coverage_;

    // What it is like.
    Version version_;
    std::uint16_t topic_alias_maximum_;
    std::optional<std::uint32_t> maximum_packet_size_;
    std::size_t packet_bytes_max_;
    std::uint16_t keep_alive_seconds_;
    bool is_prompt_;

    // Its session.
    std::vector<Open> open_;  // in the order in which they were published
    // QoS 2 deliveries that are not yet released, by packet id: the numbers of their letters.
    std::map<std::uint16_t, std::uint32_t> recorded_;
    std::set<std::uint32_t> seen_;  // numbers of letters that came at QoS 2

    // Its connection.
    Line* line_ = nullptr;
    bool is_connected_ = false;
    bool has_expiry_ = false;
    std::uint16_t receive_maximum_ = 0;
    std::vector<Said> owed_;  // acknowledgements
    // Deliveries that count for the receive maximum, and those answered before they came again.
    std::set<std::uint16_t> unacknowledged_;
    std::set<std::uint16_t> acknowledged_early_;
    std::vector<std::string_view> aliases_;
    std::uint16_t last_request_id_ = 1000;
};

}  // namespace kleber::sim
