#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "gateway/sqlite/failure.hpp"

struct sqlite3;
struct sqlite3_file;

namespace kleber::sqlite {

enum class OpenMode : std::uint8_t {
    Create,  // if there is no file
    Existing,
    Salvage,  // to read what can be read of a damaged file, which stays as it is
};

// How far a commit goes before it returns.
enum class Syncing : std::uint8_t { Deferred, AtCommit };

class Statement;

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
    Failure take_failure();

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
    friend class Copy;
    friend class Statement;
    friend class Transaction;

    bool check(int code);  // true for success, else remembers
    // Of every transaction, so they are prepared once.
    bool begin() { return run_prepared(begin_, "BEGIN IMMEDIATE"); }
    bool commit() { return run_prepared(commit_, "COMMIT"); }
    bool run_prepared(std::unique_ptr<Statement>& statement, const char* sql);
    void set_up(OpenMode mode);
    sqlite3_file* file(int which);
    static int on_commit(void* self, sqlite3* db, const char* name, int pages);

    std::string path_;
    sqlite3* db_ = nullptr;
    std::optional<Failure> failure_;
    std::optional<Syncing> syncing_;
    std::uint32_t log_pages_ = 0;
    std::unique_ptr<Statement> begin_;
    std::unique_ptr<Statement> commit_;
};

}  // namespace kleber::sqlite
