#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/web/web_folder.hpp"

// What the other side has already, and what it can unpack.
namespace kleber::web {
namespace {

TEST(FileFolderConditions, what_is_known_already_is_not_sent_again) {
    WebFolder folder;
    folder.write("a.js", "let a;");
    const std::string tag = folder.get("/a.js").field("ETag");
    ASSERT_TRUE(tag.size() > 2 && tag.front() == '"' && tag.back() == '"') << tag;
    for (const std::string& condition : {"If-None-Match: " + tag, "If-None-Match: W/" + tag,
                                         std::string{"If-Modified-Since: "} + kModifiedText}) {
        const Answer answer = folder.get("/a.js", {condition});
        EXPECT_EQ(answer.status, 304) << condition;
        EXPECT_EQ(answer.field("ETag"), tag);
        EXPECT_EQ(answer.field("Last-Modified"), kModifiedText);
        EXPECT_EQ(answer.fields.size(), 3U) << "and Cache-Control";
        EXPECT_EQ(folder.ask("HEAD", "/a.js", {condition}).status, 304);
    }
    EXPECT_EQ(folder.get("/a.js", {"If-None-Match: \"other\""}).status, 200);
    EXPECT_EQ(folder.get("/a.js", {"If-Match: " + tag}).status, 200);
    EXPECT_EQ(folder.get("/a.js", {"If-Match: \"other\""}).body,
              "412 Precondition Failed: this file has changed\n");
    EXPECT_EQ(folder.get("/none", {"If-None-Match: *"}).status, 404);
}

TEST(FileFolderConditions, every_change_is_seen) {
    WebFolder folder;
    folder.write("a", "one", kModified, 1);
    const std::string before = folder.get("/a").field("ETag");
    folder.write("a", "two", kModified, 2);
    const std::string later = folder.get("/a").field("ETag");
    EXPECT_NE(later, before) << "a nanosecond later";
    folder.write("a", "three", kModified, 2);
    const std::string longer = folder.get("/a").field("ETag");
    EXPECT_NE(longer, later) << "of another size";
    folder.write("b", "four4", kModified, 2);
    std::filesystem::rename(folder.path("b"), folder.path("a"));
    EXPECT_NE(folder.get("/a").field("ETag"), longer) << "another file";
}

TEST(FileFolderConditions, any_time_of_a_file_can_be_said) {
    WebFolder folder;
    folder.write("old", "a", -1);
    folder.write("far", "a", 15'000'000'000);
    for (const auto* path : {"/old", "/far"}) {
        const Answer answer = folder.get(path);
        EXPECT_EQ(answer.status, 200);
        const std::string modified = answer.field("Last-Modified");
        EXPECT_EQ(modified.size(), 29U) << modified;
        EXPECT_EQ(folder.get(path, {"If-None-Match: " + answer.field("ETag")}).status, 304);
    }
    EXPECT_EQ(folder.get("/old").field("Last-Modified"), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(FileFolderConditions, a_compressed_file_beside_is_sent_to_who_takes_it) {
    WebFolder folder;
    folder.write("a.js", "let a = 1;");
    folder.write("a.js.gz", "packed");
    const Answer packed = folder.get("/a.js", {"Accept-Encoding: gzip, deflate, br"});
    EXPECT_EQ(packed.status, 200);
    EXPECT_EQ(packed.body, "packed");
    EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.field("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(packed.field("Vary"), "Accept-Encoding");

    const Answer plain = folder.get("/a.js", {"Accept-Encoding: gzip;q=0"});
    EXPECT_EQ(plain.body, "let a = 1;");
    EXPECT_EQ(plain.field("Content-Encoding"), "");
    EXPECT_EQ(plain.field("Vary"), "Accept-Encoding");
    EXPECT_EQ(folder.get("/a.js").body, "let a = 1;");

    EXPECT_NE(plain.field("ETag"), packed.field("ETag")) << "not the same bytes";
    const std::string known = "If-None-Match: " + packed.field("ETag");
    const Answer again = folder.get("/a.js", {"Accept-Encoding: gzip", known});
    EXPECT_EQ(again.status, 304);
    EXPECT_EQ(again.field("Vary"), "Accept-Encoding");
    EXPECT_EQ(folder.get("/a.js", {known}).status, 200);

    const Answer itself = folder.get("/a.js.gz", {"Accept-Encoding: gzip"});
    EXPECT_EQ(itself.field("Content-Type"), "application/gzip");
    EXPECT_EQ(itself.field("Content-Encoding"), "");
}

TEST(FileFolderConditions, an_index_may_be_compressed_too) {
    WebFolder folder;
    folder.write("index.html", "<h1>home</h1>");
    folder.write("index.html.gz", "packed");
    EXPECT_EQ(folder.get("/", {"Accept-Encoding: gzip"}).body, "packed");
}

TEST(FileFolderConditions, an_older_compressed_file_is_of_an_older_file) {
    WebFolder folder;
    folder.write("a.js", "new", kModified, 5);
    folder.write("a.js.gz", "packed", kModified, 4);
    const Answer answer = folder.get("/a.js", {"Accept-Encoding: gzip"});
    EXPECT_EQ(answer.body, "new");
    EXPECT_EQ(answer.field("Vary"), "");
    folder.write("a.js.gz", "packed", kModified, 5);
    EXPECT_EQ(folder.get("/a.js", {"Accept-Encoding: gzip"}).body, "packed");
}

TEST(FileFolderConditions, a_compressed_file_alone_stands_for_nothing_else) {
    WebFolder folder;
    folder.write("a.js.gz", "packed");
    folder.make_folder("b.gz");
    folder.write("b", "plain");
    EXPECT_EQ(folder.get("/a.js", {"Accept-Encoding: gzip"}).status, 404);
    EXPECT_EQ(folder.get("/b", {"Accept-Encoding: gzip"}).body, "plain");
}

}  // namespace
}  // namespace kleber::web
