#include "gateway/store/state_tables.hpp"

#include <limits>
#include <string>

#include "gateway/base/assert.hpp"
#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"

namespace kleber::store {
namespace {

// What a wipe takes at a time: some milliseconds on a Raspberry Pi.
constexpr const char* kWipeRows = "256";

struct Layout {
    Table table;
    const char* name;
    const char* first;
    const char* second;  // nullptr: the key has one column
};

constexpr Layout kLayouts[] = {
    {Table::Session, "session", "id", nullptr},
    {Table::Subscription, "subscription", "session", "filter"},
    {Table::Message, "message", "number", nullptr},
    {Table::Delivery, "delivery", "session", "serial"},
    {Table::Inbound, "inbound", "session", "packet_id"},
    {Table::Retained, "retained", "topic", nullptr},
    {Table::Memory, "memory", "session", "key"},
};

const Layout& layout_of(Table table) {
    return kLayouts[static_cast<std::size_t>(table) - 1];
}

std::string columns_of(const Layout& layout) {
    std::string columns = layout.first;
    if (layout.second != nullptr) columns += std::string{", "} + layout.second;
    return columns;
}

std::string put_sql(const Layout& layout) {
    const char* values = layout.second != nullptr ? "?1, ?2, ?3" : "?1, ?3";
    return std::string{"INSERT OR REPLACE INTO "} + layout.name + " (" + columns_of(layout) +
           ", record) VALUES (" + values + ")";
}

std::string erase_sql(const Layout& layout) {
    std::string sql = std::string{"DELETE FROM "} + layout.name + " WHERE " + layout.first + "=?1";
    if (layout.second != nullptr) sql += std::string{" AND "} + layout.second + "=?2";
    return sql;
}

std::string wipe_sql(const Layout& layout) {
    return std::string{"DELETE FROM "} + layout.name + " WHERE session=?1 AND " + layout.second +
           " IN (SELECT " + layout.second + " FROM " + layout.name + " WHERE session=?1 LIMIT " +
           kWipeRows + ") RETURNING 1";
}

std::string scan_sql(const Layout& layout, ScanOrder order) {
    const char* down = order == ScanOrder::Falling ? " DESC" : "";
    std::string sql = "SELECT " + columns_of(layout) + ", record FROM " + layout.name +
                      " ORDER BY " + layout.first + down;
    if (layout.second != nullptr) sql += std::string{", "} + layout.second + down;
    return sql;
}

void bind_key(sqlite::Statement& statement, const Key& key) {
    const auto id = static_cast<std::int64_t>(key.id);
    const auto serial = static_cast<std::int64_t>(key.serial);
    switch (key.table) {
        case Table::Session:
        case Table::Message:
            statement.bind(1, id);
            break;
        case Table::Delivery:
        case Table::Inbound:
            statement.bind(1, id).bind(2, serial);
            break;
        case Table::Subscription:
        case Table::Memory:
            statement.bind(1, id).bind(2, as_bytes(key.text));
            break;
        case Table::Retained:
            statement.bind(1, as_bytes(key.text));
            break;
    }
}

// What is no key of this program gives one that no checksum fits.
std::uint32_t id_in(const sqlite::Statement& row, int column) {
    const std::int64_t id = row.number(column);
    constexpr std::int64_t kMax = std::numeric_limits<std::uint32_t>::max();
    return id < 0 || id > kMax ? 0 : static_cast<std::uint32_t>(id);
}

Entry entry_in(const sqlite::Statement& row, Table table) {
    Entry entry{.key = {.table = table}, .is_put = true, .record = {}};
    switch (table) {
        case Table::Session:
        case Table::Message:
            entry.key.id = id_in(row, 0);
            entry.record = row.bytes(1);
            break;
        case Table::Delivery:
        case Table::Inbound:
            entry.key.id = id_in(row, 0);
            entry.key.serial = static_cast<std::uint64_t>(row.number(1));
            entry.record = row.bytes(2);
            break;
        case Table::Subscription:
        case Table::Memory:
            entry.key.id = id_in(row, 0);
            entry.key.text = row.text(1);
            entry.record = row.bytes(2);
            break;
        case Table::Retained:
            entry.key.text = row.text(0);
            entry.record = row.bytes(1);
            break;
    }
    return entry;
}

}  // namespace

StateTables::StateTables(sqlite::Database& database) {
    for (const Layout& layout : kLayouts) {
        statements_.push_back({sqlite::Statement{database, put_sql(layout)},
                               sqlite::Statement{database, erase_sql(layout)}});
    }
    for (const Table table : kOwnedTables) {
        wipes_.emplace_back(database, wipe_sql(layout_of(table)));
    }
}

void StateTables::put(const Key& key, Bytes record) {
    // As SQLite's integers have it; a session does not live to see it.
    KLEBER_ASSERT(key.serial <= std::numeric_limits<std::int64_t>::max());
    sealed_.clear();
    seal(sealed_, key, record);
    sqlite::Statement& statement = of(key.table).put;
    bind_key(statement, key);
    statement.bind(3, sealed_.bytes()).run();
}

void StateTables::erase(const Key& key) {
    sqlite::Statement& statement = of(key.table).erase;
    bind_key(statement, key);
    statement.run();
}

bool StateTables::wipe_some(std::uint32_t session) {
    for (sqlite::Statement& wipe : wipes_) {
        wipe.bind(1, static_cast<std::int64_t>(session));
        bool has_erased = false;
        while (wipe.step()) has_erased = true;
        if (has_erased) return false;
    }
    return true;
}

bool scan(sqlite::Database& database, Table table, ScanOrder order,
          const std::function<bool(const Entry&)>& visit) {
    sqlite::Statement rows{database, scan_sql(layout_of(table), order)};
    while (rows.step()) {
        if (!visit(entry_in(rows, table))) return false;
    }
    return !database.has_failed();
}

std::uint64_t& count_of(Counts& counts, Table table) {
    switch (table) {
        case Table::Session:
            return counts.sessions;
        case Table::Subscription:
            return counts.subscriptions;
        case Table::Message:
            return counts.messages;
        case Table::Delivery:
            return counts.deliveries;
        case Table::Inbound:
            return counts.inbound;
        case Table::Retained:
            return counts.retained;
        case Table::Memory:
            break;
    }
    return counts.memories;
}

const char* name_of(Table table) {
    return layout_of(table).name;
}

}  // namespace kleber::store
