#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/entry.hpp"
#include "gateway/store/journal_tables.hpp"
#include "gateway/store/state_tables.hpp"

namespace kleber::store {

// Moves the older part of the journal into the tables, a slice at a time, while the journal goes on
// growing: rows are read and coalesced by key, what is left of them is written to the tables, then
// the rows are erased.
//
// A crash anywhere is harmless. Changes are absolute, and until the rows are erased they are folded
// again: over tables that have some of them, and all of them in their order.
class Folding {
  public:
    enum class Outcome : std::uint8_t {
        More,     // there is more to do
        Done,     // what the journal held when it began is folded
        Damaged,  // a row of the journal cannot be read
        Failed,   // the failure is with the database
    };

    Folding(sqlite::Database& database, JournalTables& journal);

    bool is_under_way() const { return stage_ != Stage::Idle; }
    // Begins if it is not under way. At most some milliseconds on a Raspberry Pi.
    Outcome slice();

  private:
    enum class Stage : std::uint8_t { Idle, Reading, Writing, Erasing };
    // A Key that owns its text. What a session erased comes first in the map: what stands in the
    // tables of it goes before what came later is put there.
    struct OwnKey {
        bool is_wipe = false;
        Table table = Table::Session;
        std::uint32_t id = 0;
        std::uint64_t serial = 0;
        std::string text = {};

        Key key() const { return {table, id, serial, text}; }
        bool operator<(const OwnKey& other) const;
    };
    struct Last {
        bool is_put = false;
        Bytes record;  // points into rows_
    };

    Outcome read_slice();
    Outcome write_slice();
    Outcome erase();
    bool take_row(Bytes row);
    void take(const Entry& entry);
    void forget_session(std::uint32_t session);
    void end();

    sqlite::Database& database_;
    JournalTables& journal_;
    StateTables tables_;

    Stage stage_ = Stage::Idle;
    std::int64_t mark_ = 0;  // up to here rows were read
    std::uint64_t read_bytes_ = 0;
    bool has_read_all_ = false;
    std::vector<std::vector<std::uint8_t>> rows_;
    std::map<OwnKey, Last> last_;
};

}  // namespace kleber::store
