#pragma once

#include <cstdint>
#include <string>

#include "gateway/control/control_commands.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/store/store.hpp"

namespace kleber::app {

// A backup under way, for somebody who has opened a file for it: he may write where the gateway may
// not. The copy grows in the state folder, then its bytes go into that file. On the store's thread.
class BackupWork {
  public:
    BackupWork(std::string path, runtime::FileDescriptor target);
    ~BackupWork();
    BackupWork(const BackupWork&) = delete;
    BackupWork& operator=(const BackupWork&) = delete;

    // A slice; the answer at the end.
    control::Answer go_on(store::Store& store);

  private:
    enum class Stage : std::uint8_t { ToBegin, Growing, Copying };

    control::Answer copy_some();

    const std::string path_;
    runtime::FileDescriptor target_;
    runtime::FileDescriptor source_;
    Stage stage_ = Stage::ToBegin;
    std::uint64_t bytes_ = 0;
};

}  // namespace kleber::app
