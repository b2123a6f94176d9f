#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kleber::text {

// Lines and columns count from 1, columns in characters. Line 0 means the file as a whole.
struct Position {
    std::uint32_t line = 0;
    std::uint32_t column = 0;

    auto operator<=>(const Position&) const = default;
};

enum class Severity : std::uint8_t { Error, Warning };

// Something that the user should write differently.
struct Diagnostic {
    Severity severity = Severity::Error;
    std::string file{};
    Position position{};
    std::string message{};      // what is wrong, without an end
    std::string source_line{};  // the text of that line; may be empty
    std::string hint{};         // what to write instead: "did you mean lanes?"; may be empty
};

// As a terminal shows it, several lines, each with its end:
//
//     kleber.toml:3:1: error: unknown key lane in [gateway]
//         lane = 2
//         ^
//         did you mean lanes?
//
// Text from the file is made printable, and a long line is cut around the caret.
std::string render(const Diagnostic& diagnostic);

// Only the first of these lines, without its end: for the log.
std::string headline(const Diagnostic& diagnostic);

// Everything that was found wrong, up to a number that somebody may still read; of the rest only
// the count is kept. Belongs to one reader of one set of files.
class Diagnostics {
  public:
    static constexpr std::size_t kMax = 100;

    void add(Diagnostic diagnostic);
    // Whoever would have to work for a Diagnostic may ask first, and then just leave it off.
    bool is_full() const { return all_.size() == kMax; }
    void leave_off() { ++left_off_count_; }
    // By file in the order in which files were first mentioned, then by position.
    void sort();

    bool empty() const { return all_.empty(); }
    bool has_errors() const;
    std::size_t size() const { return all_.size(); }
    std::size_t left_off_count() const { return left_off_count_; }
    auto begin() const { return all_.begin(); }
    auto end() const { return all_.end(); }
    const Diagnostic& operator[](std::size_t index) const { return all_[index]; }

  private:
    std::vector<Diagnostic> all_;
    std::size_t left_off_count_ = 0;
};

// All of them, one after the other, and how many were left off.
std::string render(const Diagnostics& diagnostics);

}  // namespace kleber::text
