#include "gateway/web/file_path.hpp"

#include <gtest/gtest.h>

namespace kleber::web {
namespace {

using Names = std::vector<std::string>;

TEST(FilePath, is_the_names_between_the_slashes) {
    struct Row {
        const char* path;
        Names names;
        bool is_folder;
    };
    const Row rows[] = {
        {"/", {}, true},
        {"/a", {"a"}, false},
        {"/a/", {"a"}, true},
        {"/a/b.js", {"a", "b.js"}, false},
        {"/a%20b", {"a b"}, false},
        {"/%41%2E%7a", {"A.z"}, false},
        {"/gr%C3%BCn", {"grün"}, false},
        {"/grün", {"grün"}, false},
        {"/a+b", {"a+b"}, false},
        {"/%252e%252e", {"%2e%2e"}, false},  // read once
        {"/a..", {"a.."}, false},
        {"/a.b/c.", {"a.b", "c."}, false},
        {"/C:", {"C:"}, false},
        {"/.well-known/security.txt", {".well-known", "security.txt"}, false},
        {"/%2ewell-known/", {".well-known"}, true},
    };
    for (const Row& row : rows) {
        const auto path = file_path_from(row.path);
        ASSERT_TRUE(path.has_value()) << row.path;
        EXPECT_EQ(path->names, row.names) << row.path;
        EXPECT_EQ(path->is_folder, row.is_folder) << row.path;
    }
}

TEST(FilePath, is_refused_where_it_is_none_or_leads_elsewhere) {
    const std::pair<std::string, int> rows[] = {
        {"", 400},
        {"a", 400},
        {"%2fa", 400},
        {"/%", 400},
        {"/%2", 400},
        {"/%zz", 400},
        {"/%+1", 400},
        {"/a%2/b", 400},
        {"/a%00", 400},
        {"/a%00.html", 400},
        {std::string{"/a\0b", 4}, 400},
        {"/.", 404},
        {"/..", 404},
        {"/../etc/passwd", 404},
        {"/a/../b", 404},
        {"/a/..", 404},
        {"/a/../", 404},
        {"/%2e%2e/etc/passwd", 404},
        {"/.%2e/etc/passwd", 404},
        {"/%2e", 404},
        {"/...", 404},
        {"/..%2fetc/passwd", 404},
        {"/..%2Fetc/passwd", 404},
        {"/a%2fb", 404},
        {"/%2fetc%2fpasswd", 404},
        {"//", 404},
        {"//etc/passwd", 404},
        {"/a//b", 404},
        {"/a//", 404},
        {"/..\\etc", 404},
        {"/a\\..\\b", 404},
        {"/a%5c..%5cb", 404},
        {"/\\evil.example/", 404},
        {"/.git/config", 404},
        {"/a/.htpasswd", 404},
        {"/%2egit/config", 404},
        {"/a/.well-known/b", 404},
        {"/.well-known-not/b", 404},
    };
    for (const auto& [path, status] : rows) {
        const auto result = file_path_from(path);
        ASSERT_FALSE(result.has_value()) << path;
        EXPECT_EQ(result.error(), status) << path;
    }
}

TEST(FilePath, of_a_folder_is_plain_for_everybody) {
    EXPECT_EQ(folder_target({}), "/");
    EXPECT_EQ(folder_target({.names = {"a", "b-c._~9"}}), "/a/b-c._~9/");
    EXPECT_EQ(folder_target({.names = {"a b\r\nC: d", "ü%?#\"<"}}),
              "/a%20b%0D%0AC%3A%20d/%C3%BC%25%3F%23%22%3C/");
}

TEST(FilePath, of_a_folder_means_the_same_again) {
    std::string every;
    for (int byte = 1; byte < 256; ++byte) {
        if (byte != '/' && byte != '\\') every += static_cast<char>(byte);
    }
    const auto again = file_path_from(folder_target({.names = {"x" + every, every}}));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->names, (Names{"x" + every, every}));
    EXPECT_TRUE(again->is_folder);
}

}  // namespace
}  // namespace kleber::web
