#include "gateway/recorder/opening.hpp"

#include <optional>

#include "gateway/sqlite/files.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"

namespace kleber::recorder {
namespace {

constexpr std::int64_t kApplicationId = 0x6B6C6572;  // "kler"
constexpr std::int64_t kVersion = 1;

// `place` is level, topic and span in one number (history_tables.cpp).
constexpr const char* kTables =
    "CREATE TABLE topic (id INTEGER PRIMARY KEY, name BLOB NOT NULL);"
    "CREATE TABLE recent (number INTEGER PRIMARY KEY, points BLOB NOT NULL);"
    "CREATE TABLE block (place INTEGER PRIMARY KEY, data BLOB NOT NULL);"
    "CREATE TABLE message (number INTEGER PRIMARY KEY, last INTEGER NOT NULL,"
    " data BLOB NOT NULL);";

// Why a file is not used as it is.
struct Refusal {
    enum class Kind : std::uint8_t { Damaged, TooNew, Trouble };
    Kind kind = Kind::Trouble;
    std::string reason;
};

Refusal refusal_of(sqlite::Failure&& failure) {
    const bool is_damaged = failure.kind == sqlite::Failure::Kind::Damaged;
    return {is_damaged ? Refusal::Kind::Damaged : Refusal::Kind::Trouble, std::move(failure.text)};
}

void create_tables(sqlite::Database& database) {
    sqlite::Transaction transaction{database};
    database.run(kTables);
    database.run("PRAGMA application_id=" + std::to_string(kApplicationId));
    database.run("PRAGMA user_version=" + std::to_string(kVersion));
    transaction.commit();
}

std::optional<Refusal> objection_to_content(sqlite::Database& database) {
    if (database.number("PRAGMA application_id") != kApplicationId) {
        return Refusal{Refusal::Kind::Damaged, "it is not a recorder's file"};
    }
    if (database.number("PRAGMA user_version") > kVersion) {
        return Refusal{Refusal::Kind::TooNew, "it was written by a later version of Kleber"};
    }
    const std::int64_t table_count = database.number(
        "SELECT count(*) FROM sqlite_schema"
        " WHERE name IN ('topic', 'recent', 'block', 'message') AND type = 'table'");
    if (table_count != 4) return Refusal{Refusal::Kind::Damaged, "its tables are not there"};
    return std::nullopt;
}

Result<std::unique_ptr<sqlite::Database>, Refusal> open_as_it_is(const std::string& path,
                                                                 const std::string& vfs) {
    auto database = std::make_unique<sqlite::Database>(path, sqlite::OpenMode::Existing, vfs);
    if (!database->has_failed() && database->number("SELECT count(*) FROM sqlite_schema") == 0 &&
        database->number("PRAGMA application_id") == 0) {
        create_tables(*database);
    }
    std::optional<Refusal> refusal;
    if (!database->has_failed()) refusal = objection_to_content(*database);
    if (database->has_failed()) refusal = refusal_of(database->take_failure());
    if (!refusal) return database;
    // What stands in the log of a file that is set aside belongs to it.
    database->keep_log_on_close();
    return fail(std::move(*refusal));
}

Result<Opened, std::string> open_new(const std::string& path, const std::string& vfs,
                                     std::string warning) {
    if (auto made = sqlite::create_private_file(path); !made) return fail(made.error());
    auto opened = open_as_it_is(path, vfs);
    if (!opened) return fail(opened.error().reason);
    return Opened{std::move(*opened), std::move(warning)};
}

}  // namespace

Result<Opened, std::string> open_database(const std::string& path, const Now& now, Damaged damaged,
                                          const std::string& vfs) {
    if (auto objection = sqlite::objection_to(path)) return fail(std::move(*objection));
    if (!sqlite::has_file(path)) {
        // A log without its database would spoil the new one.
        if (auto removed = sqlite::remove_database(path); !removed) return fail(removed.error());
        if (auto made = sqlite::create_private_file(path); !made) return fail(made.error());
    }
    auto opened = open_as_it_is(path, vfs);
    if (opened) return Opened{std::move(*opened), {}};
    const Refusal& refusal = opened.error();
    if (refusal.kind == Refusal::Kind::Trouble) return fail(refusal.reason);
    if (refusal.kind == Refusal::Kind::TooNew) damaged = Damaged::SetAside;
    return begin_anew(path, refusal.reason, now, damaged, vfs);
}

Result<Opened, std::string> begin_anew(const std::string& path, const std::string& reason,
                                       const Now& now, Damaged damaged, const std::string& vfs) {
    if (damaged == Damaged::Removed) {
        if (auto removed = sqlite::remove_database(path); !removed) return fail(removed.error());
        return open_new(path, vfs,
                        "the recorder's file could not be used again (" + reason +
                            "); it is removed, and a new one begins: look at the disk");
    }
    const std::string aside = sqlite::dated_name(path, "set-aside", now.wall);
    if (auto renamed = sqlite::rename_database(path, aside); !renamed) {
        return fail(renamed.error());
    }
    return open_new(path, vfs,
                    "the recorder's file could not be used (" + reason + "); it is set aside as " +
                        aside + ", and a new one begins");
}

}  // namespace kleber::recorder
