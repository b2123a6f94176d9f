// What a client makes of what it hears.

#include <algorithm>
#include <utility>

#include "tests/sim/client.hpp"

namespace kleber::sim {

using codec::mqtt::PacketType;

namespace {

// Two copies of a message can be right only where a client may be a member of a shared group.
bool may_be_shared(std::string_view topic) {
    return topic.starts_with("s/") || topic.starts_with("t/") || topic == "a/b";
}

}  // namespace

void Client::hear(const Written& written) {
    const auto open = std::find_if(open_.begin(), open_.end(),
                                   [&](const Open& each) { return each.said.id == written.id; });
    switch (written.type) {
        case PacketType::Connack:
            if (is_error(written.reason)) return;
            is_connected_ = true;
            if (!written.session_present) {
                open_.clear();
                owed_.clear();
                recorded_.clear();
                seen_.clear();
            }
            return resume();
        case PacketType::Publish:
            return hear_publish(*written.deliver);
        case PacketType::Pubrel:
            recorded_.erase(written.id);
            return owe(PacketType::Pubcomp, written.id);
        case PacketType::Pubrec:
            if (open != open_.end() && !is_error(written.reason)) {
                open->is_recorded = true;
                return owe(PacketType::Pubrel, written.id);
            }
            [[fallthrough]];
        case PacketType::Puback:
        case PacketType::Pubcomp:
            if (open != open_.end()) open_.erase(open);
            return;
        default:
            return;
    }
}

void Client::hear_publish(const port::Deliver& deliver) {
    const std::uint16_t packet_id = deliver.id.value;
    if (deliver.qos != Qos::AtMostOnce) {
        if (acknowledged_early_.erase(packet_id) == 0) unacknowledged_.insert(packet_id);
        if (version_ == Version::V5 && unacknowledged_.size() > receive_maximum_) {
            throw Difference{id() + " got more than its receive maximum"};
        }
    }
    if (deliver.qos == Qos::AtLeastOnce) return owe(PacketType::Puback, packet_id);
    if (deliver.qos != Qos::ExactlyOnce) return;
    ByteReader in{deliver.message->payload()};
    const std::uint32_t letter_number = in.u32();
    if (recorded_.emplace(packet_id, letter_number).second) {
        // Independent of the model: what is not retained and not shared comes once.
        if (letter_number != 0 && !deliver.retain && !may_be_shared(deliver.message->topic()) &&
            !seen_.insert(letter_number).second) {
            throw Difference{id() + " got letter " + std::to_string(letter_number) +
                             " twice at QoS 2"};
        }
    } else if (!deliver.is_repeated) {
        throw Difference{id() + " got a packet id again before it was released"};
    }
    owe(PacketType::Pubrec, packet_id);
}

void Client::resume() {
    const std::vector<Open> open = open_;
    for (const Open& each : open) {
        if (each.is_recorded) {
            write_answer({.type = PacketType::Pubrel, .id = each.said.id});
        } else {
            write_publish(each.said, true);
        }
    }
}

void Client::lose_line() {
    line_ = nullptr;
    is_connected_ = false;
    aliases_.clear();
    unacknowledged_.clear();
    acknowledged_early_.clear();
    // Some say what they owe on their next connection, though they need not: what is not answered
    // is sent again.
    const bool is_stubborn = random_.chance(20);
    std::erase_if(owed_, [&](const Said& answer) {
        return answer.type == PacketType::Pubrel || !is_stubborn;
    });
}

}  // namespace kleber::sim
