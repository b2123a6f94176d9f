#include "gateway/certificates/folder.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include "tests/unit/certificates/workbench.hpp"

namespace kleber::certificates {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Gives everybody everything while it is there.
class OpenUmask {
  public:
    OpenUmask() : before_(::umask(0)) {}
    ~OpenUmask() { ::umask(before_); }
    OpenUmask(const OpenUmask&) = delete;
    OpenUmask& operator=(const OpenUmask&) = delete;

  private:
    mode_t before_;
};

class FolderTest : public Workbench {
  protected:
    Folder open() const { return Folder::open(folder(), Missing::Make).value(); }
    static Status<std::string> write(const Folder& folder, const std::string& contents,
                                     Existing existing) {
        return folder.write("x.key", contents, Access::Private, Owner::Maker, existing);
    }
};

TEST_F(FolderTest, keeps_secrets_whatever_the_umask) {
    const OpenUmask umask;
    const Folder there = open();
    ASSERT_TRUE(write(there, "secret", Existing::Keep));
    ASSERT_TRUE(there.write("x.pem", "public", Access::Public, Owner::Maker, Existing::Keep));
    EXPECT_EQ(mode_of(file("x.key")), 0600U);
    EXPECT_EQ(mode_of(file("x.pem")), 0644U);
    EXPECT_EQ(mode_of(folder()), 0755U);
    EXPECT_EQ(there.read("x.key", Contents::Secret).value(), "secret");
    EXPECT_EQ(there.read("y.key", Contents::Secret).value(), std::nullopt);
    EXPECT_THAT(files(), ElementsAre("x.key", "x.pem"));
}

TEST_F(FolderTest, replaces_only_when_told_to) {
    const Folder there = open();
    ASSERT_TRUE(write(there, "first", Existing::Keep));
    const auto refused = write(there, "second", Existing::Keep);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), file("x.key") + " is there already");
    EXPECT_EQ(contents(file("x.key")), "first");
    ASSERT_TRUE(write(there, "second", Existing::Replace));
    EXPECT_EQ(contents(file("x.key")), "second");
    EXPECT_THAT(files(), ElementsAre("x.key"));
}

TEST_F(FolderTest, never_follows_a_link) {
    const Folder there = open();
    put(outside("mine"), "mine");
    std::filesystem::create_symlink(outside("mine"), file("x.key"));
    for (const Existing existing : {Existing::Keep, Existing::Replace}) {
        EXPECT_FALSE(write(there, "theirs", existing));
    }
    EXPECT_TRUE(std::filesystem::is_symlink(file("x.key")));
    const auto read = there.read("x.key", Contents::Public);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error(), file("x.key") + " is a symbolic link, which is not followed");

    // Neither where the new file grows; what a crash left there is removed.
    std::filesystem::remove(file("x.key"));
    std::filesystem::create_symlink(outside("mine"), file(".x.key.new"));
    ASSERT_TRUE(write(there, "theirs", Existing::Keep));
    EXPECT_EQ(contents(outside("mine")), "mine");
    EXPECT_EQ(contents(file("x.key")), "theirs");
    EXPECT_THAT(files(), ElementsAre("x.key"));

    const auto linked = outside("linked");
    std::filesystem::create_directory_symlink(folder(), linked);
    const auto refused = Folder::open(linked, Missing::Make);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error(), linked + " is a symbolic link; give the folder's own path");
}

TEST_F(FolderTest, reads_no_secret_that_others_know) {
    const Folder there = open();
    put(file("x.key"), "secret");
    for (const mode_t mode : {0644U, 0604U, 0602U, 0660U, 0620U}) {
        ASSERT_EQ(::chmod(file("x.key").c_str(), mode), 0);
        const auto read = there.read("x.key", Contents::Secret);
        ASSERT_FALSE(read) << std::oct << mode;
        EXPECT_THAT(read.error(), HasSubstr("can be read or changed by others"));
        EXPECT_TRUE(there.read("x.key", Contents::Public));
    }
    for (const mode_t mode : {0600U, 0640U}) {
        ASSERT_EQ(::chmod(file("x.key").c_str(), mode), 0);
        EXPECT_TRUE(there.read("x.key", Contents::Secret)) << std::oct << mode;
    }
}

TEST_F(FolderTest, is_for_one_at_a_time) {
    {
        const Folder there = open();
        const auto second = Folder::open(folder() + "/", Missing::Make);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error(), "another kleber works in " + folder() + "; try again");
    }
    EXPECT_TRUE(Folder::open(folder(), Missing::Make));
}

TEST_F(FolderTest, is_not_everybodys) {
    std::filesystem::create_directory(folder());
    ASSERT_EQ(::chmod(folder().c_str(), 01777), 0);
    const auto refused = Folder::open(folder(), Missing::Make);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error(), HasSubstr("everybody may put files into " + folder()));
}

TEST_F(FolderTest, says_what_is_in_the_way) {
    put(folder(), "a file");
    EXPECT_EQ(Folder::open(folder(), Missing::Make).error(),
              "cannot open the folder " + folder() + ": Not a directory");
    EXPECT_EQ(Folder::open(outside("no/such"), Missing::Make).error(),
              "cannot make the folder " + outside("no/such") + ": No such file or directory");
    std::filesystem::remove(folder());
    EXPECT_EQ(Folder::open(folder(), Missing::Refuse).error(),
              "cannot open the folder " + folder() + ": No such file or directory");
    const Folder there = open();
    std::filesystem::create_directory(file("x.key"));
    EXPECT_THAT(write(there, "", Existing::Replace).error(), HasSubstr("is not a file"));
    std::filesystem::create_directory(file(".y.key.new"));
    EXPECT_THAT(there.write("y.key", "", Access::Private, Owner::Maker, Existing::Keep).error(),
                HasSubstr("cannot make " + file("y.key") + ": "));
}

// Root makes what the gateway's own user must read; others' files are theirs anyhow.
TEST_F(FolderTest, gives_files_to_whose_folder_it_is) {
    const bool is_root = ::geteuid() == 0;
    const uid_t gateway = is_root ? 12345 : ::geteuid();
    ASSERT_EQ(::chown(outside("").c_str(), gateway, static_cast<gid_t>(-1)), 0);
    const Folder there = open();
    ASSERT_TRUE(there.write("theirs", "", Access::Private, Owner::Folder, Existing::Keep));
    ASSERT_TRUE(there.write("ours", "", Access::Private, Owner::Maker, Existing::Keep));
    const auto owner_of = [](const std::string& path) {
        struct stat found {};
        EXPECT_EQ(::lstat(path.c_str(), &found), 0);
        return found.st_uid;
    };
    EXPECT_EQ(owner_of(folder()), gateway) << "a new one is his whose folder it is in";
    EXPECT_EQ(owner_of(file("theirs")), gateway);
    EXPECT_EQ(owner_of(file("ours")), ::geteuid());
    EXPECT_FALSE(there.is_roots());
}

}  // namespace
}  // namespace kleber::certificates
