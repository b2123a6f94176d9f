#include "gateway/sqlite/transaction.hpp"

#include <sqlite3.h>

#include "gateway/sqlite/database.hpp"

namespace kleber::sqlite {

Transaction::Transaction(Database& database) : database_(database) {
    database_.begin();
}

Transaction::~Transaction() {
    // SQLite may have done so itself. What fails here failed before.
    if (database_.db_ != nullptr && sqlite3_get_autocommit(database_.db_) == 0) {
        sqlite3_exec(database_.db_, "ROLLBACK", nullptr, nullptr, nullptr);
    }
}

bool Transaction::commit() {
    return database_.commit();
}

}  // namespace kleber::sqlite
