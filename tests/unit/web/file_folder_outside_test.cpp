#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <thread>

#include "gateway/runtime/file_descriptor.hpp"
#include "tests/unit/web/web_folder.hpp"

// Nothing is served but the regular files of the folder.
namespace kleber::web {
namespace {

// Each is the other from one moment to the next.
void exchange(const std::string& a, const std::string& b) {
    EXPECT_EQ(::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE), 0);
}

TEST(FileFolderOutside, no_path_leads_out) {
    WebFolder folder;
    folder.write("../secret", "secret");
    folder.write("a/b", "b");
    for (const auto* path : {
             "/../secret",
             "/a/../../secret",
             "/a/../b",
             "/./a/b",
             "/a/./b",
             "/%2e%2e/secret",
             "/%2E%2E/secret",
             "/.%2e/secret",
             "/%2e./secret",
             "/..%2fsecret",
             "/..%2Fsecret",
             "/..%5csecret",
             "/..\\secret",
             "/a%2f..%2f..%2fsecret",
             "/%252e%252e/secret",
             "/%252e%252e%252fsecret",
             "/..;/secret",
             "/...//secret",
             "/..././secret",
             "/%c0%ae%c0%ae/secret",
             "/%e0%80%ae%e0%80%ae/secret",
             "/%uff0e%uff0e/secret",
             "//secret",
             "//../secret",
             "/a//b",
             "//etc/passwd",
             "/etc/passwd",
             "/%2fetc%2fpasswd",
             "/%2f%2fetc/passwd",
             "/a/b/../../../secret",
             "/..",
             "/../",
             "/.",
             "/./",
             "/~root/",
             "/proc/self/environ",
         }) {
        const Answer answer = folder.get(path);
        EXPECT_TRUE(answer.status == 404 || answer.status == 400) << path << answer.status;
        EXPECT_EQ(answer.body.find("secret"), std::string::npos) << path;
    }
    // The file's own whole path, and all that is above.
    EXPECT_EQ(folder.get(folder.path("a/b")).status, 404);
    EXPECT_EQ(folder.get("/" + folder.path("a/b")).status, 404);
    std::string up;
    for (int level = 0; level < 64; ++level) {
        up += "/..";
        EXPECT_EQ(folder.get(up + "/etc/passwd").status, 404);
    }
}

TEST(FileFolderOutside, links_are_not_followed) {
    WebFolder folder;
    folder.write("../secret", "secret");
    folder.write("../other/a", "secret");
    folder.write("a/b", "b");
    folder.link("../secret", "file");
    folder.link("/etc/passwd", "passwd");
    folder.link("../other", "other");
    folder.link("/", "top");
    folder.link("a/b", "inside");
    folder.link("a", "folder");
    folder.link("loop", "loop");
    folder.link("none", "dangling");
    folder.link("../b", "a/up");
    for (const auto* path : {"/file", "/passwd", "/other", "/other/", "/other/a", "/top/etc/passwd",
                             "/top/", "/inside", "/folder", "/folder/", "/folder/b", "/loop",
                             "/loop/", "/loop/a", "/dangling", "/a/up"}) {
        EXPECT_EQ(folder.get(path).status, 404) << path;
    }
    EXPECT_EQ(folder.get("/a/b").body, "b");
}

TEST(FileFolderOutside, an_index_or_a_compressed_file_is_no_way_around) {
    WebFolder folder;
    folder.write("../secret", "secret");
    folder.link("../secret", "index.html");
    folder.make_folder("a");
    folder.link("../../secret", "a/index.html");
    folder.write("b.txt", "b");
    folder.link("../secret", "b.txt.gz");
    EXPECT_EQ(folder.get("/").status, 404);
    EXPECT_EQ(folder.get("/a/").status, 404);
    const Answer answer = folder.get("/b.txt", {"Accept-Encoding: gzip"});
    EXPECT_EQ(answer.body, "b");
    EXPECT_EQ(answer.field("Vary"), "");
}

TEST(FileFolderOutside, hidden_files_are_not_there) {
    WebFolder folder;
    folder.write(".htpasswd", "a");
    folder.write(".git/config", "a");
    folder.write("a/.env", "a");
    folder.write("a/.well-known/b", "a");
    folder.write(".well-known/acme-challenge/token", "served");
    folder.write(".well-known/.hidden", "a");
    for (const auto* path : {"/.htpasswd", "/%2ehtpasswd", "/.git/config", "/.git", "/.git/",
                             "/a/.env", "/a/.well-known/b", "/.well-known/.hidden"}) {
        EXPECT_EQ(folder.get(path).status, 404) << path;
    }
    EXPECT_EQ(folder.get("/.well-known/acme-challenge/token").body, "served");
}

TEST(FileFolderOutside, a_name_that_changes_its_meaning_leads_nowhere) {
    constexpr int kRequests = 400;
    WebFolder folder;
    folder.write("../secret", "secret");
    folder.write("../other/b", "secret");
    folder.write("a", "public");
    folder.link("../secret", "a2");
    folder.write("f/b", "public");
    folder.link("../other", "f2");
    std::atomic<bool> is_over = false;
    std::thread changing{[&] {
        while (!is_over) {
            exchange(folder.path("a"), folder.path("a2"));
            exchange(folder.path("f"), folder.path("f2"));
        }
    }};
    for (int request = 0; request < kRequests; ++request) {
        for (const auto* path : {"/a", "/f/b"}) {
            const Answer answer = folder.get(path);
            EXPECT_TRUE(answer.status == 404 || answer.body == "public") << answer.body;
        }
    }
    is_over = true;
    changing.join();
}

TEST(FileFolderOutside, what_is_no_file_is_not_opened) {
    WebFolder folder;
    // Opening either would wait, or wake up who waits at the other end.
    folder.make_pipe("pipe");
    folder.make_pipe("page.gz");
    folder.write("page", "page");
    EXPECT_EQ(folder.get("/pipe").status, 404);
    EXPECT_EQ(folder.get("/page", {"Accept-Encoding: gzip"}).body, "page");

    const runtime::FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder.path("socket");
    ASSERT_LT(path.size(), sizeof address.sun_path);
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    ASSERT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(folder.get("/socket").status, 404);
}

}  // namespace
}  // namespace kleber::web
