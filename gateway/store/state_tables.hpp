#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
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

    // So many records of one table cost less than one by one.
    static constexpr std::size_t kGroup = 32;

    void put(const Key& key, Bytes record);
    // Of one table, and each with a key of its own.
    void put(const std::array<Entry, kGroup>& entries);
    void erase(const Key& key) { erase(key, key); }
    // And all between them, where each follows() the one before.
    void erase(const Key& first, const Key& last);
    // Erases a part of what the session owns in the other tables. True once nothing is left.
    bool wipe_some(std::uint32_t session);

  private:
    struct Statements {
        sqlite::Statement put;
        sqlite::Statement erase;
        std::optional<sqlite::Statement> put_group;  // made when it is first needed
    };
    Statements& of(Table table) { return statements_[static_cast<std::size_t>(table) - 1]; }

    sqlite::Database& database_;
    std::vector<Statements> statements_;
    std::vector<sqlite::Statement> wipes_;
    ByteBuffer sealed_;
};

// No key can be between them.
bool follows(const Key& key, const Key& before);

enum class ScanOrder : std::uint8_t { Rising, Falling };

// Each row of a table by its key: an entry whose record is still sealed. Stops where `visit` says
// false, and at a failure, which stays with the database.
bool scan(sqlite::Database& database, Table table, ScanOrder order,
          const std::function<bool(const Entry&)>& visit);

std::uint64_t& count_of(Counts& counts, Table table);
const char* name_of(Table table);

}  // namespace kleber::store
