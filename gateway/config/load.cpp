#include "gateway/config/load.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

namespace kleber::config {

namespace {

constexpr std::size_t kFilesMax = 1000;  // in conf.d

std::string reason(int error) {
    return std::generic_category().message(error);
}

text::Diagnostic unreadable(const std::string& file, const std::string& why) {
    return {.file = file, .message = "cannot be read: " + why};
}

class File {
  public:
    // Without waiting: a pipe that nobody writes to would hold up the start.
    explicit File(const std::string& name)
        : descriptor_(open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) close(descriptor_);
    }

    bool is_open() const { return descriptor_ >= 0; }
    bool is_pipe() const {
        struct stat status {};
        return fstat(descriptor_, &status) == 0 && S_ISFIFO(status.st_mode);
    }
    // Bytes read, 0 at the end, or -1 and errno.
    ssize_t read_some(char* out, std::size_t size) const {
        ssize_t count = 0;
        do {
            count = read(descriptor_, out, size);
        } while (count < 0 && errno == EINTR);
        return count;
    }

  private:
    int descriptor_;
};

Result<text::Source, text::Diagnostic> read_source(const std::string& name) {
    const File file{name};
    if (!file.is_open()) return fail(unreadable(name, reason(errno)));
    if (file.is_pipe()) return fail(unreadable(name, "it is a pipe"));
    text::Source source{name, {}};
    char block[16 << 10];
    // One byte more than may be is enough for the parser to refuse it.
    while (source.text.size() <= text::kTomlBytesMax) {
        const ssize_t count = file.read_some(block, sizeof block);
        if (count < 0) return fail(unreadable(name, reason(errno)));
        if (count == 0) break;
        source.text.append(block, static_cast<std::size_t>(count));
    }
    return source;
}

bool is_configuration(const std::string& name) {
    return name.ends_with(".toml") && !name.starts_with('.');
}

// The names of conf.d/*.toml beside `file`, in order; none if there is no such folder.
Result<std::vector<std::string>, text::Diagnostic> fragments_beside(const std::string& file) {
    const auto folder = std::filesystem::path{file}.parent_path() / "conf.d";
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry{folder, error};
    if (error == std::errc::no_such_file_or_directory) return names;
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        if (!is_configuration(entry->path().filename().string())) continue;
        names.push_back(entry->path().string());
        if (names.size() > kFilesMax) {
            return fail(
                unreadable(folder.string(), "more than " + std::to_string(kFilesMax) + " files"));
        }
    }
    if (error) return fail(unreadable(folder.string(), error.message()));
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

Result<Config, text::Diagnostics> load(const std::string& file) {
    text::Diagnostics diagnostics;
    std::vector<std::string> names{file};
    if (auto fragments = fragments_beside(file)) {
        names.insert(names.end(), fragments->begin(), fragments->end());
    } else {
        diagnostics.add(fragments.error());
    }
    std::vector<text::Source> sources;
    for (const std::string& name : names) {
        if (auto source = read_source(name)) {
            sources.push_back(std::move(*source));
        } else {
            diagnostics.add(source.error());
        }
    }
    if (diagnostics.empty()) return parse(sources);
    // What could be read is checked all the same, so that everything is told at once.
    if (const auto parsed = parse(sources); !parsed) {
        for (const text::Diagnostic& diagnostic : parsed.error()) diagnostics.add(diagnostic);
    }
    return fail(std::move(diagnostics));
}

}  // namespace kleber::config
