#include "gateway/web/file_body.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "tests/unit/web/web_folder.hpp"

namespace kleber::web {
namespace {

FileBody body_of(const WebFolder& folder, std::uint64_t offset, std::uint64_t size_bytes) {
    return {runtime::FileDescriptor{::open(folder.path("a").c_str(), O_RDONLY | O_CLOEXEC)}, offset,
            size_bytes};
}

TEST(FileBody, is_read_in_pieces_of_any_size) {
    WebFolder folder;
    folder.write("a", "0123456789");
    for (std::size_t piece = 1; piece <= 12; ++piece) {
        FileBody all = body_of(folder, 0, 10);
        EXPECT_EQ(read_all(all, piece), "0123456789") << piece;
        FileBody part = body_of(folder, 3, 4);
        EXPECT_EQ(read_all(part, piece), "3456") << piece;
    }
    FileBody nothing = body_of(folder, 3, 0);
    EXPECT_EQ(read_all(nothing, 4), "");
}

TEST(FileBody, ends_early_where_the_file_does) {
    WebFolder folder;
    folder.write("a", "0123456789");
    FileBody body = body_of(folder, 0, 10);
    std::vector<std::uint8_t> room(4);
    EXPECT_EQ(body.read(room), 4U);
    std::filesystem::resize_file(folder.path("a"), 6);
    EXPECT_EQ(body.read(room), 2U) << "what is still there";
    EXPECT_EQ(body.read(room), 0U);
    std::filesystem::resize_file(folder.path("a"), 10);
    EXPECT_EQ(body.read(room), 0U) << "an end is an end";
}

TEST(FileBody, does_not_go_on_where_the_file_does) {
    WebFolder folder;
    folder.write("a", "0123");
    FileBody body = body_of(folder, 0, 4);
    folder.write("a", "01234567");
    EXPECT_EQ(read_all(body, 16), "0123");
}

TEST(FileBody, ends_where_nothing_can_be_read) {
    FileBody body{runtime::FileDescriptor{}, 0, 10};
    std::vector<std::uint8_t> room(4);
    EXPECT_EQ(body.read(room), 0U);
}

TEST(TextBody, is_read_in_pieces) {
    for (std::size_t piece = 1; piece <= 8; ++piece) {
        TextBody body{"sorry\n"};
        EXPECT_EQ(read_all(body, piece), "sorry\n") << piece;
    }
}

}  // namespace
}  // namespace kleber::web
