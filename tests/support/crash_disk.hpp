#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/result.hpp"
#include "tests/sim/random.hpp"
#include "tests/support/crash_file.hpp"
#include "tests/support/crash_folder.hpp"
#include "tests/support/disk_faults.hpp"

namespace kleber::support {

// A disk in memory for one process at a time, which may die, lose its power, and start again. The
// same calls with the same seed lead to the same bytes. For one thread at a time.
class CrashDisk {
  public:
    // A file as one process has it open. Without a name if it was made to be gone once closed.
    struct Open {
        std::shared_ptr<CrashFile> file;
        std::string name;
        std::uint32_t process = 0;
    };
    // Of all files that ever had this name.
    struct Counts {
        std::uint64_t writes = 0;
        std::uint64_t written_bytes = 0;
        std::uint64_t truncations = 0;
        std::uint64_t syncs = 0;

        friend bool operator==(const Counts&, const Counts&) = default;
    };
    using Outcome = Status<DiskFailure>;

    explicit CrashDisk(std::uint64_t seed) : random_(seed) {}

    // What ends a process: from then on all that it does fails and changes nothing.
    // It was killed: all that it wrote stays.
    void kill();
    // Only what was synced stays for certain, with a random part of what was not.
    void cut_power(sim::Random& random);
    // The next process begins. Needed after both of them; what the last one had open is closed by
    // then.
    void start();
    // No longer once a fault has stopped the process: kill() or cut_power() says what is left then.
    bool is_running() const { return is_running_; }
    std::uint32_t process() const { return process_; }

    DiskFaults& faults() { return faults_; }
    // All files together can grow to this; beyond it the disk is full.
    void set_capacity_bytes(std::optional<std::uint64_t> bytes) { capacity_bytes_ = bytes; }
    std::uint64_t used_bytes() const;
    // What each sync takes from now on. Nobody waits: take_elapsed() tells how long they took.
    void set_sync_time(std::chrono::nanoseconds time) { sync_time_ = time; }
    std::chrono::nanoseconds take_elapsed();

    Counts counts(std::string_view name) const;
    Counts total_counts() const;
    std::vector<std::string> names() const;
    // As processes see it; empty if there is none.
    Bytes contents(std::string_view name) const;
    // On the disk at once, in the place of what was there: for damage done on purpose.
    void plant(const std::string& name, Bytes bytes);

    // What a process does.
    bool exists(std::string_view name) const { return folder_.find(name) != nullptr; }
    // Makes the file if there is none, where that is allowed. An empty name is that of no other
    // file.
    Result<Open, DiskFailure> open(const std::string& name, bool may_create);
    Outcome read(const Open& open);
    Outcome write(const Open& open, std::size_t offset, Bytes bytes);
    Outcome truncate(const Open& open, std::size_t size);
    Outcome sync(const Open& open);
    Outcome remove(const std::string& name);
    Outcome rename(const std::string& from, const std::string& to);
    // Whatever happened to names in the folder of this file.
    Outcome sync_folder(std::string_view name);

  private:
    // How it is to fail. Stop is done already.
    std::optional<DiskFailure> begin(DiskOperation operation, std::string_view name);
    bool is_of_running(const Open& open) const { return is_running_ && open.process == process_; }

    sim::Random random_;
    CrashFolder folder_;
    DiskFaults faults_;
    std::map<std::string, Counts, std::less<>> counts_;
    std::optional<std::uint64_t> capacity_bytes_;
    std::chrono::nanoseconds sync_time_{0};
    std::chrono::nanoseconds elapsed_{0};
    std::uint32_t process_ = 1;
    bool is_running_ = true;
    bool is_settled_ = true;  // what the last process left is decided
};

}  // namespace kleber::support
