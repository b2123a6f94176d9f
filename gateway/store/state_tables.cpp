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

int columns_in_key(const Layout& layout) {
    return layout.second != nullptr ? 2 : 1;
}

std::string put_sql(const Layout& layout, std::size_t row_count) {
    const std::string row = layout.second != nullptr ? "(?, ?, ?)" : "(?, ?)";
    std::string sql = std::string{"INSERT OR REPLACE INTO "} + layout.name + " (" +
                      columns_of(layout) + ", record) VALUES " + row;
    for (std::size_t index = 1; index < row_count; ++index) sql += ", " + row;
    return sql;
}

bool ends_in_number(Table table) {
    return table != Table::Subscription && table != Table::Retained && table != Table::Memory;
}

// Binds a whole key and, where it ends in a number, that of the last key.
std::string erase_sql(const Layout& layout) {
    const char* which = ends_in_number(layout.table) ? " BETWEEN ? AND ?" : "=?";
    std::string sql = std::string{"DELETE FROM "} + layout.name + " WHERE " + layout.first;
    if (layout.second != nullptr) sql += std::string{"=? AND "} + layout.second;
    return sql + which;
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

// From this parameter on.
void bind_key(sqlite::Statement& statement, int at, const Key& key) {
    const auto id = static_cast<std::int64_t>(key.id);
    const auto serial = static_cast<std::int64_t>(key.serial);
    switch (key.table) {
        case Table::Session:
        case Table::Message:
            statement.bind(at, id);
            break;
        case Table::Delivery:
        case Table::Inbound:
            statement.bind(at, id).bind(at + 1, serial);
            break;
        case Table::Subscription:
        case Table::Memory:
            statement.bind(at, id).bind(at + 1, as_bytes(key.text));
            break;
        case Table::Retained:
            statement.bind(at, as_bytes(key.text));
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

StateTables::StateTables(sqlite::Database& database) : database_(database) {
    for (const Layout& layout : kLayouts) {
        statements_.push_back({sqlite::Statement{database, put_sql(layout, 1)},
                               sqlite::Statement{database, erase_sql(layout)}, std::nullopt});
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
    bind_key(statement, 1, key);
    statement.bind(1 + columns_in_key(layout_of(key.table)), sealed_.bytes()).run();
}

void StateTables::put(const std::array<Entry, kGroup>& entries) {
    // Of a statement that was made after a failure there would be nothing.
    if (database_.has_failed()) return;
    const Table table = entries.front().key.table;
    const Layout& layout = layout_of(table);
    std::optional<sqlite::Statement>& statement = of(table).put_group;
    if (!statement) statement.emplace(database_, put_sql(layout, kGroup));

    std::array<std::size_t, kGroup> ends;
    sealed_.clear();
    for (std::size_t index = 0; index < kGroup; ++index) {
        const auto& [key, is_put, record] = entries[index];
        KLEBER_ASSERT(is_put && key.table == table &&
                      key.serial <= std::numeric_limits<std::int64_t>::max());
        seal(sealed_, key, record);
        ends[index] = sealed_.size();
    }
    std::size_t begin = 0;
    int parameter = 1;
    for (std::size_t index = 0; index < kGroup; ++index) {
        bind_key(*statement, parameter, entries[index].key);
        parameter += columns_in_key(layout);
        statement->bind(parameter++, sealed_.bytes().subspan(begin, ends[index] - begin));
        begin = ends[index];
    }
    statement->run();
}

void StateTables::erase(const Key& first, const Key& last) {
    sqlite::Statement& statement = of(first.table).erase;
    bind_key(statement, 1, first);
    if (ends_in_number(first.table)) {
        const bool has_serial = layout_of(first.table).second != nullptr;
        const std::uint64_t number = has_serial ? last.serial : last.id;
        statement.bind(1 + columns_in_key(layout_of(first.table)),
                       static_cast<std::int64_t>(number));
    }
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

bool follows(const Key& key, const Key& before) {
    if (key.table != before.table || !ends_in_number(key.table)) return false;
    if (layout_of(key.table).second == nullptr) return key.id == before.id + 1;
    return key.id == before.id && key.serial == before.serial + 1;
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
