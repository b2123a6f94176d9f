#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/text/diagnostic.hpp"

// TOML 1.0 as values that know where they stand.
namespace kleber::text {

// A file's name, as diagnostics show it, and its text.
struct Source {
    std::string name;
    std::string text;
};

class Value;
struct Entry;

using Array = std::vector<Value>;

// In the order of the source. Names are unique.
using Table = std::vector<Entry>;

// Dates and times, which nothing in the configuration uses: only that it is one.
struct DateTime {};

class Value {
  public:
    using Any = std::variant<bool, std::int64_t, double, std::string, DateTime, Array, Table>;

    Value(Position position, Any any);

    Position position() const { return position_; }
    const bool* boolean() const { return std::get_if<bool>(&any_); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&any_); }
    const double* floating() const { return std::get_if<double>(&any_); }
    const std::string* string() const { return std::get_if<std::string>(&any_); }
    const Array* array() const { return std::get_if<Array>(&any_); }
    const Table* table() const { return std::get_if<Table>(&any_); }

    // "a table", "text", "a whole number": for messages.
    std::string_view kind_name() const;

  private:
    Position position_;
    Any any_;
};

struct Entry {
    std::string key;
    Position position;  // of the key; a [table]'s is that of its name
    Value value;
};

// The entry of that name, or null.
const Entry* find(const Table& table, std::string_view key);

// A file that was TOML, with its lines for diagnostics.
class Document {
  public:
    Document(Source source, Table root) : source_(std::move(source)), root_(std::move(root)) {}

    const std::string& name() const { return source_.name; }
    const Table& root() const { return root_; }
    Diagnostic error(Position position, std::string message, std::string hint = {}) const;

  private:
    Source source_;
    Table root_;
};

constexpr std::size_t kTomlBytesMax = 4 << 20;

// TOML's own errors stop at the first one, so there is one Diagnostic; with a hint where the slip
// is a usual one. Any bytes may be given: too large or too deep is an error like others.
Result<Document, Diagnostic> parse_toml(Source source);

// The text of a line, without its end; nothing if there is no such line.
std::string_view line_of(std::string_view text, std::uint32_t line);

}  // namespace kleber::text
