#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/base/byte_reader.hpp"

struct sqlite3;
struct sqlite3_file;
struct sqlite3_stmt;

namespace kleber::store {

// Why the database did not do something.
struct DatabaseFailure {
    enum class Kind : std::uint8_t {
        Damaged,  // what is in the file makes no sense
        Full,     // no room on the disk
        InUse,    // another process holds the file
        Disk,     // reading, writing, syncing or opening it failed
        Other,
    };
    Kind kind = Kind::Other;
    std::string text;  // "the disk is full"
};

enum class OpenMode : std::uint8_t {
    Create,  // if there is no file
    Existing,
    Salvage,  // to read what can be read of a damaged file, which stays as it is
};

// How far a commit goes before it returns.
enum class Syncing : std::uint8_t { Deferred, AtCommit };

// A connection to one SQLite file, for this process alone, with a write-ahead log. Like ByteReader,
// it remembers its first failure, and does nothing until that was taken: so a sequence of steps is
// written straight down, and looked at once at its end.
class Database {
  public:
    Database(std::string path, OpenMode mode, const std::string& vfs);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool has_failed() const { return failure_.has_value(); }
    // To be called after a failure only.
    DatabaseFailure take_failure();

    // One or more statements without rows.
    bool run(const char* sql);
    bool run(const std::string& sql) { return run(sql.c_str()); }
    // The first column of the first row; zero without one.
    std::int64_t number(const char* sql);
    std::string text(const char* sql);

    void set_syncing(Syncing syncing);
    // Syncs the write-ahead log without writing.
    bool sync_log();
    // Writes again what stands in the write-ahead log, and syncs it: nothing that was written
    // before is trusted to be on the disk.
    bool rewrite_log();
    // Pages in the log after the last commit.
    std::uint32_t log_pages() const { return log_pages_; }
    // Moves what is in the log to its place, synced; the next commit begins the log anew.
    bool checkpoint();
    // What is in the log is left there when this goes, to be read by who opens the file next.
    void keep_log_on_close();

    std::uint64_t file_bytes();  // with the log

  private:
    friend class Statement;
    friend class Transaction;

    bool check(int code);  // true for success, else remembers
    void set_up(OpenMode mode);
    sqlite3_file* file(int which);
    static int on_commit(void* self, sqlite3* db, const char* name, int pages);

    std::string path_;
    sqlite3* db_ = nullptr;
    std::optional<DatabaseFailure> failure_;
    std::optional<Syncing> syncing_;
    std::uint32_t log_pages_ = 0;
};

// A prepared statement. Bytes bound to it must stay until it is reset or run to its end.
class Statement {
  public:
    Statement(Database& database, std::string_view sql);
    ~Statement();
    Statement(Statement&& other) noexcept
        : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;

    // Parameters count from 1.
    Statement& bind(int parameter, std::int64_t number);
    Statement& bind(int parameter, Bytes bytes);
    // The same, as SQLite's text.
    Statement& bind_text(int parameter, std::string_view text);

    // True if there is a row; false at the end and after a failure, and then it is reset.
    bool step();
    // Runs it to its end; false after a failure.
    bool run();
    void reset();

    // Of the row, from 0; bytes are there until the next step.
    std::int64_t number(int column) const;
    Bytes bytes(int column) const;
    std::string_view text(int column) const { return as_text(bytes(column)); }

  private:
    Database& database_;
    sqlite3_stmt* statement_ = nullptr;
};

// Rolled back unless it was committed.
class Transaction {
  public:
    explicit Transaction(Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;

    // False, and nothing is done, if anything failed since it began.
    bool commit();

  private:
    Database& database_;
};

}  // namespace kleber::store
