#include "tests/unit/web/web_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "gateway/codec/http/request_head.hpp"

namespace kleber::web {
namespace {

// Most files here are read in more than one piece.
constexpr std::size_t kPiece = 7;

Answer taken_apart(const std::string& head) {
    Answer answer;
    EXPECT_TRUE(head.starts_with("HTTP/1.1 ")) << head;
    EXPECT_TRUE(head.ends_with("\r\n\r\n")) << head;
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t at = head.find("\r\n") + 2;
    while (at + 2 < head.size()) {
        const std::size_t end = head.find("\r\n", at);
        const std::size_t colon = head.find(": ", at);
        EXPECT_LT(colon, end) << head;
        const std::string name = head.substr(at, colon - at);
        EXPECT_FALSE(answer.fields.contains(name)) << head;
        answer.fields[name] = head.substr(colon + 2, end - colon - 2);
        at = end + 2;
    }
    EXPECT_FALSE(answer.fields.contains("Connection")) << "is the link's";
    return answer;
}

}  // namespace

std::string Answer::field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? "" : found->second;
}

WebFolder::WebFolder() : root_(temporary_.file("www")) {
    std::filesystem::create_directory(root_);
}

void WebFolder::write(const std::string& name, const std::string& content, std::int64_t modified,
                      std::int64_t nanoseconds) const {
    std::filesystem::create_directories(std::filesystem::path{path(name)}.parent_path());
    std::ofstream{path(name), std::ios::binary} << content;
    timespec time{};
    time.tv_sec = static_cast<time_t>(modified);
    time.tv_nsec = static_cast<long>(nanoseconds);
    const std::array<timespec, 2> times{time, time};
    EXPECT_EQ(::utimensat(AT_FDCWD, path(name).c_str(), times.data(), 0), 0) << name;
}

void WebFolder::link(const std::string& target, const std::string& name) const {
    std::filesystem::create_symlink(target, path(name));
}

void WebFolder::make_folder(const std::string& name) const {
    std::filesystem::create_directories(path(name));
}

void WebFolder::make_pipe(const std::string& name) const {
    EXPECT_EQ(::mkfifo(path(name).c_str(), 0666), 0);
}

net::HttpAnswer WebFolder::raw(const std::string& method, const std::string& target,
                               const std::vector<std::string>& fields) const {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: pi\r\n";
    for (const std::string& field : fields) text += field + "\r\n";
    text += "\r\n";
    const auto request = codec::http::next_head(as_bytes(text));
    EXPECT_EQ(request.outcome, codec::http::HeadOutcome::Complete) << text;
    const auto files = FileFolder::create(root_);
    EXPECT_TRUE(files.has_value());
    return files->answer(request.head);
}

Answer WebFolder::ask(const std::string& method, const std::string& target,
                      const std::vector<std::string>& fields) const {
    const net::HttpAnswer raw_answer = raw(method, target, fields);
    Answer answer = taken_apart(raw_answer.head);
    answer.has_body = raw_answer.body != nullptr;
    if (answer.has_body) answer.body = read_all(*raw_answer.body, kPiece);
    EXPECT_EQ(answer.body.size(), raw_answer.body_bytes);
    EXPECT_EQ(answer.has_body, method != "HEAD" && answer.status != 304);
    if (answer.has_body) {
        EXPECT_EQ(answer.field("Content-Length"), std::to_string(answer.body.size())) << target;
    }
    EXPECT_EQ(answer.field("Content-Length").empty(), answer.status == 304);
    EXPECT_EQ(answer.field("Cache-Control"), "no-cache");
    if (answer.status != 304) {
        EXPECT_EQ(answer.field("X-Content-Type-Options"), "nosniff") << target;
    }
    if (answer.status >= 400) {
        EXPECT_EQ(answer.field("Content-Type"), "text/plain; charset=utf-8");
        if (answer.has_body) {
            EXPECT_TRUE(answer.body.starts_with(std::to_string(answer.status))) << answer.body;
            EXPECT_TRUE(answer.body.ends_with('\n')) << answer.body;
        }
    }
    return answer;
}

std::string read_all(net::HttpBody& body, std::size_t piece) {
    std::string all;
    std::vector<std::uint8_t> room(piece);
    while (const std::size_t size = body.read(room)) {
        all.append(room.begin(), room.begin() + static_cast<std::ptrdiff_t>(size));
        if (size < piece) break;
    }
    EXPECT_EQ(body.read(room), 0U) << "after its end";
    return all;
}

}  // namespace kleber::web
