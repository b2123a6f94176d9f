#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "gateway/base/hash_index.hpp"
#include "gateway/broker/session.hpp"
#include "gateway/port/identity.hpp"

namespace kleber::broker {

// All sessions, found by their number or by client id. A session stays where it is until erased.
class SessionTable {
  public:
    explicit SessionTable(std::uint64_t seed) : seed_(seed) {}

    Session* find(std::string_view client_id);
    // The session that asks, unless it is gone or was taken over since.
    Session* find(port::ClientRef client) {
        const std::uint32_t slot = port::slot_of(client.session);
        if (slot >= slots_.size() || !slots_[slot].session) return nullptr;
        Session& session = *slots_[slot].session;
        const bool is_it = session.id == client.session && session.is_online &&
                           session.generation == client.generation;
        return is_it ? &session : nullptr;
    }
    // Null for a slot that is free.
    Session* at_slot(std::uint32_t slot) {
        return slot < slots_.size() ? slots_[slot].session.get() : nullptr;
    }
    std::uint32_t slot_count() const { return static_cast<std::uint32_t>(slots_.size()); }

    // A new session; there is none with this client id.
    Session& create(std::string client_id);
    // One that was read back, under the number it had. Null if that or the client id is taken.
    Session* restore(port::SessionId id, std::string client_id);
    // After the last of them.
    void finish_restore();
    void erase(Session& session);
    // Gives back the memory of those that are gone, as far as nobody stands behind them.
    void shrink();
    std::size_t count() const { return by_client_id_.size(); }

  private:
    struct Slot {
        std::unique_ptr<Session> session;
        std::uint32_t use = 0;
    };

    std::uint32_t hash(std::string_view client_id) const;
    Session& place(std::uint32_t slot, std::string client_id);

    std::uint64_t seed_;
    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::uint32_t first_use_ = 0;  // of slots to come
    HashIndex by_client_id_;
};

}  // namespace kleber::broker
