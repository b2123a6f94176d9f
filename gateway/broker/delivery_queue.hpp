#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "gateway/base/ring.hpp"
#include "gateway/broker/delivery.hpp"
#include "gateway/port/identity.hpp"
#include "gateway/port/request.hpp"

namespace kleber::broker {

// Deliveries to one client that are not finished: first those in flight, in the order of their
// sending, then those that wait. Gives out packet ids.
class DeliveryQueue {
  public:
    // -- waiting

    // Appends a delivery and returns it as it waits. At a limit others are dropped to make room for
    // it, or it is itself (then null): QoS 0 first, then what the policy says. on_drop(Delivery&)
    // hears of each.
    template <typename OnDrop>
    Delivery* push(Delivery delivery, const port::QueueLimits& limits, OnDrop&& on_drop) {
        while (!has_room_for(*delivery.message, limits)) {
            const std::optional<std::uint32_t> going = victim(delivery, limits);
            if (!going) {
                on_drop(delivery);
                return nullptr;
            }
            Delivery dropped = take_waiting(*going);
            on_drop(dropped);
        }
        return append(std::move(delivery));
    }
    bool has_room_for(const port::Message& message, const port::QueueLimits& limits) const {
        return waiting_.size() < limits.messages_max &&
               waiting_bytes_ + message.weight_bytes() <= limits.bytes_max;
    }
    bool has_waiting() const { return !waiting_.empty(); }
    const Delivery& first_waiting() const { return waiting_[0]; }
    Delivery take_first_waiting();

    // -- in flight

    // Gives the delivery a packet id: it is now Sent. Null if all 65,535 are taken.
    Delivery* start(Delivery delivery);
    // The same for one that was in flight before the gateway ended, with its id and serial.
    void restore(Delivery delivery);
    Delivery* find(port::PacketId id);
    // The delivery with this id is finished. `delivery` is what find() gave.
    void finish(Delivery* delivery);
    std::uint32_t in_flight_count() const { return in_flight_.size(); }
    Delivery& in_flight(std::uint32_t index) { return in_flight_[index]; }

    // -- all

    std::uint32_t waiting_count() const { return waiting_.size(); }
    std::uint32_t count() const { return in_flight_.size() + waiting_.size(); }
    std::uint64_t bytes() const { return waiting_bytes_; }
    bool empty() const { return count() == 0; }

    template <typename Visit>
    void for_each(Visit&& visit) {
        for (std::uint32_t index = 0; index < in_flight_.size(); ++index) visit(in_flight_[index]);
        for (std::uint32_t index = 0; index < waiting_.size(); ++index) visit(waiting_[index]);
    }
    // Takes out, in order, what `is_wanted` says; the rest stays.
    template <typename IsWanted, typename Take>
    void extract(IsWanted&& is_wanted, Take&& take) {
        for (std::uint32_t index = 0; index < in_flight_.size();) {
            if (!is_wanted(in_flight_[index])) {
                ++index;
                continue;
            }
            Delivery delivery = std::move(in_flight_[index]);
            in_flight_.erase(index);
            take(std::move(delivery));
        }
        for (std::uint32_t index = 0; index < waiting_.size();) {
            if (!is_wanted(waiting_[index])) {
                ++index;
                continue;
            }
            take(take_waiting(index));
        }
    }

  private:
    static constexpr std::uint16_t kPacketIds = 65'535;

    Delivery* append(Delivery delivery);
    void give_serial(Delivery& delivery);
    Delivery take_waiting(std::uint32_t index);
    // The waiting delivery to drop so that this one may wait, or none.
    std::optional<std::uint32_t> victim(const Delivery& delivery,
                                        const port::QueueLimits& limits) const;
    static std::uint16_t after(std::uint16_t id) {
        return id == kPacketIds ? std::uint16_t{1} : static_cast<std::uint16_t>(id + 1);
    }

    Ring<Delivery> in_flight_;
    Ring<Delivery> waiting_;
    std::uint64_t waiting_bytes_ = 0;
    std::uint32_t waiting_qos0_ = 0;
    std::uint64_t next_serial_ = 1;
    std::uint16_t next_id_ = 1;
    // Ids have gone round while the first in flight still has its own: each must be looked for.
    bool has_lapped_ = false;
};

}  // namespace kleber::broker
