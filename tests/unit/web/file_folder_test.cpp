#include "gateway/web/file_folder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/unit/web/web_folder.hpp"

namespace kleber::web {
namespace {

TEST(FileFolder, answers_with_a_file) {
    WebFolder folder;
    folder.write("js/app.js", "let a = 1;\n");
    const Answer answer = folder.get("/js/app.js?v=1");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "let a = 1;\n");
    EXPECT_EQ(answer.field("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(answer.field("Content-Length"), "11");
    EXPECT_EQ(answer.field("Last-Modified"), kModifiedText);
    EXPECT_EQ(answer.field("Accept-Ranges"), "bytes");
    EXPECT_EQ(answer.field("Content-Encoding"), "");
    EXPECT_EQ(answer.field("Vary"), "");

    folder.write("empty", "");
    EXPECT_EQ(folder.get("/empty").status, 200);
    EXPECT_EQ(folder.get("/empty").field("Content-Length"), "0");
}

TEST(FileFolder, finds_a_file_by_its_decoded_name) {
    WebFolder folder;
    folder.write("two words/100%.txt", "found");
    folder.write("%41", "itself");
    EXPECT_EQ(folder.get("/two%20words/100%25.txt").body, "found");
    EXPECT_EQ(folder.get("/%2541").body, "itself");
    EXPECT_EQ(folder.get("/%41").status, 404);
    EXPECT_EQ(folder.get("/two%20words/100%.txt").status, 400);
}

TEST(FileFolder, has_an_index_and_no_lists) {
    WebFolder folder;
    folder.write("index.html", "<h1>home</h1>");
    folder.write("a/index.html", "<h1>a</h1>");
    folder.write("b/c.txt", "c");
    folder.make_folder("d/index.html");
    EXPECT_EQ(folder.get("/").body, "<h1>home</h1>");
    EXPECT_EQ(folder.get("/").field("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(folder.get("/a/").body, "<h1>a</h1>");
    EXPECT_EQ(folder.get("/a/index.html").body, "<h1>a</h1>");
    for (const auto* path : {"/b/", "/d/", "/e/", "/a/index.html/", "/a/index.html/b"}) {
        EXPECT_EQ(folder.get(path).status, 404) << path;
    }
}

TEST(FileFolder, sends_to_a_folder_with_its_slash) {
    WebFolder folder;
    folder.make_folder("a/b c");
    folder.make_folder("evil.example");
    const Answer answer = folder.get("/a/b%20c?x=//y");
    EXPECT_EQ(answer.status, 301);
    EXPECT_EQ(answer.field("Location"), "/a/b%20c/?x=//y");
    EXPECT_EQ(answer.body, "301 Moved Permanently: this is a folder, see /a/b%20c/\n");
    EXPECT_EQ(folder.get("/a").field("Location"), "/a/");
    EXPECT_EQ(folder.get("/evil.example").field("Location"), "/evil.example/");
    // Where a browser would go to another host.
    for (const auto* path : {"//evil.example", "//evil.example/", "///evil.example",
                             "/\\evil.example", "/%5cevil.example", "/%2fevil.example"}) {
        const Answer refused = folder.get(path);
        EXPECT_EQ(refused.status, 404) << path;
        EXPECT_EQ(refused.field("Location"), "") << path;
    }
}

TEST(FileFolder, head_is_get_without_a_body) {
    WebFolder folder;
    folder.write("a.css", "b{}");
    folder.make_folder("folder");
    for (const auto* path : {"/a.css", "/folder", "/none", "/%zz"}) {
        const Answer get = folder.get(path);
        const Answer head = folder.ask("HEAD", path);
        EXPECT_EQ(head.status, get.status) << path;
        EXPECT_EQ(head.fields, get.fields) << path;
        EXPECT_FALSE(head.has_body) << path;
    }
}

TEST(FileFolder, does_nothing_else) {
    WebFolder folder;
    folder.write("a", "a");
    for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "PROPFIND"}) {
        const Answer answer = folder.ask(method, "/a");
        EXPECT_EQ(answer.status, 405) << method;
        EXPECT_EQ(answer.field("Allow"), "GET, HEAD") << method;
    }
}

TEST(FileFolder, says_what_is_wrong_in_words) {
    WebFolder folder;
    EXPECT_EQ(folder.get("/none").body, "404 Not Found: nothing of this name is here\n");
    EXPECT_EQ(folder.get("/%").body, "400 Bad Request: this address makes no sense\n");
    EXPECT_EQ(folder.get("/none/none").status, 404);
    EXPECT_EQ(folder.get("/" + std::string(256, 'a')).status, 404) << "longer than a name";
    std::string deep;
    for (int level = 0; level < 3000; ++level) deep += "/a";
    EXPECT_EQ(folder.get(deep).status, 404);
}

// While it lives, this process is nobody special: root may read everything.
class Nobody {
  public:
    Nobody() {
        if (::geteuid() == 0) was_root_ = ::seteuid(65534) == 0;
    }
    ~Nobody() { EXPECT_TRUE(!was_root_ || ::seteuid(0) == 0); }
    Nobody(const Nobody&) = delete;
    Nobody& operator=(const Nobody&) = delete;

  private:
    bool was_root_ = false;
};

TEST(FileFolder, tells_what_may_not_be_read) {
    WebFolder folder;
    folder.write("secret", "a");
    folder.write("closed/a", "a");
    ::chmod(folder.path("..").c_str(), 0755);
    ::chmod(folder.path("secret").c_str(), 0);
    ::chmod(folder.path("closed").c_str(), 0);
    {
        const Nobody nobody;
        EXPECT_EQ(folder.get("/secret").body,
                  "403 Forbidden: the gateway may not read this file\n");
        EXPECT_EQ(folder.get("/closed/a").status, 403);
        const auto files = FileFolder::create(folder.path("closed"));
        ASSERT_FALSE(files.has_value());
        EXPECT_TRUE(files.error().ends_with("/closed: Permission denied")) << files.error();
    }
    ::chmod(folder.path("closed").c_str(), 0755);
}

TEST(FileFolder, needs_a_folder_at_the_start) {
    WebFolder folder;
    folder.write("a", "a");
    const std::pair<std::string, std::string> rows[] = {
        {folder.path("none"), "No such file or directory"},
        {folder.path("a"), "Not a directory"},
        {"", "No such file or directory"},
    };
    for (const auto& [path, why] : rows) {
        const auto files = FileFolder::create(path);
        ASSERT_FALSE(files.has_value()) << path;
        EXPECT_EQ(files.error(), "cannot serve files from " + path + ": " + why);
    }
}

TEST(FileFolder, may_be_exchanged_while_it_is_served) {
    WebFolder folder;
    folder.write("1/a", "old");
    folder.write("2/a", "new");
    folder.link("1", "current");
    const auto files = FileFolder::create(folder.path("current"));
    ASSERT_TRUE(files.has_value());
    const codec::http::RequestHead request{
        .method = "GET", .path = "/a", .query = {}, .fields = {}};
    EXPECT_EQ(read_all(*files->answer(request).body, 8), "old");
    std::filesystem::remove(folder.path("current"));
    EXPECT_TRUE(files->answer(request).head.starts_with("HTTP/1.1 404 "));
    folder.link("2", "current");
    EXPECT_EQ(read_all(*files->answer(request).body, 8), "new");
}

}  // namespace
}  // namespace kleber::web
