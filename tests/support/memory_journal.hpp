#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "gateway/broker/broker.hpp"
#include "gateway/port/change.hpp"
#include "gateway/port/journal.hpp"

namespace kleber::support {

// What a journal holds, as plain maps: the naive counterpart of a store. Batches are applied, and a
// broker is made from what is there.
class MemoryJournal : public port::Journal {
  public:
    void apply(const port::ChangeBatch& batch);
    Status<Trouble> commit(const port::ChangeBatch& batch) override {
        apply(batch);
        return Success{};
    }
    Status<Trouble> tend(const Now&) override { return Success{}; }
    std::optional<SteadyTime> tend_at() const override { return std::nullopt; }

    // As after a start; messages are copies, as if they had come from a disk. The broker keeps
    // already.
    void restore(broker::Broker& broker) const;

    // What came in all batches, by name: "DeliveryPut", "MessagePut", ...
    std::uint64_t count(const std::string& kind) const;
    std::uint64_t change_count() const { return change_count_; }

    std::size_t sessions() const { return sessions_.size(); }
    std::size_t subscriptions() const { return subscriptions_.size(); }
    std::size_t messages() const { return messages_.size(); }
    std::size_t deliveries() const { return deliveries_.size(); }
    std::size_t inbound() const { return inbound_.size(); }
    std::size_t retained() const { return retained_.size(); }
    std::size_t memories() const { return memories_.size(); }

  private:
    struct KeptDelivery {
        port::MessageNumber message;
        port::SubscriptionIds subscription_ids;
        std::string share;
        port::PacketId id;
        Qos qos = Qos::AtMostOnce;
        bool retain = false;
        port::KeptState state = port::KeptState::Waiting;
    };

    void put(const port::Change& change);
    void erase_session(std::uint32_t session);

    std::map<std::uint32_t, port::SessionPut::Record> sessions_;
    std::map<std::pair<std::uint32_t, std::string>, port::SubscriptionPut::Record> subscriptions_;
    std::map<std::uint32_t, port::MessageRef> messages_;
    std::map<std::pair<std::uint32_t, std::uint64_t>, KeptDelivery> deliveries_;
    std::map<std::pair<std::uint32_t, std::uint16_t>, bool> inbound_;
    std::map<std::string, port::MessageRef> retained_;
    std::map<std::pair<std::uint32_t, std::string>, std::string> memories_;
    std::map<std::string, std::uint64_t> counts_;
    std::uint64_t change_count_ = 0;
};

}  // namespace kleber::support
