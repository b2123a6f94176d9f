#include "tests/unit/support/bank.hpp"

#include <gtest/gtest.h>

#include <map>

namespace kleber::support {
namespace {

struct Put {
    std::uint32_t account;
    std::uint32_t bytes;  // 0: it is closed
};

std::vector<Put> puts_of(std::uint64_t number) {
    sim::Random random{number};
    std::vector<Put> puts(1 + random.below(3));
    for (Put& put : puts) {
        put.account = random.below(40);
        put.bytes = random.chance(15) ? 0 : 1 + random.below(random.chance(10) ? 9000 : 300);
    }
    return puts;
}

}  // namespace

bool Bank::run(const std::string& sql) {
    last_error_ = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
    if (last_error_ != SQLITE_OK) last_error_ = sqlite3_extended_errcode(database_);
    return last_error_ == SQLITE_OK;
}

std::string Bank::text(const std::string& sql) {
    std::string rows;
    const auto add = [](void* to, int columns, char** values, char**) {
        for (int i = 0; i < columns; ++i) {
            static_cast<std::string*>(to)->append(values[i] ? values[i] : "").append(" ");
        }
        return 0;
    };
    last_error_ = sqlite3_exec(database_, sql.c_str(), add, &rows, nullptr);
    return last_error_ == SQLITE_OK ? rows : sqlite3_errmsg(database_);
}

bool Bank::open() {
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    last_error_ = sqlite3_open_v2("data/bank.db", &database_, flags, vfs_.name());
    return last_error_ == SQLITE_OK && run(pragmas_) &&
           run("CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, bytes BLOB);"
               "CREATE TABLE IF NOT EXISTS last (id INTEGER PRIMARY KEY, number INTEGER, process "
               "INTEGER);");
}

void Bank::close() {
    sqlite3_close(database_);
    database_ = nullptr;
}

bool Bank::commit() {
    const std::uint64_t number = committed_ + 1;
    std::string sql = "BEGIN IMMEDIATE;";
    for (const Put& put : puts_of(number)) {
        const std::string account = std::to_string(put.account);
        sql += put.bytes == 0 ? "DELETE FROM account WHERE id = " + account + ";"
                              : "REPLACE INTO account VALUES (" + account + ", zeroblob(" +
                                    std::to_string(put.bytes) + "));";
    }
    // The process makes pages unique: what was lost and is written again byte for byte would make
    // whole what came after it in a WAL.
    sql += "REPLACE INTO last VALUES (1, " + std::to_string(number) + ", " +
           std::to_string(vfs_.disk().process()) + "); COMMIT;";
    if (!run(sql)) {
        // It fails where SQLite has rolled back already.
        sqlite3_exec(database_, "ROLLBACK", nullptr, nullptr, nullptr);
        return false;
    }
    committed_ = number;
    return true;
}

Bank::Findings Bank::inspect() {
    const std::string integrity = text("PRAGMA integrity_check");
    if (integrity != "ok ") return {.number = 0, .trouble = integrity};
    const std::string last = text("SELECT number FROM last");
    if (last_error_ != SQLITE_OK) return {.number = 0, .trouble = last};
    const std::uint64_t number = last.empty() ? 0 : std::stoull(last);
    std::map<std::uint32_t, std::uint32_t> accounts;
    for (std::uint64_t i = 1; i <= number; ++i) {
        for (const Put& put : puts_of(i)) {
            accounts.erase(put.account);
            if (put.bytes > 0) accounts[put.account] = put.bytes;
        }
    }
    std::string expected;
    for (const auto& [account, bytes] : accounts) {
        expected += std::to_string(account) + " " + std::to_string(bytes) + " ";
    }
    const std::string found = text("SELECT id, length(bytes) FROM account ORDER BY id");
    if (found == expected) return {.number = number, .trouble = {}};
    return {.number = number, .trouble = "found " + found + ", expected " + expected};
}

std::uint64_t Bank::check() {
    const Findings findings = inspect();
    EXPECT_EQ(findings.trouble, "");
    return findings.number;
}

}  // namespace kleber::support
