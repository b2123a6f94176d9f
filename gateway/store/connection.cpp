#include "gateway/store/connection.hpp"

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/failure.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/store/change_codec.hpp"
#include "gateway/store/schema.hpp"
#include "gateway/store/state_tables.hpp"

namespace kleber::store {
namespace {

constexpr std::uint32_t kLogPagesWhileFolding = 4096;
constexpr const char* kUnreadableRow = "a row of the journal cannot be read";

Refusal damaged(std::string reason) {
    return {Refusal::Kind::Damaged, std::move(reason)};
}

Refusal::Kind kind_of(sqlite::Failure::Kind kind) {
    switch (kind) {
        case sqlite::Failure::Kind::Damaged:
            return Refusal::Kind::Damaged;
        case sqlite::Failure::Kind::Full:
            return Refusal::Kind::Full;
        default:
            return Refusal::Kind::Trouble;
    }
}

std::optional<Refusal> prepare_schema(sqlite::Database& database, sqlite::OpenMode mode,
                                      bool& was_empty) {
    const SchemaState state = schema_state(database);
    if (database.has_failed()) return refusal_of(database.take_failure());
    was_empty = state == SchemaState::Empty;
    if (state == SchemaState::Empty && mode == sqlite::OpenMode::Create) {
        create_schema(database);
    } else if (state == SchemaState::Older) {
        if (!migrate(database, migrations(), kSchemaVersion) && !database.has_failed()) {
            return damaged("it is of a version that never was");
        }
        if (!database.has_failed() && schema_state(database) != SchemaState::Current) {
            return refusal_of(SchemaState::Wrong);
        }
    } else if (auto refusal = refusal_of(state)) {
        return refusal;
    }
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

}  // namespace

Refusal refusal_of(sqlite::Failure failure) {
    return {kind_of(failure.kind), std::move(failure.text)};
}

std::optional<Refusal> refusal_of(SchemaState state) {
    switch (state) {
        case SchemaState::Current:
        case SchemaState::Older:
            break;
        case SchemaState::TooNew:
            return Refusal{Refusal::Kind::TooNew, "a later version of Kleber wrote it"};
        case SchemaState::Wrong:
            return damaged("its tables are not those of Kleber");
        case SchemaState::Empty:
            return damaged("it is empty");
    }
    return std::nullopt;
}

std::string unreadable_record(Table table) {
    return std::string{"a record of the table '"} + name_of(table) + "' cannot be read";
}

Result<std::unique_ptr<Connection>, Refusal> Connection::open(const std::string& path,
                                                              sqlite::OpenMode mode,
                                                              const std::string& vfs) {
    auto database = std::make_unique<sqlite::Database>(path, mode, vfs);
    bool was_empty = false;
    database->rewrite_log();
    if (database->has_failed()) {
        database->keep_log_on_close();
        return fail(refusal_of(database->take_failure()));
    }
    if (auto refusal = prepare_schema(*database, mode, was_empty)) {
        database->keep_log_on_close();
        return fail(std::move(*refusal));
    }
    auto connection = std::make_unique<Connection>(std::move(database), was_empty);
    if (connection->database().has_failed()) {
        connection->database().keep_log_on_close();
        return fail(refusal_of(connection->database().take_failure()));
    }
    return connection;
}

Connection::Connection(std::unique_ptr<sqlite::Database> database, bool was_empty)
    : database_(std::move(database)),
      journal_(*database_),
      folding_(*database_, journal_),
      was_empty_(was_empty) {}

Folding::Outcome Connection::fold_slice() {
    database_->set_syncing(sqlite::Syncing::Deferred);
    return folding_.slice();
}

std::optional<Refusal> Connection::fold_all() {
    while (journal_.bytes() > 0) {
        const Folding::Outcome outcome = fold_slice();
        if (outcome == Folding::Outcome::Damaged) {
            return damaged(kUnreadableRow);
        }
        if (database_->log_pages() >= kLogPagesWhileFolding) database_->checkpoint();
        if (database_->has_failed()) return refusal_of(database_->take_failure());
    }
    return std::nullopt;
}

std::optional<Refusal> Connection::read_all(const Now& now, port::Sharing sharing,
                                            const std::function<void(port::Change&&)>& visit) {
    const ChangeDecoder decoder{now, sharing};
    for (const Table table : kTables) {
        const bool is_whole = scan(*database_, table, ScanOrder::Rising, [&](const Entry& row) {
            const std::optional<Bytes> record = unseal(row.key, row.record);
            if (!record) return false;
            auto change = decoder.change({.key = row.key, .is_put = true, .record = *record});
            if (change) visit(std::move(*change));
            return change.has_value();
        });
        if (database_->has_failed()) return refusal_of(database_->take_failure());
        if (!is_whole) return damaged(unreadable_record(table));
    }
    return std::nullopt;
}

std::optional<Refusal> Connection::read_journal(const Now& now) {
    const ChangeDecoder decoder{now, port::Sharing::OneThread};
    bool is_whole = true;
    for (const char* sql : {"SELECT changes FROM journal_0", "SELECT changes FROM journal_1"}) {
        sqlite::Statement rows{*database_, sql};
        while (is_whole && rows.step()) is_whole = decoder.can_read_row(rows.bytes(0));
    }
    if (database_->has_failed()) return refusal_of(database_->take_failure());
    if (!is_whole) return damaged(kUnreadableRow);
    return std::nullopt;
}

Counts Connection::count_records() {
    Counts counts;
    for (const Table table : kTables) {
        const std::string sql = std::string{"SELECT count(*) FROM "} + name_of(table);
        count_of(counts, table) = static_cast<std::uint64_t>(database_->number(sql.c_str()));
    }
    return counts;
}

}  // namespace kleber::store
