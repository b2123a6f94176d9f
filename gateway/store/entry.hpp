#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber::store {

// The tables that hold the state; the numbers are those in the file. In the order in which they are
// read back: what is referred to comes first.
enum class Table : std::uint8_t {
    Session = 1,
    Subscription = 2,
    Message = 3,
    Delivery = 4,
    Inbound = 5,
    Retained = 6,
    Memory = 7,
};
inline constexpr Table kTables[] = {Table::Session,  Table::Subscription, Table::Message,
                                    Table::Delivery, Table::Inbound,      Table::Retained,
                                    Table::Memory};
// What a session owns, and what goes with it.
inline constexpr Table kOwnedTables[] = {Table::Subscription, Table::Delivery, Table::Inbound,
                                         Table::Memory};

// Whether its records go with their session.
inline bool belongs_to_session(Table table) {
    return std::find(std::begin(kOwnedTables), std::end(kOwnedTables), table) !=
           std::end(kOwnedTables);
}

// Which record of a table. What a table's key does not have is zero or empty.
struct Key {
    Table table = Table::Session;
    std::uint32_t id = 0;        // of the session; of Message: its number
    std::uint64_t serial = 0;    // of Delivery; of Inbound: the packet id
    std::string_view text = {};  // the filter, the topic, the key

    auto operator<=>(const Key&) const = default;
};

// A change as it stands in the journal: whose it is, and the record's bytes, not looked into. Views
// point into the bytes it was read from.
struct Entry {
    Key key;
    bool is_put = false;  // else: erased
    Bytes record;
};

void put_entry(ByteBuffer& out, const Entry& entry);
// None if what comes next is none; then the reader has failed.
std::optional<Entry> take_entry(ByteReader& in);

// A record as it stands in a table: with a checksum of it and its key.
void seal(ByteBuffer& out, const Key& key, Bytes record);
// The record; none if it is damaged.
std::optional<Bytes> unseal(const Key& key, Bytes sealed);

// A row of the journal: a version, entries, a checksum.
void begin_row(ByteBuffer& out);
void end_row(ByteBuffer& out);
// The entries; none if the row is damaged or of a version unknown.
std::optional<Bytes> entries_of(Bytes row);

}  // namespace kleber::store
