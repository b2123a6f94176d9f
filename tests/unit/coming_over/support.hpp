#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gateway/coming_over/mosquitto_import.hpp"
#include "gateway/coming_over/source_files.hpp"

namespace kleber::coming_over {

// Files by their whole names.
class MemoryFiles : public SourceFiles {
  public:
    MemoryFiles() = default;
    explicit MemoryFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}

    Result<std::string, std::string> read(const std::string& path) override {
        const auto found = files_.find(path);
        if (found == files_.end()) return fail(std::string{"is not there"});
        return found->second;
    }
    Result<std::vector<std::string>, std::string> names_in(const std::string& folder) override {
        std::vector<std::string> names;
        for (const auto& [path, text] : files_) {
            const std::size_t slash = path.rfind('/');
            if (path.substr(0, slash) == folder) names.push_back(path.substr(slash + 1));
        }
        if (names.empty()) return fail(std::string{"is not there"});
        return names;
    }
    std::string absolute(const std::string& path) const override {
        return path.starts_with('/') ? path : "/here/" + path;
    }

  private:
    std::map<std::string, std::string> files_;
};

inline std::string text_in(const Imported& imported, const std::string& name) {
    for (const NewFile& file : imported.files) {
        if (file.name == name) return file.text;
    }
    return {};
}

}  // namespace kleber::coming_over
