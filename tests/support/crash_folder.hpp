#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/random.hpp"
#include "tests/support/crash_file.hpp"

namespace kleber::support {

// Which names there are, and which file each is: as processes see it, and as it is on the disk for
// certain. Names may have paths; what lies in front of the last / is the folder to be synced.
class CrashFolder {
  public:
    using File = std::shared_ptr<CrashFile>;
    using Names = std::map<std::string, File, std::less<>>;

    const Names& names() const { return names_; }
    File find(std::string_view name) const;

    // In the place of the file of this name, if there is one.
    void put(const std::string& name, File file);
    void remove(const std::string& name);
    // At once or not at all. `from` must be there.
    void rename(const std::string& from, const std::string& to);
    // All that happened before in the folder of this file is on the disk.
    void sync(std::string_view name);
    // Of what was not synced, each may have happened or not; what builds on what did not has not.
    // Then each file loses what it loses.
    void cut_power(sim::Random& random);

  private:
    // The names it touches, each with its file afterwards, or none.
    using Change = std::vector<std::pair<std::string, File>>;

    void make(Change change);

    Names names_;
    Names synced_;
    std::vector<Change> unsynced_;  // oldest first
};

}  // namespace kleber::support
