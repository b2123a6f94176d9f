#pragma once

#include <bitset>
#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/port/identity.hpp"

namespace kleber::broker {

// The ids of QoS 2 publishes that arrived and were not yet released: a publish with one of them is
// a repeat. A handful is a list; a client that opens very many gets a table of all ids, so that it
// costs at most 8 KiB and no time.
class InboundIds {
  public:
    // False if it is there already.
    bool insert(port::PacketId id);
    bool has(port::PacketId id) const;
    bool erase(port::PacketId id);
    bool empty() const { return few_.empty() && !many_; }

  private:
    static constexpr std::size_t kFewMax = 64;

    std::vector<port::PacketId> few_;
    std::unique_ptr<std::bitset<65'536>> many_;
};

}  // namespace kleber::broker
