#include "gateway/broker/delivery_queue.hpp"

#include <utility>

namespace kleber::broker {

std::uint32_t DeliveryQueue::push(Delivery delivery, const port::QueueLimits& limits) {
    const std::uint32_t weight = delivery.message->weight_bytes();
    if (weight > limits.bytes_max || limits.messages_max == 0) return 1;
    std::uint32_t dropped = 0;
    while (waiting_.size() >= limits.messages_max || waiting_bytes_ + weight > limits.bytes_max) {
        const std::optional<std::uint32_t> going = victim(delivery.qos, limits.policy);
        if (!going) return dropped + 1;
        take_waiting(*going);
        ++dropped;
    }
    waiting_bytes_ += weight;
    if (delivery.qos == Qos::AtMostOnce) ++waiting_qos0_;
    delivery.state = DeliveryState::Waiting;
    waiting_.push_back(std::move(delivery));
    return dropped;
}

std::optional<std::uint32_t> DeliveryQueue::victim(Qos qos, port::DropPolicy policy) const {
    if (waiting_qos0_ == 0) {
        const bool may_replace =
            qos != Qos::AtMostOnce && policy == port::DropPolicy::Oldest && !waiting_.empty();
        return may_replace ? std::optional<std::uint32_t>{0} : std::nullopt;
    }
    if (policy == port::DropPolicy::Oldest) {
        for (std::uint32_t index = 0; index < waiting_.size(); ++index) {
            if (waiting_[index].qos == Qos::AtMostOnce) return index;
        }
    }
    if (qos == Qos::AtMostOnce) return std::nullopt;  // itself the newest
    for (std::uint32_t index = waiting_.size(); index-- > 0;) {
        if (waiting_[index].qos == Qos::AtMostOnce) return index;
    }
    return std::nullopt;
}

Delivery DeliveryQueue::take_first_waiting() {
    return take_waiting(0);
}

Delivery DeliveryQueue::take_waiting(std::uint32_t index) {
    Delivery delivery = std::move(waiting_[index]);
    waiting_bytes_ -= delivery.message->weight_bytes();
    if (delivery.qos == Qos::AtMostOnce) --waiting_qos0_;
    waiting_.erase(index);
    return delivery;
}

std::optional<port::PacketId> DeliveryQueue::start(Delivery delivery) {
    if (in_flight_.size() >= kPacketIds) return std::nullopt;
    // Those in flight are in the order of their serials: while the first of them is younger than
    // one round of ids, none of them can have the next id.
    if (!in_flight_.empty() && next_serial_ - in_flight_[0].serial >= kPacketIds) {
        while (find(id_for(next_serial_))) ++next_serial_;
    }
    delivery.serial = next_serial_++;
    delivery.id = id_for(delivery.serial);
    delivery.state = DeliveryState::Sent;
    const port::PacketId id = delivery.id;
    in_flight_.push_back(std::move(delivery));
    return id;
}

port::PacketId DeliveryQueue::id_for(std::uint64_t serial) {
    return port::PacketId{static_cast<std::uint16_t>(serial % kPacketIds + 1)};
}

Delivery* DeliveryQueue::find(port::PacketId id) {
    for (std::uint32_t index = 0; index < in_flight_.size(); ++index) {
        if (in_flight_[index].id == id) return &in_flight_[index];
    }
    return nullptr;
}

void DeliveryQueue::finish(Delivery* delivery) {
    for (std::uint32_t index = 0; index < in_flight_.size(); ++index) {
        if (&in_flight_[index] != delivery) continue;
        in_flight_.erase(index);
        return;
    }
}

}  // namespace kleber::broker
