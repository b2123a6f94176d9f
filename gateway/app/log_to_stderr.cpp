#include "gateway/app/log_to_stderr.hpp"

#include <unistd.h>

#include <cstdlib>

#include "gateway/base/iso_time.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

// As in syslog(3).
char priority_of(LogLevel level) {
    switch (level) {
        case LogLevel::Error:
            return '3';
        case LogLevel::Warning:
            return '4';
        case LogLevel::Info:
            return '6';
        case LogLevel::Debug:
            return '7';
    }
    return '6';
}

// A line stays a line, and cannot play with a terminal, whatever a client calls itself.
void append_printable(std::string& out, std::string_view text) {
    static constexpr char kHex[] = "0123456789abcdef";
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if (byte >= 0x20 && byte != 0x7F) {
            out += character;
        } else {
            out += "\\x";
            out += kHex[byte >> 4];
            out += kHex[byte & 0x0F];
        }
    }
}

}  // namespace

LogToStderr::LogToStderr() : is_for_journal_(std::getenv("JOURNAL_STREAM") != nullptr) {}

void LogToStderr::write(LogLevel level, std::string_view line) {
    const std::lock_guard lock{mutex_};
    buffer_.clear();
    if (is_for_journal_) {
        buffer_ += '<';
        buffer_ += priority_of(level);
        buffer_ += '>';
    } else {
        buffer_ += iso_time(runtime::read_clock().wall);
        buffer_ += ' ';
        buffer_ += name_of(level);
        buffer_ += ": ";
    }
    append_printable(buffer_, line);
    buffer_ += '\n';
    // A log that cannot be written must not stop the gateway.
    [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, buffer_.data(), buffer_.size());
}

}  // namespace kleber::app
