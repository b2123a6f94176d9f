#pragma once

#include <string>
#include <string_view>
#include <vector>

// TOML that people are to read and change. A comment never ends early, whatever it says.
namespace kleber::coming_over {

// "as TOML has it", of UTF-8 without U+0000.
std::string quoted(std::string_view text);
// ["a", "b"]
std::string quoted_list(const std::vector<std::string>& texts);

struct TomlLine {
    std::string key;  // empty: a comment alone
    std::string value;
    std::string comment;  // above it; may be empty
};

// One [table] or [[table]].
class TomlTable {
  public:
    explicit TomlTable(std::string heading) : heading_(std::move(heading)) {}

    // In place of one that was set before.
    void set(std::string_view key, std::string value, std::string comment = {});
    void remark(std::string comment) { lines_.push_back({{}, {}, std::move(comment)}); }
    bool empty() const { return lines_.empty(); }
    // With an empty line above it; nothing if it is empty.
    std::string text() const;

  private:
    std::string heading_;
    std::vector<TomlLine> lines_;
};

// "# TEXT" as lines of at most 100 columns or so.
std::string comment_of(std::string_view text);

}  // namespace kleber::coming_over
