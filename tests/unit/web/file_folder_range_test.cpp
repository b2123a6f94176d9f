#include <gtest/gtest.h>

#include <filesystem>
#include <vector>

#include "tests/unit/web/web_folder.hpp"

namespace kleber::web {
namespace {

TEST(FileFolderRange, a_part_is_sent) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    const Answer middle = folder.get("/a.txt", {"Range: bytes=2-5"});
    EXPECT_EQ(middle.status, 206);
    EXPECT_EQ(middle.body, "2345");
    EXPECT_EQ(middle.field("Content-Range"), "bytes 2-5/10");
    EXPECT_EQ(middle.field("Content-Length"), "4");
    EXPECT_EQ(middle.field("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(middle.field("ETag"), folder.get("/a.txt").field("ETag"));

    EXPECT_EQ(folder.get("/a.txt", {"Range: bytes=7-"}).body, "789");
    EXPECT_EQ(folder.get("/a.txt", {"Range: bytes=-3"}).body, "789");
    EXPECT_EQ(folder.get("/a.txt", {"Range: bytes=0-"}).status, 206);
    EXPECT_EQ(folder.get("/a.txt", {"Range: bytes=0-0"}).body, "0");
}

TEST(FileFolderRange, what_lies_behind_the_end_is_refused) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    const Answer answer = folder.get("/a.txt", {"Range: bytes=10-"});
    EXPECT_EQ(answer.status, 416);
    EXPECT_EQ(answer.field("Content-Range"), "bytes */10");
    EXPECT_EQ(answer.body, "416 Range Not Satisfiable: this file has 10 bytes\n");
    folder.write("empty", "");
    EXPECT_EQ(folder.get("/empty", {"Range: bytes=0-"}).field("Content-Range"), "bytes */0");
}

TEST(FileFolderRange, all_is_sent_where_no_part_is_understood) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    for (const auto* range :
         {"Range: bytes=0-1,4-5", "Range: bytes=5-2", "Range: lines=1-2", "Range: nonsense"}) {
        const Answer answer = folder.get("/a.txt", {range});
        EXPECT_EQ(answer.status, 200) << range;
        EXPECT_EQ(answer.body, "0123456789") << range;
        EXPECT_EQ(answer.field("Content-Range"), "") << range;
    }
    const Answer head = folder.ask("HEAD", "/a.txt", {"Range: bytes=0-1"});
    EXPECT_EQ(head.status, 200) << "a range is GET's";
    EXPECT_EQ(head.field("Content-Length"), "10");
}

TEST(FileFolderRange, holds_for_the_file_that_was_meant) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    const std::string tag = folder.get("/a.txt").field("ETag");
    const std::string range = "Range: bytes=0-1";
    EXPECT_EQ(folder.get("/a.txt", {range, "If-Range: " + tag}).body, "01");
    EXPECT_EQ(folder.get("/a.txt", {range, std::string{"If-Range: "} + kModifiedText}).body, "01");
    EXPECT_EQ(folder.get("/a.txt", {range, "If-Range: W/" + tag}).body, "0123456789");
    EXPECT_EQ(folder.get("/a.txt", {"Range: bytes=99-", "If-Range: \"x\""}).status, 200);
    EXPECT_EQ(folder.get("/a.txt", {range, "If-None-Match: " + tag}).status, 304);
    EXPECT_EQ(folder.get("/a.txt", {range, "If-Match: \"x\""}).status, 412);
}

TEST(FileFolderRange, is_of_what_is_sent) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    folder.write("a.txt.gz", "packed");
    const Answer answer = folder.get("/a.txt", {"Range: bytes=1-2", "Accept-Encoding: gzip"});
    EXPECT_EQ(answer.status, 206);
    EXPECT_EQ(answer.body, "ac");
    EXPECT_EQ(answer.field("Content-Range"), "bytes 1-2/6");
    EXPECT_EQ(answer.field("Content-Encoding"), "gzip");
}

TEST(FileFolderRange, may_be_beyond_what_32_bits_count) {
    WebFolder folder;
    folder.write("large", "");
    constexpr std::uint64_t kSize = (std::uint64_t{5} << 30) + 3;
    std::error_code error;
    std::filesystem::resize_file(folder.path("large"), kSize, error);
    ASSERT_FALSE(error) << error.message();
    const Answer answer = folder.get("/large", {"Range: bytes=-5"});
    EXPECT_EQ(answer.status, 206);
    EXPECT_EQ(answer.body, std::string(5, '\0'));
    EXPECT_EQ(answer.field("Content-Range"), "bytes 5368709118-5368709122/5368709123");
}

TEST(FileFolderRange, a_file_that_shrinks_ends_early) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    const net::HttpAnswer answer = folder.raw("GET", "/a.txt");
    EXPECT_NE(answer.head.find("Content-Length: 10\r\n"), std::string::npos);
    std::vector<std::uint8_t> room(4);
    EXPECT_EQ(answer.body->read(room), 4U);
    folder.write("a.txt", "01234");
    EXPECT_EQ(answer.body->read(room), 1U);
    EXPECT_EQ(answer.body->read(room), 0U);
}

TEST(FileFolderRange, a_file_that_is_replaced_is_sent_as_it_was) {
    WebFolder folder;
    folder.write("a.txt", "0123456789");
    const net::HttpAnswer answer = folder.raw("GET", "/a.txt");
    folder.write("b.txt", "new");
    std::filesystem::rename(folder.path("b.txt"), folder.path("a.txt"));
    EXPECT_EQ(read_all(*answer.body, 4), "0123456789");
    EXPECT_EQ(folder.get("/a.txt").body, "new");
}

}  // namespace
}  // namespace kleber::web
