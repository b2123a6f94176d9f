#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "gateway/certificates/create.hpp"
#include "gateway/certificates/inspect.hpp"

namespace kleber::certificates {

// 2026-11-20T12:00:00Z
inline constexpr WallTime kNow{std::chrono::seconds{1'795'176'000}};

// A folder of its own for each test, with what is made in it.
class Workbench : public testing::Test {
  protected:
    Workbench() {
        std::string name = testing::TempDir() + "kleber-certificates-XXXXXX";
        outside_ = ::mkdtemp(name.data()) ? name : std::string{};
        folder_ = outside_ + "/certificates";
    }
    ~Workbench() override {
        std::error_code error;
        if (!outside_.empty()) std::filesystem::remove_all(outside_, error);
    }

    const std::string& folder() const { return folder_; }
    // Beside the folder.
    std::string outside(const std::string& name) const { return outside_ + "/" + name; }
    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    static std::vector<SubjectName> names(const std::vector<std::string>& texts) {
        std::vector<SubjectName> found;
        for (const std::string& text : texts) found.push_back(subject_name(text).value());
        return found;
    }
    static ServerWishes server_wishes() {
        return {.host_label = "pi", .names = names({"pi", "pi.local", "localhost", "127.0.0.1"})};
    }
    static ClientWishes client_wishes(const std::string& name) {
        return {.host_label = "pi", .name = name};
    }
    Made make_server(const ServerWishes& wishes = server_wishes(), WallTime now = kNow) const {
        return create_server(folder_, wishes, now).value();
    }
    Made make_client(const std::string& name) const {
        return create_client(folder_, client_wishes(name), kNow).value();
    }
    // Why it does not make one.
    std::string refusal(const ServerWishes& wishes = server_wishes(), WallTime now = kNow) const {
        const auto made = create_server(folder_, wishes, now);
        return made ? "made" : made.error();
    }
    Certificate certificate(const std::string& name) const {
        return inspect(file(name)).value().front();
    }

    static std::string contents(const std::string& path) {
        std::ifstream in{path, std::ios::binary};
        return {std::istreambuf_iterator<char>{in}, {}};
    }
    static void put(const std::string& path, const std::string& contents) {
        std::ofstream{path, std::ios::binary} << contents;
    }
    static mode_t mode_of(const std::string& path) {
        struct stat found {};
        EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
        return found.st_mode & 07777U;
    }
    std::vector<std::string> files() const {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator{folder_}) {
            found.push_back(entry.path().filename());
        }
        std::sort(found.begin(), found.end());
        return found;
    }

  private:
    std::string outside_;
    std::string folder_;
};

}  // namespace kleber::certificates
