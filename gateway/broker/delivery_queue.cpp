#include "gateway/broker/delivery_queue.hpp"

#include <algorithm>
#include <utility>

namespace kleber::broker {

Delivery* DeliveryQueue::append(Delivery delivery) {
    waiting_bytes_ += delivery.message->weight_bytes();
    if (delivery.qos == Qos::AtMostOnce) ++waiting_qos0_;
    delivery.state = DeliveryState::Waiting;
    give_serial(delivery);
    waiting_.push_back(std::move(delivery));
    return &waiting_.back();
}

void DeliveryQueue::give_serial(Delivery& delivery) {
    if (delivery.serial == 0) delivery.serial = next_serial_;
    next_serial_ = std::max(next_serial_, delivery.serial + 1);
}

std::optional<std::uint32_t> DeliveryQueue::victim(const Delivery& delivery,
                                                   const port::QueueLimits& limits) const {
    if (waiting_.empty() || limits.messages_max == 0 ||
        delivery.message->weight_bytes() > limits.bytes_max) {
        return std::nullopt;
    }
    const bool is_qos0 = delivery.qos == Qos::AtMostOnce;
    if (waiting_qos0_ == 0) {
        const bool may_replace = !is_qos0 && limits.policy == port::DropPolicy::Oldest;
        return may_replace ? std::optional<std::uint32_t>{0} : std::nullopt;
    }
    if (limits.policy == port::DropPolicy::Oldest) {
        for (std::uint32_t index = 0; index < waiting_.size(); ++index) {
            if (waiting_[index].qos == Qos::AtMostOnce) return index;
        }
    }
    if (is_qos0) return std::nullopt;  // itself the newest
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

Delivery* DeliveryQueue::start(Delivery delivery) {
    if (in_flight_.size() >= kPacketIds) return nullptr;
    // Those in flight got their ids one after the other: the next id is free unless the first of
    // them has it. From there on any may be taken, until all of this round are gone.
    if (in_flight_.empty()) {
        has_lapped_ = false;
    } else if (has_lapped_ || in_flight_[0].id.value == next_id_) {
        has_lapped_ = true;
        while (find(port::PacketId{next_id_})) next_id_ = after(next_id_);
    }
    give_serial(delivery);
    delivery.id = port::PacketId{next_id_};
    next_id_ = after(next_id_);
    delivery.state = DeliveryState::Sent;
    in_flight_.push_back(std::move(delivery));
    return &in_flight_.back();
}

void DeliveryQueue::restore(Delivery delivery) {
    give_serial(delivery);
    next_id_ = after(delivery.id.value);
    has_lapped_ = true;  // their order is not known to be that of their ids
    in_flight_.push_back(std::move(delivery));
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
