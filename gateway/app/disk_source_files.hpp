#pragma once

#include <string>
#include <vector>

#include "gateway/coming_over/source_files.hpp"

namespace kleber::app {

// What is imported, on the disk. Nothing is opened for writing.
class DiskSourceFiles : public coming_over::SourceFiles {
  public:
    Result<std::string, std::string> read(const std::string& path) override;
    Result<std::vector<std::string>, std::string> names_in(const std::string& folder) override;
    std::string absolute(const std::string& path) const override;

    // Whether this is a file that was read, by whatever name.
    bool has_read(const std::string& path) const;

  private:
    std::vector<std::string> read_;
};

}  // namespace kleber::app
