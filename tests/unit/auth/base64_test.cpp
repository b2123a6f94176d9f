#include "gateway/auth/base64.hpp"

#include <gmock/gmock.h>

namespace kleber::auth {
namespace {

TEST(Base64, writes_and_reads_the_examples_of_rfc_4648) {
    const std::pair<const char*, const char*> rows[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
    };
    for (const auto& [bytes, text] : rows) {
        EXPECT_EQ(to_base64(bytes, Padding::Equals), text);
        EXPECT_EQ(from_base64(text, Padding::Equals), bytes);
        std::string bare{text};
        bare.erase(std::min(bare.find('='), bare.size()));
        EXPECT_EQ(to_base64(bytes, Padding::None), bare);
        EXPECT_EQ(from_base64(bare, Padding::None), bytes);
    }
    EXPECT_EQ(to_base64("\xFB\xFF\xBF", Padding::None), "+/+/");
}

TEST(Base64, takes_one_form_of_each_text) {
    for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Z", "Z===", "=", "====", "Zm9v\n",
                             "Zm9v ", " Zm9v", "Zm-_", "Zm8=Zm8=", "Zm9v===="}) {
        EXPECT_EQ(from_base64(text, Padding::Equals), std::nullopt) << text;
    }
    for (const char* text : {"Zg==", "Zm8=", "Zh", "Z", "Zm9v="}) {
        EXPECT_EQ(from_base64(text, Padding::None), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace kleber::auth
