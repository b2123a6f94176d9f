#include "gateway/app/password_input.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

constexpr char kInterrupt = 0x03;  // Ctrl-C
constexpr char kEndOfInput = 0x04;
constexpr char kBackspace = 0x08;
constexpr char kDelete = 0x7F;

// The terminal gives every key as it comes and shows none, until this goes: also Ctrl-C, which
// would leave it like that.
class SilentTerminal {
  public:
    explicit SilentTerminal(int terminal) : terminal_(terminal) {
        is_silent_ = ::tcgetattr(terminal_, &before_) == 0;
        if (!is_silent_) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        silent.c_cc[VMIN] = 1;
        silent.c_cc[VTIME] = 0;
        is_silent_ = ::tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
    }
    ~SilentTerminal() {
        if (is_silent_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;

    bool is_silent() const { return is_silent_; }

  private:
    const int terminal_;
    termios before_{};
    bool is_silent_ = false;
};

// What is typed or read, in one place that is wiped.
class Line {
  public:
    ~Line() {
        volatile char* const bytes = bytes_.data();
        for (std::size_t at = 0; at < bytes_.size(); ++at) bytes[at] = '\0';
    }

    bool add(char letter) {
        if (size_ == bytes_.size()) return false;
        bytes_[size_++] = letter;
        return true;
    }
    // A character may be several bytes.
    void remove_last() {
        while (size_ > 0 && (bytes_[--size_] & 0xC0) == 0x80) {
        }
    }
    std::string_view text() const { return {bytes_.data(), size_}; }

  private:
    std::array<char, kPasswordBytesMax> bytes_{};
    std::size_t size_ = 0;
};

auto too_long() {
    return fail("a password has at most " + std::to_string(kPasswordBytesMax) + " bytes");
}

// True if there was one.
bool read_byte(int descriptor, char& byte) {
    ssize_t count = 0;
    do {
        count = ::read(descriptor, &byte, 1);
    } while (count < 0 && errno == EINTR);
    return count == 1;
}

void say(int terminal, std::string_view text) {
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

Result<Secret, std::string> type(int terminal, const std::string& prompt) {
    say(terminal, prompt);
    Line line;
    char letter = 0;
    while (true) {
        if (!read_byte(terminal, letter) || letter == kInterrupt || letter == kEndOfInput) {
            say(terminal, "\n");
            return fail(std::string{"no password was typed"});
        }
        if (letter == '\n' || letter == '\r') break;
        if (letter == kBackspace || letter == kDelete) {
            line.remove_last();
        } else if (!line.add(letter)) {
            say(terminal, "\n");
            return too_long();
        }
    }
    say(terminal, "\n");
    return Secret{line.text()};
}

}  // namespace

Result<Secret, std::string> ask_for_password(const std::string& user) {
    const runtime::FileDescriptor terminal{::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    if (!terminal.is_open()) {
        return fail(
            std::string{"there is no terminal to ask for a password at: use "
                        "--password-stdin or --generate"});
    }
    const SilentTerminal silent{terminal.get()};
    if (!silent.is_silent()) return fail(std::string{"the terminal cannot be kept from showing"});
    auto password = type(terminal.get(), "Password for " + text::excerpt(user) + ": ");
    if (!password) return password;
    const auto again = type(terminal.get(), "The same again: ");
    if (!again) return fail(again.error());
    if (password->bytes() != again->bytes()) {
        return fail(std::string{"the two passwords differ"});
    }
    return password;
}

Result<Secret, std::string> read_password_line(int descriptor) {
    Line line;
    for (char letter = 0; read_byte(descriptor, letter) && letter != '\n';) {
        if (!line.add(letter)) return too_long();
    }
    std::string_view text = line.text();
    if (text.ends_with('\r')) text.remove_suffix(1);
    return Secret{text};
}

}  // namespace kleber::app
