#include "gateway/config/load.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <vector>

#include "gateway/config/source_file.hpp"

namespace kleber::config {

namespace {

constexpr std::size_t kFilesMax = 1000;  // in conf.d

text::Diagnostic unreadable(const std::string& file, const std::string& why) {
    return {.file = file, .message = "cannot be read: " + why};
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
