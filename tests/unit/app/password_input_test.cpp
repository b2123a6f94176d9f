#include "gateway/app/password_input.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string_view>

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {
namespace {

// Of what somebody has written and closed.
Result<Secret, std::string> line_of(std::string_view text) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const runtime::FileDescriptor reading{ends[0]};
    {
        const runtime::FileDescriptor writing{ends[1]};
        EXPECT_EQ(::write(writing.get(), text.data(), text.size()),
                  static_cast<ssize_t>(text.size()));
    }
    return read_password_line(reading.get());
}

TEST(PasswordInput, is_the_first_line) {
    using namespace std::string_view_literals;
    for (const auto& [text, password] :
         {std::pair{"secret\n"sv, "secret"sv}, std::pair{"secret"sv, "secret"sv},
          std::pair{"secret\r\n"sv, "secret"sv}, std::pair{"one\ntwo\n"sv, "one"sv},
          std::pair{" a b \n"sv, " a b "sv}, std::pair{""sv, ""sv}, std::pair{"\n\n"sv, ""sv},
          std::pair{"a\0b\n"sv, "a\0b"sv}}) {
        const auto line = line_of(text);
        ASSERT_TRUE(line);
        EXPECT_EQ(line->bytes(), password);
    }
}

TEST(PasswordInput, has_a_limit) {
    EXPECT_TRUE(line_of(std::string(kPasswordBytesMax, 'x') + "\n"));
    const auto line = line_of(std::string(kPasswordBytesMax + 1, 'x'));
    ASSERT_FALSE(line);
    EXPECT_EQ(line.error(), "a password has at most 1000 bytes");
}

}  // namespace
}  // namespace kleber::app
