#include "gateway/app/service_folder.hpp"

#include <gtest/gtest.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace kleber::app {
namespace {

uid_t owner_of(const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    EXPECT_EQ(status.st_mode & 07777, 0700U) << path;
    return status.st_uid;
}

TEST(ServiceFolder, that_root_makes_is_the_services) {
    const support::TemporaryFolder folder;
    EXPECT_EQ(make_service_folder(folder.file("own"), "nobody that there is"), std::nullopt);
    EXPECT_EQ(owner_of(folder.file("own")), ::geteuid());
    const passwd* const nobody = ::getpwnam("nobody");
    ASSERT_NE(nobody, nullptr);
    const uid_t nobodys = ::geteuid() == 0 ? nobody->pw_uid : ::geteuid();
    EXPECT_EQ(make_service_folder(folder.file("new"), "nobody"), std::nullopt);
    EXPECT_EQ(owner_of(folder.file("new")), nobodys);
    // One that is there belongs to whoever has made it.
    EXPECT_EQ(make_service_folder(folder.file("own"), "nobody"), std::nullopt);
    EXPECT_EQ(owner_of(folder.file("own")), ::geteuid());
    EXPECT_NE(make_service_folder("/dev/null/state", "nobody"), std::nullopt);
}

}  // namespace
}  // namespace kleber::app
