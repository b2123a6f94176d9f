#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kleber::support {

enum class DiskOperation {
    Open,
    Read,
    Write,
    Truncate,
    Sync,
    Remove,
    Change,  // in a fault: any of the last four
};

enum class DiskFailure {
    IoError,
    Full,
    // The process gets no further: it was killed, or the power was cut, in the middle of this. What
    // is under way counts as begun and not synced.
    Stop,
};

struct DiskFault {
    static constexpr std::uint64_t kForever = std::numeric_limits<std::uint64_t>::max();

    DiskOperation operation = DiskOperation::Change;
    DiskFailure failure = DiskFailure::IoError;
    std::uint64_t after_count = 0;  // of such operations that still go well
    std::uint64_t fail_count = 1;   // of those that fail then
    std::string name_end = {};      // only for files whose name ends so; empty: for all
};

// What is to go wrong, and when.
class DiskFaults {
  public:
    void add(DiskFault fault) { faults_.push_back(std::move(fault)); }
    void clear() { faults_.clear(); }
    bool empty() const { return faults_.empty(); }

    // Counts an operation. How it is to fail, if it is.
    std::optional<DiskFailure> next(DiskOperation operation, std::string_view name);

  private:
    std::vector<DiskFault> faults_;
};

}  // namespace kleber::support
