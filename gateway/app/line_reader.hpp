#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace kleber::app {

// Takes what is read from a stream and gives it back line by line, without line ends.
class LineReader {
  public:
    explicit LineReader(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

    void append(std::string_view text);
    // The stream has ended; what is left is a line of its own.
    void finish() { has_finished_ = true; }

    // The next line, until drop_line(); nothing if it has not come in whole. Empty lines are left
    // out.
    std::optional<std::string_view> line();
    void drop_line();

    // A line is longer than allowed: there is no going on.
    bool is_too_long() const { return is_too_long_; }
    // All lines are through.
    bool is_done() const { return has_finished_ && at_ == text_.size(); }

  private:
    const std::size_t line_bytes_max_;
    std::string text_;
    std::size_t at_ = 0;           // where the next line begins
    std::size_t searched_to_ = 0;  // no line end between there and here
    bool has_finished_ = false;
    bool is_too_long_ = false;
};

}  // namespace kleber::app
