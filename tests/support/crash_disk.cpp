#include "tests/support/crash_disk.hpp"

#include <algorithm>
#include <utility>

#include "gateway/base/assert.hpp"

namespace kleber::support {

void CrashDisk::kill() {
    is_running_ = false;
    is_settled_ = true;
}

void CrashDisk::cut_power(sim::Random& random) {
    is_running_ = false;
    is_settled_ = true;
    folder_.cut_power(random);
}

void CrashDisk::start() {
    KLEBER_ASSERT(!is_running_ && is_settled_);
    is_running_ = true;
    ++process_;
}

std::uint64_t CrashDisk::used_bytes() const {
    std::uint64_t bytes = 0;
    for (const auto& [name, file] : folder_.names()) bytes += file->size();
    return bytes;
}

std::chrono::nanoseconds CrashDisk::take_elapsed() {
    return std::exchange(elapsed_, std::chrono::nanoseconds{0});
}

CrashDisk::Counts CrashDisk::counts(std::string_view name) const {
    const auto found = counts_.find(name);
    return found == counts_.end() ? Counts{} : found->second;
}

CrashDisk::Counts CrashDisk::total_counts() const {
    Counts total;
    for (const auto& [name, counts] : counts_) {
        total.writes += counts.writes;
        total.written_bytes += counts.written_bytes;
        total.truncations += counts.truncations;
        total.syncs += counts.syncs;
    }
    return total;
}

std::vector<std::string> CrashDisk::names() const {
    std::vector<std::string> names;
    for (const auto& [name, file] : folder_.names()) names.push_back(name);
    return names;
}

Bytes CrashDisk::contents(std::string_view name) const {
    const auto file = folder_.find(name);
    return file ? file->bytes() : Bytes{};
}

void CrashDisk::plant(const std::string& name, Bytes bytes) {
    auto file = folder_.find(name);
    if (!file) {
        file = std::make_shared<CrashFile>();
        folder_.put(name, file);
        folder_.sync(name);
    }
    // Processes that have the file open see it change, so it stays the same one. The bytes may be
    // its own.
    const std::vector<std::uint8_t> copy{bytes.begin(), bytes.end()};
    file->truncate(0);
    file->write(0, copy);
    file->sync();
}

std::optional<DiskFailure> CrashDisk::begin(DiskOperation operation, std::string_view name) {
    if (!is_running_) return DiskFailure::Stop;
    const auto failure = faults_.next(operation, name);
    if (failure == DiskFailure::Stop) {
        is_running_ = false;
        is_settled_ = false;
    }
    return failure;
}

Result<CrashDisk::Open, DiskFailure> CrashDisk::open(const std::string& name, bool may_create) {
    if (const auto failure = begin(DiskOperation::Open, name)) return fail(*failure);
    auto file = name.empty() ? nullptr : folder_.find(name);
    if (!file) {
        if (!may_create) return fail(DiskFailure::IoError);
        file = std::make_shared<CrashFile>();
        if (!name.empty()) folder_.put(name, file);
    }
    return Open{.file = std::move(file), .name = name, .process = process_};
}

CrashDisk::Outcome CrashDisk::read(const Open& open) {
    if (!is_of_running(open)) return fail(DiskFailure::Stop);
    if (const auto failure = begin(DiskOperation::Read, open.name)) return fail(*failure);
    return Success{};
}

CrashDisk::Outcome CrashDisk::write(const Open& open, std::size_t offset, Bytes bytes) {
    if (!is_of_running(open)) return fail(DiskFailure::Stop);
    auto failure = begin(DiskOperation::Write, open.name);
    // What fails has come some way.
    std::size_t count = failure ? random_.below(bytes.size() + 1) : bytes.size();
    const std::size_t size = open.file->size();
    if (capacity_bytes_ && offset + count > size) {
        const std::uint64_t used = used_bytes();
        const std::uint64_t free = *capacity_bytes_ - std::min(*capacity_bytes_, used);
        if (offset + count - size > free) {
            const std::uint64_t end = size + free;
            count = end > offset ? static_cast<std::size_t>(end - offset) : 0;
            if (!failure) failure = DiskFailure::Full;
        }
    }
    if (count > 0) open.file->write(offset, bytes.first(count));
    Counts& counts = counts_[open.name];
    ++counts.writes;
    counts.written_bytes += count;
    if (failure) return fail(*failure);
    return Success{};
}

CrashDisk::Outcome CrashDisk::truncate(const Open& open, std::size_t size) {
    if (!is_of_running(open)) return fail(DiskFailure::Stop);
    const auto failure = begin(DiskOperation::Truncate, open.name);
    if (!failure || *failure == DiskFailure::Stop) open.file->truncate(size);
    ++counts_[open.name].truncations;
    if (failure) return fail(*failure);
    return Success{};
}

CrashDisk::Outcome CrashDisk::sync(const Open& open) {
    if (!is_of_running(open)) return fail(DiskFailure::Stop);
    const auto failure = begin(DiskOperation::Sync, open.name);
    ++counts_[open.name].syncs;
    elapsed_ += sync_time_;
    if (!failure) {
        open.file->sync();
        return Success{};
    }
    // What a stop leaves is decided when the power is cut, or is there if it was a kill.
    if (*failure != DiskFailure::Stop) open.file->fail_sync(random_);
    return fail(*failure);
}

CrashDisk::Outcome CrashDisk::remove(const std::string& name) {
    const auto failure = begin(DiskOperation::Remove, name);
    if (failure) return fail(*failure);
    if (folder_.find(name)) folder_.remove(name);
    return Success{};
}

CrashDisk::Outcome CrashDisk::rename(const std::string& from, const std::string& to) {
    const auto failure = begin(DiskOperation::Remove, from);
    if (failure) return fail(*failure);
    if (!folder_.find(from)) return fail(DiskFailure::IoError);
    folder_.rename(from, to);
    return Success{};
}

CrashDisk::Outcome CrashDisk::sync_folder(std::string_view name) {
    if (!is_running_) return fail(DiskFailure::Stop);
    folder_.sync(name);
    return Success{};
}

}  // namespace kleber::support
