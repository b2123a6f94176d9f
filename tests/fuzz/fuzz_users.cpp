#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/users_text.hpp"
#include "gateway/base/assert.hpp"

// Any bytes are a table of users, or errors that can be shown; a table is read again as it was
// written.
namespace kleber::auth {
namespace {

void check(std::string_view input) {
    const auto users = parse_users({"users.toml", std::string{input}});
    if (!users) {
        KLEBER_ASSERT(!render(users.error()).empty());
        return;
    }
    const auto again = parse_users({"users.toml", text_of(*users)});
    KLEBER_ASSERT(again && *again == *users);
}

}  // namespace
}  // namespace kleber::auth

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::auth::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
