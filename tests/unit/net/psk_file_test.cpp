#include "gateway/net/psk_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/support/temporary_folder.hpp"

namespace kleber::net {
namespace {

class PskFileTest : public testing::Test {
  protected:
    Result<FindPsk, std::string> read(const std::string& text) {
        std::ofstream{path_, std::ios::binary} << text;
        return read_psk_file(path_);
    }

    const support::TemporaryFolder folder_;
    const std::string path_ = folder_.file("psk.txt");
};

TEST_F(PskFileTest, finds_a_key_by_its_name) {
    const auto keys =
        read("# sensors\n\nhall:0011223344556677\r\nküche:of:anna:00112233445566AAbb\n");
    ASSERT_TRUE(keys.has_value()) << keys.error();
    EXPECT_EQ((*keys)("hall"),
              (std::vector<std::uint8_t>{0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77}));
    EXPECT_EQ((*keys)("küche:of:anna")->back(), 0xBB);
    EXPECT_EQ((*keys)("# sensors"), std::nullopt);
    EXPECT_EQ((*keys)(""), std::nullopt);
}

TEST_F(PskFileTest, says_which_line_is_wrong_and_nothing_of_it) {
    const std::string key = "0011223344556677";
    for (const auto& [line, problem] : std::vector<std::pair<std::string, std::string>>{
             {"hall", "expected NAME:KEY"},
             {":" + key, "expected NAME:KEY"},
             {std::string(129, 'x') + ":" + key, "expected NAME:KEY"},
             {"k\xFC"
              "che:" +
                  key,
              "the name is not UTF-8"},
             {std::string("a\0b:", 4) + key, "the name is not UTF-8"},
             {"hall:001122334455667", "the key is not 8 to 256 bytes in hexadecimal digits"},
             {"hall:00112233445566", "the key is not 8 to 256 bytes in hexadecimal digits"},
             {"hall:001122334455667g", "the key is not 8 to 256 bytes in hexadecimal digits"},
             {"hall:" + std::string(514, 'a'),
              "the key is not 8 to 256 bytes in hexadecimal digits"},
             {"first:" + key, "this name has a key already"},
         }) {
        const auto keys = read("first:" + key + "\n" + line + "\n");
        ASSERT_FALSE(keys.has_value()) << line;
        EXPECT_EQ(keys.error(), path_ + ":2: " + problem);
    }
    EXPECT_EQ(read_psk_file(folder_.file("none")).error(),
              folder_.file("none") + ": No such file or directory");
}

}  // namespace
}  // namespace kleber::net
