#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/sqlite/database.hpp"
#include "gateway/store/entry.hpp"
#include "gateway/store/journal_tables.hpp"
#include "gateway/store/last_changes.hpp"
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

    Outcome read_slice();
    Outcome write_slice();
    Outcome erase();
    bool take_row(Bytes row);
    // As many of the first changes as one statement can do; their bytes are added.
    std::size_t write_some(std::size_t count_max, std::size_t& bytes);
    void end();
    void forget_rows();

    sqlite::Database& database_;
    JournalTables& journal_;
    StateTables tables_;

    Stage stage_ = Stage::Idle;
    std::int64_t mark_ = 0;  // up to here rows were read
    std::uint64_t read_bytes_ = 0;
    bool has_read_all_ = false;
    std::vector<std::vector<std::uint8_t>> rows_;
    LastChanges last_;  // points into rows_
};

}  // namespace kleber::store
