#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/users_text.hpp"
#include "gateway/base/assert.hpp"
#include "gateway/coming_over/mosca_import.hpp"

// Any bytes are credentials of Mosca, or none; the users are such that their file is read again,
// and each of them is restricted.
namespace kleber::coming_over {
namespace {

void check(std::string_view input) {
    const auto imported = import_mosca("credentials.json", input);
    if (!imported) {
        KLEBER_ASSERT(!imported.error().empty());
        return;
    }
    KLEBER_ASSERT(!text_of(imported->findings).empty());
    for (const auth::User& user : imported->users.all()) {
        KLEBER_ASSERT(!user.admin && !(user.publish.empty() && user.subscribe.empty()));
    }
    const auto again = auth::parse_users({"users.toml", auth::text_of(imported->users)});
    KLEBER_ASSERT(again && *again == imported->users);
}

}  // namespace
}  // namespace kleber::coming_over

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    kleber::coming_over::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
