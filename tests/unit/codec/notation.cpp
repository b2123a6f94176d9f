#include "tests/unit/codec/notation.hpp"

#include <string>

#include "gateway/base/assert.hpp"
#include "gateway/base/byte_buffer.hpp"

namespace kleber::codec::mqtt {
namespace {

unsigned hex_value(char digit) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    const auto value = kDigits.find(static_cast<char>(digit | 0x20));
    KLEBER_ASSERT(value != std::string_view::npos);
    return static_cast<unsigned>(value);
}

class Parser {
  public:
    explicit Parser(std::string_view notation) : rest_(notation) {}

    // Up to the end, or to the parenthesis that closes a group.
    ByteBuffer parse() {
        ByteBuffer out;
        while (!rest_.empty()) {
            const char next = rest_.front();
            if (next == ')') break;
            rest_.remove_prefix(1);
            if (next == ' ') continue;
            if (next == '\'') {
                out.append(up_to('\''));
            } else if (next == '<') {
                out.text(up_to('>'));
            } else if (next == '(') {
                const ByteBuffer group = parse();
                up_to(')');
                out.varint(static_cast<std::uint32_t>(group.size()));
                out.append(group.bytes());
            } else {
                const unsigned high = hex_value(next);
                KLEBER_ASSERT(!rest_.empty());
                out.u8(static_cast<std::uint8_t>(high << 4 | hex_value(rest_.front())));
                rest_.remove_prefix(1);
            }
        }
        return out;
    }
    bool is_at_end() const { return rest_.empty(); }

  private:
    std::string_view up_to(char end) {
        const auto length = rest_.find(end);
        KLEBER_ASSERT(length != std::string_view::npos);
        const std::string_view text = rest_.substr(0, length);
        rest_.remove_prefix(length + 1);
        return text;
    }

    std::string_view rest_;
};

}  // namespace

std::vector<std::uint8_t> wire(std::string_view notation) {
    Parser parser{notation};
    const ByteBuffer out = parser.parse();
    KLEBER_ASSERT(parser.is_at_end());
    return {out.bytes().begin(), out.bytes().end()};
}

}  // namespace kleber::codec::mqtt
