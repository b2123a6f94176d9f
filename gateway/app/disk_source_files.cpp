#include "gateway/app/disk_source_files.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "gateway/config/source_file.hpp"

namespace kleber::app {
namespace {

constexpr std::size_t kNamesMax = 100'000;  // in a folder

}  // namespace

Result<std::string, std::string> DiskSourceFiles::read(const std::string& path) {
    auto source = config::read_source(path);
    if (!source) return fail(source.error().message);
    if (source->text.size() > text::kTomlBytesMax) {
        return fail("is longer than " + std::to_string(text::kTomlBytesMax >> 20) + " MiB");
    }
    read_.push_back(path);
    return std::move(source->text);
}

Result<std::vector<std::string>, std::string> DiskSourceFiles::names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    std::filesystem::directory_iterator entry{folder, error};
    for (; !error && entry != std::filesystem::directory_iterator{}; entry.increment(error)) {
        if (names.size() == kNamesMax) return fail(std::string{"has too many files"});
        names.push_back(entry->path().filename().string());
    }
    if (error) return fail("cannot be read: " + error.message());
    return names;
}

std::string DiskSourceFiles::absolute(const std::string& path) const {
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    return error ? path : whole.lexically_normal().string();
}

bool DiskSourceFiles::has_read(const std::string& path) const {
    return std::any_of(read_.begin(), read_.end(), [&](const std::string& one) {
        std::error_code error;
        return std::filesystem::equivalent(one, path, error) && !error;
    });
}

}  // namespace kleber::app
