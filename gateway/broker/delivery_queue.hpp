#pragma once

#include <cstdint>
#include <optional>

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

    // Appends a delivery. At a limit others are dropped to make room for it, or it is itself:
    // QoS 0 first, then what the policy says. Returns how many were dropped.
    std::uint32_t push(Delivery delivery, const port::QueueLimits& limits);
    bool has_waiting() const { return !waiting_.empty(); }
    const Delivery& first_waiting() const { return waiting_[0]; }
    Delivery take_first_waiting();

    // -- in flight

    // The packet id for the delivery, which is now Sent; none if all 65,535 are taken.
    std::optional<port::PacketId> start(Delivery delivery);
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
    static constexpr std::uint32_t kPacketIds = 65'535;

    static port::PacketId id_for(std::uint64_t serial);
    Delivery take_waiting(std::uint32_t index);
    // The waiting delivery to drop so that one of `qos` may wait, or none.
    std::optional<std::uint32_t> victim(Qos qos, port::DropPolicy policy) const;

    Ring<Delivery> in_flight_;
    Ring<Delivery> waiting_;
    std::uint64_t waiting_bytes_ = 0;
    std::uint32_t waiting_qos0_ = 0;
    std::uint64_t next_serial_ = 0;
};

}  // namespace kleber::broker
