#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace kleber::support {

// A copy of a folder and of all below it that has only what was synced. Files of the copy are named
// by an id ("inode.use"); its file `names` has a line "id path" for each name that is on the disk
// for certain. Both are right at any moment at which the process may be killed.
//
// Index files of SQLite's WAL (*-shm) have no part in it. May be used by any thread.
class SyncedCopy {
  public:
    // That of this process; null if the environment names none, or before it has begun.
    static SyncedCopy* running();

    // All that is in the folder now counts as synced.
    SyncedCopy(std::string folder, std::string copy, std::uint64_t stop_at);

    // What happened to a descriptor. Those of files elsewhere are of no account.
    void opened(int fd, int flags);
    void closed(int fd);
    void duplicated(int fd, int copy);
    void wrote(int fd, off_t begin, size_t count);
    void truncated(int fd, off_t size);
    // True: it was of a file in the folder, or of a folder in it, and is synced.
    bool sync(int fd);
    bool has(int fd) const;

    // The inode that this is the name of, where it is of a file that was opened in the folder; else
    // 0.
    ino_t known(int folder_fd, const char* name);
    // It has lost a name. Without any, another file may get its number.
    void forget(ino_t inode);

    // Counts a change in the folder. True for the one at which the process is to die.
    bool is_the_end();

  private:
    static constexpr int kDescriptorsMax = 1 << 16;
    static constexpr std::size_t kDirtyMax = 4096;
    static constexpr off_t kWhole = std::numeric_limits<off_t>::max();

    struct Range {
        off_t begin = 0;
        off_t end = 0;
    };
    struct File {
        std::string id;
        int copy_fd = -1;
        off_t untouched = kWhole;  // the least size since the last sync
        std::vector<Range> dirty;
    };

    std::string path_of(int fd) const;
    bool is_below(const std::string& path) const;
    std::string relative(const std::string& path) const;
    File& file_of(ino_t inode);
    void copy_range(int from, const File& file, Range range) const;
    void sync_file(int fd, File& file);
    // The names in it, as they are now, are on the disk.
    void sync_folder(const std::string& path);
    void copy_all(const std::string& path);
    void write_names() const;

    const std::string folder_;
    const std::string copy_;
    dev_t device_ = 0;
    std::mutex mutex_;
    std::deque<File> files_;
    std::map<ino_t, File*> by_inode_;
    std::map<ino_t, int> uses_;
    std::map<std::string, std::string> names_;  // path in the folder to id
    std::vector<std::atomic<File*>> by_descriptor_{kDescriptorsMax};
    std::atomic<std::uint64_t> changes_ = 0;
    const std::uint64_t stop_at_;
};

}  // namespace kleber::support
