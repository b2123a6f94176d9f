#pragma once

#include <memory>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/store/connection.hpp"
#include "gateway/store/file_lock.hpp"
#include "gateway/store/options.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// A file that was opened, brought to rest and looked at.
struct Opened {
    std::unique_ptr<FileLock> lock;  // none in a VFS of its own
    std::unique_ptr<Connection> connection;
    OpenReport report;
};

// Opens the file, folds the journal, looks at every page and every record.
Result<std::unique_ptr<Connection>, Refusal> open_at_rest(const std::string& path,
                                                          sqlite::OpenMode mode,
                                                          const Options& options, const Now& now);

// What Store::open() promises. The error is a sentence for people.
Result<Opened, std::string> open_store(const std::string& path, const Options& options,
                                       const Now& now);

}  // namespace kleber::store
