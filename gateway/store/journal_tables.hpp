#pragma once

#include <array>
#include <cstdint>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"

namespace kleber::store {

// The journal's rows, in two tables: one grows while the other, which is older, is folded. So a
// folded journal goes as a whole, which SQLite does without writing each of its pages once more.
class JournalTables {
  public:
    explicit JournalTables(sqlite::Database& database);

    // Appends a row to the growing one, within the caller's transaction.
    bool append(Bytes row);
    // To be called once that is committed, with the bytes of its rows.
    void add_bytes(std::uint64_t bytes) { bytes_[growing_] += bytes; }
    // Of both.
    std::uint64_t bytes() const { return bytes_[0] + bytes_[1]; }

    // Lets the growing one rest, unless there is one at rest already. False if there is nothing.
    bool rest();
    // The rows at rest after this one, by number: {number, row}.
    sqlite::Statement& rows_after(std::int64_t number);
    // Erases all rows at rest.
    bool erase();

  private:
    std::size_t resting() const { return 1 - growing_; }

    sqlite::Database& database_;
    std::array<sqlite::Statement, 2> append_;
    std::array<sqlite::Statement, 2> read_;
    std::array<std::uint64_t, 2> bytes_;
    std::size_t growing_ = 0;
    std::int64_t next_number_ = 1;
};

}  // namespace kleber::store
