#pragma once

#include <memory>
#include <string>

#include "gateway/base/result.hpp"

namespace kleber::store {

// The right to use the store at a path, for one program at a time, held until this goes. It is on a
// file of its own, `PATH.lock`, which is never removed: it holds however often another file takes
// the store's name meanwhile.
class FileLock {
  public:
    // The error is why not, for people: mostly that another program holds it.
    static Result<std::unique_ptr<FileLock>, std::string> take(const std::string& path);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    explicit FileLock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace kleber::store
