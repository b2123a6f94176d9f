#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/broker/place.hpp"
#include "gateway/port/memory.hpp"

namespace kleber::broker {

// What a session was asked to remember, by key.
class Memories {
  public:
    struct Entry {
        std::string bytes;
        Place place = kNoPlace;  // see Ledger::put_memory()
    };

    // Null if there is none.
    Entry* find(std::string_view key);
    // In place of what was there under the key.
    Entry& put(std::string_view key, std::string bytes);
    void erase(std::string_view key);

    bool empty() const { return entries_.empty(); }
    std::size_t count() const { return entries_.size(); }
    // Of all records, with their keys.
    std::uint64_t bytes() const { return bytes_; }

    // A copy of all of them.
    std::vector<port::Memory> rows() const;

  private:
    std::map<std::string, Entry, std::less<>> entries_;
    std::uint64_t bytes_ = 0;
};

}  // namespace kleber::broker
