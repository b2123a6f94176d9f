#pragma once

#include <memory>
#include <optional>
#include <string>

#include "gateway/control/control_commands.hpp"
#include "gateway/store/store.hpp"

namespace kleber::app {

// A backup under way: a copy of the store grows in the state folder, and leaves it as an open file
// without a name. Whoever gets that writes it where he may, which the gateway perhaps may not: so a
// slow or stuck disk of his keeps nobody here waiting.
class BackupWork {
  public:
    explicit BackupWork(std::string path) : path_(std::move(path)) {}
    ~BackupWork();
    BackupWork(const BackupWork&) = delete;
    BackupWork& operator=(const BackupWork&) = delete;

    // A slice, on the store's thread; the answer at the end, with the file if that went well.
    std::optional<control::LateAnswer> go_on(store::Store& store);

  private:
    const std::string path_;
    bool has_begun_ = false;
};

}  // namespace kleber::app
