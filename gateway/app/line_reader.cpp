#include "gateway/app/line_reader.hpp"

namespace kleber::app {

void LineReader::append(std::string_view text) {
    text_.erase(0, at_);
    searched_to_ -= at_;
    at_ = 0;
    text_ += text;
}

std::optional<std::string_view> LineReader::line() {
    while (at_ < text_.size()) {
        const std::size_t end = text_.find('\n', searched_to_);
        const bool is_whole = end != std::string::npos;
        searched_to_ = is_whole ? end : text_.size();
        if (searched_to_ - at_ > line_bytes_max_) {
            is_too_long_ = true;
            return std::nullopt;
        }
        if (!is_whole && !has_finished_) return std::nullopt;
        if (searched_to_ > at_) return std::string_view{text_}.substr(at_, searched_to_ - at_);
        drop_line();
    }
    return std::nullopt;
}

// Called where searched_to_ is the end of the line.
void LineReader::drop_line() {
    at_ = searched_to_ < text_.size() ? searched_to_ + 1 : searched_to_;
    searched_to_ = at_;
}

}  // namespace kleber::app
