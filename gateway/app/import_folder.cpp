#include "gateway/app/import_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "gateway/runtime/file_descriptor.hpp"

namespace kleber::app {
namespace {

constexpr mode_t kFolderMode = 0700;
constexpr mode_t kSecretMode = 0600;
constexpr mode_t kPlainMode = 0644;

std::string in(const std::string& folder, const std::string& name) {
    return (std::filesystem::path{folder} / name).string();
}

bool is_there(const std::string& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

bool write_all(int file, std::string_view text) {
    while (!text.empty()) {
        const ssize_t count = ::write(file, text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

Status<std::string> write_file(const std::string& folder, const coming_over::NewFile& file) {
    const std::string path = in(folder, file.name);
    const std::string growing = in(folder, '.' + file.name + ".new");
    // What is there was left by a crash.
    ::unlink(growing.c_str());
    const runtime::FileDescriptor opened{
        ::open(growing.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
               file.is_secret ? kSecretMode : kPlainMode)};
    if (opened.get() < 0 || !write_all(opened.get(), file.text) || ::fsync(opened.get()) != 0 ||
        ::rename(growing.c_str(), path.c_str()) != 0) {
        const int error = errno;
        ::unlink(growing.c_str());
        return fail("cannot write " + path + ": " + std::strerror(error));
    }
    return Success{};
}

}  // namespace

Status<std::string> write_import(const std::string& folder,
                                 const std::vector<coming_over::NewFile>& files, Existing existing,
                                 const std::function<bool(const std::string& path)>& is_source) {
    for (const coming_over::NewFile& file : files) {
        const std::string path = in(folder, file.name);
        if (!is_there(path)) continue;
        if (is_source(path)) return fail(path + " is what is imported: name another folder");
        if (existing == Existing::Keep)
            return fail(path + " is there already: --force replaces it");
    }
    if (::mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
        return fail("cannot make the folder " + folder + ": " + std::strerror(errno));
    }
    for (const coming_over::NewFile& file : files) {
        if (auto written = write_file(folder, file); !written) return fail(written.error());
    }
    return Success{};
}

}  // namespace kleber::app
