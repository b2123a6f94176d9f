#include "gateway/sqlite/statement.hpp"

#include <sqlite3.h>

#include "gateway/sqlite/database.hpp"

namespace kleber::sqlite {

Statement::Statement(Database& database, std::string_view sql) : database_(database) {
    if (database_.has_failed()) return;
    database_.check(sqlite3_prepare_v3(database_.db_, sql.data(), static_cast<int>(sql.size()),
                                       SQLITE_PREPARE_PERSISTENT, &statement_, nullptr));
}

Statement::~Statement() {
    sqlite3_finalize(statement_);
}

Statement& Statement::bind(int parameter, std::int64_t number) {
    if (!database_.has_failed()) {
        database_.check(sqlite3_bind_int64(statement_, parameter, number));
    }
    return *this;
}

Statement& Statement::bind(int parameter, Bytes bytes) {
    if (database_.has_failed()) return *this;
    // No bytes are not NULL.
    const void* data = bytes.empty() ? static_cast<const void*>("") : bytes.data();
    database_.check(sqlite3_bind_blob64(statement_, parameter, data, bytes.size(), SQLITE_STATIC));
    return *this;
}

Statement& Statement::bind_text(int parameter, std::string_view text) {
    if (!database_.has_failed()) {
        database_.check(sqlite3_bind_text(statement_, parameter, text.data(),
                                          static_cast<int>(text.size()), SQLITE_STATIC));
    }
    return *this;
}

bool Statement::step() {
    if (database_.has_failed()) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    database_.check(code);
    reset();
    return false;
}

bool Statement::run() {
    while (step()) {
    }
    return !database_.has_failed();
}

void Statement::reset() {
    // Says again what step() said.
    sqlite3_reset(statement_);
}

std::int64_t Statement::number(int column) const {
    return sqlite3_column_int64(statement_, column);
}

Bytes Statement::bytes(int column) const {
    const void* data = sqlite3_column_blob(statement_, column);
    return {static_cast<const std::uint8_t*>(data),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace kleber::sqlite
