#include "gateway/store/schema.hpp"

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"

#include <algorithm>

namespace kleber::store {
namespace {

constexpr std::int64_t kApplicationId = 0x6B6C6562;  // "kleb"

constexpr const char* kMemoryTable =
    "CREATE TABLE memory (session INTEGER, key BLOB, record BLOB NOT NULL,"
    " PRIMARY KEY (session, key)) WITHOUT ROWID";

constexpr Migration kMigrations[] = {
    {.from = 1, .sql = kMemoryTable},
    // The record of a session may have a certificate's name in it, and says that it has its user's:
    // version 2 knew of neither.
    {.from = 2, .sql = ""},
};

// A row is what sqlite_schema says of it, to the letter: so it is compared, too. Ordered by name.
// Keys that are two numbers or a text make a table of its own key, without a second tree.
constexpr const char* kTableStatements[] = {
    "CREATE TABLE delivery (session INTEGER, serial INTEGER, record BLOB NOT NULL,"
    " PRIMARY KEY (session, serial)) WITHOUT ROWID",
    "CREATE TABLE inbound (session INTEGER, packet_id INTEGER, record BLOB NOT NULL,"
    " PRIMARY KEY (session, packet_id)) WITHOUT ROWID",
    "CREATE TABLE journal_0 (seq INTEGER PRIMARY KEY, changes BLOB NOT NULL)",
    "CREATE TABLE journal_1 (seq INTEGER PRIMARY KEY, changes BLOB NOT NULL)",
    kMemoryTable,
    "CREATE TABLE message (number INTEGER PRIMARY KEY, record BLOB NOT NULL)",
    "CREATE TABLE retained (topic BLOB PRIMARY KEY, record BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE session (id INTEGER PRIMARY KEY, record BLOB NOT NULL)",
    "CREATE TABLE subscription (session INTEGER, filter BLOB, record BLOB NOT NULL,"
    " PRIMARY KEY (session, filter)) WITHOUT ROWID",
};

bool has_our_tables(sqlite::Database& database) {
    sqlite::Statement rows{database, "SELECT sql FROM sqlite_schema ORDER BY name"};
    for (const char* expected : kTableStatements) {
        if (!rows.step() || rows.text(0) != expected) return false;
    }
    return !rows.step();
}

}  // namespace

SchemaState schema_state(sqlite::Database& database) {
    const std::int64_t application = database.number("PRAGMA application_id");
    const std::int64_t version = database.number("PRAGMA user_version");
    const bool is_empty = database.number("SELECT count(*) FROM sqlite_schema") == 0;
    if (application == 0 && version == 0 && is_empty) return SchemaState::Empty;
    if (application != kApplicationId || version < 1) return SchemaState::Wrong;
    if (version > kSchemaVersion) return SchemaState::TooNew;
    if (version < kSchemaVersion) return SchemaState::Older;
    return has_our_tables(database) ? SchemaState::Current : SchemaState::Wrong;
}

bool create_schema(sqlite::Database& database) {
    sqlite::Transaction transaction{database};
    for (const char* statement : kTableStatements) database.run(statement);
    database.run("PRAGMA application_id=" + std::to_string(kApplicationId));
    database.run("PRAGMA user_version=" + std::to_string(kSchemaVersion));
    return transaction.commit();
}

std::span<const Migration> migrations() {
    return kMigrations;
}

bool migrate(sqlite::Database& database, std::span<const Migration> steps, std::int64_t version) {
    std::int64_t at = database.number("PRAGMA user_version");
    while (at < version && !database.has_failed()) {
        const auto step = std::find_if(steps.begin(), steps.end(),
                                       [at](const Migration& s) { return s.from == at; });
        if (step == steps.end()) return false;
        ++at;
        sqlite::Transaction transaction{database};
        database.run(step->sql);
        database.run("PRAGMA user_version=" + std::to_string(at));
        if (!transaction.commit()) return false;
    }
    return !database.has_failed();
}

}  // namespace kleber::store
