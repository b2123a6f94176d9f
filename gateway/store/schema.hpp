#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "gateway/sqlite/database.hpp"

namespace kleber::store {

// Of what this program writes; a file of a later one is not touched.
inline constexpr std::int64_t kSchemaVersion = 3;

// What brings a file of version `from` to the next one.
struct Migration {
    std::int64_t from = 0;
    const char* sql = "";
};

enum class SchemaState : std::uint8_t { Current, Empty, Older, TooNew, Wrong };

// What the file is, by its application id, its version and its tables. Without a meaning after a
// failure of the database.
SchemaState schema_state(sqlite::Database& database);

// Makes the tables in an empty file, in one transaction.
bool create_schema(sqlite::Database& database);

// The steps of this program, oldest first.
std::span<const Migration> migrations();
// Brings an older file to `version`, each step in a transaction with its version number. False
// where a step failed or there is none.
bool migrate(sqlite::Database& database, std::span<const Migration> steps, std::int64_t version);

}  // namespace kleber::store
