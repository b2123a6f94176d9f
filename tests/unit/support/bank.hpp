#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>

#include "tests/sim/random.hpp"
#include "tests/support/crash_disk.hpp"
#include "tests/support/crash_vfs.hpp"

namespace kleber::support {

// A user of SQLite that knows what it was promised: transactions with numbers, each of which
// changes random rows in a way that its number decides.
class Bank {
  public:
    Bank(CrashVfs& vfs, std::string pragmas) : vfs_(vfs), pragmas_(std::move(pragmas)) {}
    ~Bank() { close(); }
    Bank(const Bank&) = delete;
    Bank& operator=(const Bank&) = delete;

    // False if the disk fails.
    bool open();
    void close();
    // The next transaction. False if it was not promised to be kept; it may be there all the same.
    bool commit();

    struct Findings {
        std::uint64_t number = 0;  // of the last transaction that is there
        std::string trouble;       // empty: the database is in order and holds just what all
                                   // transactions up to that one left
    };
    Findings inspect();
    // The number found; the test fails at any trouble.
    std::uint64_t check();
    // Goes on from there.
    void resume_from(std::uint64_t number) { committed_ = number; }
    std::uint64_t committed() const { return committed_; }

    bool run(const std::string& sql);
    std::string text(const std::string& sql);
    int last_error() const { return last_error_; }

  private:
    CrashVfs& vfs_;
    std::string pragmas_;
    sqlite3* database_ = nullptr;
    std::uint64_t committed_ = 0;
    int last_error_ = SQLITE_OK;
};

}  // namespace kleber::support
