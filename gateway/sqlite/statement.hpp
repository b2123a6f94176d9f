#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "gateway/base/byte_reader.hpp"

struct sqlite3_stmt;

namespace kleber::sqlite {

class Database;

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

}  // namespace kleber::sqlite
