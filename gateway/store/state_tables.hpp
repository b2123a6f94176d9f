#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/store/entry.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// Writes records to the tables of the state. Each call is within the caller's transaction; failures
// stay with the database.
class StateTables {
  public:
    explicit StateTables(sqlite::Database& database);

    void put(const Key& key, Bytes record);
    void erase(const Key& key);
    // Erases a part of what the session owns in the other tables. True once nothing is left.
    bool wipe_some(std::uint32_t session);

  private:
    struct Statements {
        sqlite::Statement put;
        sqlite::Statement erase;
    };
    Statements& of(Table table) { return statements_[static_cast<std::size_t>(table) - 1]; }

    std::vector<Statements> statements_;
    std::vector<sqlite::Statement> wipes_;
    ByteBuffer sealed_;
};

enum class ScanOrder : std::uint8_t { Rising, Falling };

// Each row of a table by its key: an entry whose record is still sealed. Stops where `visit` says
// false, and at a failure, which stays with the database.
bool scan(sqlite::Database& database, Table table, ScanOrder order,
          const std::function<bool(const Entry&)>& visit);

std::uint64_t& count_of(Counts& counts, Table table);
const char* name_of(Table table);

}  // namespace kleber::store
