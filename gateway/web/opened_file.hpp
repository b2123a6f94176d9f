#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>

#include "gateway/base/result.hpp"
#include "gateway/runtime/file_descriptor.hpp"
#include "gateway/web/file_path.hpp"
#include "gateway/web/validators.hpp"

namespace kleber::web {

// A regular file, open for reading, as it was when it was opened.
struct OpenedFile {
    runtime::FileDescriptor descriptor;
    std::uint64_t size_bytes = 0;
    std::chrono::sys_seconds modified{};
    std::uint32_t modified_nanoseconds = 0;
    std::uint64_t inode = 0;

    Validators validators() const;
    bool is_older_than(const OpenedFile& other) const;
};

// A file, and the folder that it was found in.
struct FoundFile {
    runtime::FileDescriptor folder;  // good for nothing but to open what is in it
    std::string name;
    OpenedFile file;
};

// Opens the file of this path below `root`, or the index.html of the folder. The root may be a
// symbolic link; nothing below it that is one is followed. Fails with is_a_directory for a folder
// whose path does not end with a slash; what is neither folder nor regular file is not there. Waits
// for nothing but the disk: a pipe or a device is not opened at all.
Result<FoundFile, std::error_code> find_file(const std::string& root, const FilePath& path);

// As find_file(), in the same folder.
Result<OpenedFile, std::error_code> open_beside(const FoundFile& found, const std::string& name);

// Opens a folder, to look into it only; it may be a symbolic link.
Result<runtime::FileDescriptor, std::error_code> open_root(const std::string& root);

}  // namespace kleber::web
