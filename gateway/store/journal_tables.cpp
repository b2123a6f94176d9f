#include "gateway/store/journal_tables.hpp"

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"

#include <algorithm>

namespace kleber::store {
namespace {

std::uint64_t sum(sqlite::Database& database, const char* sql) {
    return static_cast<std::uint64_t>(database.number(sql));
}

}  // namespace

JournalTables::JournalTables(sqlite::Database& database)
    : database_(database),
      append_{sqlite::Statement{database, "INSERT INTO journal_0 (seq, changes) VALUES (?1, ?2)"},
              sqlite::Statement{database, "INSERT INTO journal_1 (seq, changes) VALUES (?1, ?2)"}},
      read_{sqlite::Statement{database,
                              "SELECT seq, changes FROM journal_0 WHERE seq > ?1 ORDER BY seq"},
            sqlite::Statement{database,
                              "SELECT seq, changes FROM journal_1 WHERE seq > ?1 ORDER BY seq"}},
      bytes_{sum(database, "SELECT sum(length(changes)) FROM journal_0"),
             sum(database, "SELECT sum(length(changes)) FROM journal_1")} {
    const std::int64_t last_0 = database.number("SELECT max(seq) FROM journal_0");
    const std::int64_t last_1 = database.number("SELECT max(seq) FROM journal_1");
    growing_ = last_1 > last_0 ? 1 : 0;
    next_number_ = std::max(last_0, last_1) + 1;
}

bool JournalTables::append(Bytes row) {
    // Numbers may have gaps: those of a transaction that failed are not used again.
    return append_[growing_].bind(1, next_number_++).bind(2, row).run();
}

bool JournalTables::rest() {
    if (bytes() == 0) return false;
    if (bytes_[resting()] == 0) growing_ = resting();
    return true;
}

sqlite::Statement& JournalTables::rows_after(std::int64_t number) {
    return read_[resting()].bind(1, number);
}

bool JournalTables::erase() {
    sqlite::Transaction transaction{database_};
    database_.run(resting() == 0 ? "DELETE FROM journal_0" : "DELETE FROM journal_1");
    if (!transaction.commit()) return false;
    bytes_[resting()] = 0;
    return true;
}

}  // namespace kleber::store
