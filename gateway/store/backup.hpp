#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/sqlite/copy.hpp"
#include "gateway/sqlite/database.hpp"

namespace kleber::store {

// A backup under way: a consistent copy of a database in a new file (0600), made in slices. Where
// it goes before it is whole, nothing is left of it.
class Backup {
  public:
    // With a VFS of its own, `path` is a name in that.
    static Result<std::unique_ptr<Backup>, std::string> begin(sqlite::Database& source,
                                                              const std::string& path,
                                                              const std::string& vfs);
    ~Backup();
    Backup(const Backup&) = delete;
    Backup& operator=(const Backup&) = delete;

    // A slice; true when the copy is whole; it is not synced.
    Result<bool, std::string> go_on();

    const std::string& path() const { return path_; }

  private:
    Backup(sqlite::Database& source, std::string path, const std::string& vfs);

    std::string path_;
    bool is_file_;
    bool is_whole_ = false;
    std::optional<sqlite::Copy> copy_;
};

}  // namespace kleber::store
