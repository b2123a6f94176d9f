#include "gateway/auth/users_file.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "gateway/auth/users_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace kleber::auth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

User user(const std::string& name) {
    return {.name = name, .password = PasswordHash::of_generated(name)};
}

UsersChange adding(const std::string& name) {
    return [name](const std::optional<Users>& before) -> Result<Users, std::string> {
        return before.value_or(Users{}).with(user(name));
    };
}

class UsersFile : public testing::Test {
  protected:
    std::string text() const {
        std::ifstream file{path_, std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void write(const std::string& text) const {
        std::ofstream{path_, std::ios::binary} << text;
        ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
    }
    // What is wrong with it, for reading and for changing alike.
    std::string error() const {
        const auto users = read_users_file(path_);
        EXPECT_FALSE(users);
        std::string error = users ? "" : render(users.error());
        const auto changed = change_users_file(path_, adding("carl"));
        EXPECT_FALSE(changed);
        EXPECT_EQ(changed ? "" : changed.error() + '\n', error);
        return error;
    }
    std::size_t file_count() const {
        const fs::directory_iterator files{fs::path{path_}.parent_path()};
        return static_cast<std::size_t>(std::distance(begin(files), end(files)));
    }

    support::TemporaryFolder folder_;
    const std::string path_ = folder_.file("users.toml");
};

TEST_F(UsersFile, is_made_by_the_first_change_for_its_owner_alone) {
    const auto nothing = read_users_file(path_);
    ASSERT_TRUE(nothing);
    EXPECT_FALSE(*nothing);
    const auto changed = change_users_file(path_, adding("anna"));
    ASSERT_TRUE(changed) << changed.error();
    EXPECT_NE(changed->find("anna"), nullptr);
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
    const auto users = read_users_file(path_);
    ASSERT_TRUE(users && *users);
    EXPECT_EQ(**users, *changed);
    EXPECT_EQ(file_count(), 1U);
}

TEST_F(UsersFile, takes_what_somebody_else_has_written_meanwhile) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    write(text() + "\n[[user]]\nname = \"bert\"\npassword = \"" +
          PasswordHash::of_generated("x").text() + "\"\n");
    const auto changed = change_users_file(path_, adding("carl"));
    ASSERT_TRUE(changed) << changed.error();
    EXPECT_EQ(changed->all().size(), 3U);
}

TEST_F(UsersFile, stays_if_the_change_is_refused) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    const std::string before = text();
    const auto refused =
        change_users_file(path_, [](const std::optional<Users>&) -> Result<Users, std::string> {
            return fail(std::string{"there is no user bert"});
        });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), "there is no user bert");
    EXPECT_EQ(text(), before);
}

TEST_F(UsersFile, is_never_written_so_that_it_could_not_be_read_again) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    const std::string before = text();
    // Each within what the socket takes, and all of them within kUsersMax.
    const auto changed =
        change_users_file(path_, [](const std::optional<Users>&) -> Result<Users, std::string> {
            std::vector<User> users;
            for (int number = 0; number < 50; ++number) {
                users.push_back(user(std::to_string(number)));
                users.back().publish.assign(1000, std::string(100, 'x'));
            }
            return Users{users};
        });
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error(), path_ + " has no room for that: it may have at most 4 MiB");
    const auto unreadable =
        change_users_file(path_, [](const std::optional<Users>&) -> Result<Users, std::string> {
            return Users{{user("a\nb")}};
        });
    ASSERT_FALSE(unreadable);
    EXPECT_EQ(unreadable.error(), "that could not be read again from " + path_);
    EXPECT_EQ(text(), before);
    EXPECT_EQ(file_count(), 1U);
}

TEST_F(UsersFile, that_is_broken_stays_and_says_where) {
    write("[[user]]\nname = \"anna\"\n");
    EXPECT_EQ(error(),
              path_ + ":1:1: error: a user without a password\n" + "    kleber user passwd NAME\n");
    EXPECT_EQ(text(), "[[user]]\nname = \"anna\"\n");
}

TEST_F(UsersFile, that_others_may_read_is_refused) {
    write("");
    for (const mode_t mode : {0640, 0604, 0620, 0602, 0610, 0601}) {
        ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
        EXPECT_EQ(error(), path_ + ": error: cannot be read: others may read it\n    chmod 600 " +
                               path_ + '\n');
    }
}

TEST_F(UsersFile, that_is_a_link_or_no_file_is_refused) {
    std::ofstream{folder_.file("elsewhere")} << "";
    fs::create_symlink(folder_.file("elsewhere"), path_);
    EXPECT_EQ(error(), path_ + ": error: cannot be read: it is a symbolic link\n");
    EXPECT_TRUE(fs::is_symlink(path_));
    fs::remove(path_);
    fs::create_directory(path_);
    EXPECT_THAT(error(), HasSubstr("cannot be read: "));
    fs::remove(path_);
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    EXPECT_EQ(error(), path_ + ": error: cannot be read: it is no file\n");
}

TEST_F(UsersFile, keeps_its_owner) {
    if (::geteuid() != 0) return;  // only root can give files away
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    ASSERT_EQ(::chown(path_.c_str(), 12345, 12346), 0);
    ASSERT_TRUE(change_users_file(path_, adding("bert")));
    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 12345U);
    EXPECT_EQ(status.st_gid, 12346U);
    fs::remove(path_);
    ASSERT_EQ(::chown(fs::path{path_}.parent_path().c_str(), 12345, 12346), 0);
    ASSERT_TRUE(change_users_file(path_, adding("carl")));
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_uid, 12345U);
    EXPECT_EQ(status.st_mode & 07777, 0600U);
}

TEST_F(UsersFile, outlives_a_crash_while_it_is_written) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    std::ofstream{folder_.file(".users.toml.new")} << "[[us";
    const auto changed = change_users_file(path_, adding("bert"));
    ASSERT_TRUE(changed) << changed.error();
    EXPECT_EQ(changed->all().size(), 2U);
    EXPECT_EQ(file_count(), 1U);
}

// Files may not grow above a size: as a full disk, but only for this process.
TEST_F(UsersFile, is_whole_where_there_is_no_room_for_a_new_one) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    const std::string before = text();
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit little{.rlim_cur = 100, .rlim_max = limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    const auto changed = change_users_file(path_, adding("bert"));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    std::signal(SIGXFSZ, old_handler);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error(), "cannot write " + path_ + ": File too large");
    EXPECT_EQ(text(), before);
    EXPECT_EQ(file_count(), 1U);
}

TEST_F(UsersFile, is_never_read_as_empty_for_want_of_descriptors) {
    ASSERT_TRUE(change_users_file(path_, adding("anna")));
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    const auto users = read_users_file(path_);
    const auto changed = change_users_file(path_, adding("bert"));
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    ASSERT_FALSE(users);
    EXPECT_THAT(render(users.error()), HasSubstr("Too many open files"));
    EXPECT_FALSE(changed);
}

TEST_F(UsersFile, loses_no_change_of_several_writers) {
    std::vector<std::thread> writers;
    for (const char* first : {"a", "b", "c"}) {
        writers.emplace_back([&, first] {
            for (int number = 0; number < 20; ++number) {
                EXPECT_TRUE(change_users_file(path_, adding(first + std::to_string(number))));
            }
        });
    }
    for (std::thread& writer : writers) writer.join();
    const auto users = read_users_file(path_);
    ASSERT_TRUE(users && *users);
    EXPECT_EQ((*users)->all().size(), 60U);
}

TEST_F(UsersFile, does_not_wait_for_ever_for_somebody_who_has_locked_it) {
    const int folder = ::open(fs::path{path_}.parent_path().c_str(), O_RDONLY | O_DIRECTORY);
    ASSERT_GE(folder, 0);
    ASSERT_EQ(::flock(folder, LOCK_EX), 0);
    const auto changed = change_users_file(path_, adding("anna"), std::chrono::milliseconds{50});
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error(), "cannot lock " + fs::path{path_}.parent_path().string() +
                                   ": somebody else has locked it");
    std::thread later{[&] { ::close(folder); }};
    EXPECT_TRUE(change_users_file(path_, adding("anna")));
    later.join();
}

TEST_F(UsersFile, in_a_folder_that_is_not_there_is_an_error) {
    const std::string path = folder_.file("nowhere/users.toml");
    const auto users = read_users_file(path);
    ASSERT_TRUE(users);
    EXPECT_FALSE(*users);
    const auto changed = change_users_file(path, adding("anna"));
    ASSERT_FALSE(changed);
    EXPECT_THAT(changed.error(), HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace kleber::auth
