#include "tests/support/crash_file.hpp"

#include <algorithm>
#include <utility>

namespace kleber::support {
namespace {

void write_into(std::vector<std::uint8_t>& file, std::size_t offset, Bytes bytes) {
    if (file.size() < offset + bytes.size()) file.resize(offset + bytes.size());
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

void CrashFile::apply(const Change& change, std::vector<std::uint8_t>& to) {
    if (change.is_truncation) {
        to.resize(change.offset);
    } else {
        write_into(to, change.offset, change.bytes);
    }
}

void CrashFile::write(std::size_t offset, Bytes bytes) {
    write_into(bytes_, offset, bytes);
    unsynced_.push_back({.offset = offset, .bytes = {bytes.begin(), bytes.end()}});
}

void CrashFile::truncate(std::size_t size) {
    bytes_.resize(size);
    unsynced_.push_back({.offset = size, .bytes = {}, .is_truncation = true});
}

void CrashFile::sync() {
    for (const Change& change : unsynced_) apply(change, synced_);
    unsynced_.clear();
    // A failed sync may have left holes.
    synced_.resize(bytes_.size());
}

void CrashFile::fail_sync(sim::Random& random) {
    settle(random);
}

void CrashFile::cut_power(sim::Random& random) {
    settle(random);
    bytes_ = synced_;
}

void CrashFile::apply_sectors(const Change& change, std::uint32_t percent, sim::Random& random) {
    if (change.is_truncation) {
        if (random.chance(percent)) apply(change, synced_);
        return;
    }
    const Bytes bytes = change.bytes;
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t room = kSectorBytes - (change.offset + begin) % kSectorBytes;
        const std::size_t count = std::min(room, bytes.size() - begin);
        if (random.chance(percent)) {
            write_into(synced_, change.offset + begin, bytes.subspan(begin, count));
        }
        begin += count;
    }
}

// Kinds of loss, rather than a coin for each sector: what is in order and cut short, and what
// misses a single sector, would hardly ever come up.
void CrashFile::settle(sim::Random& random) {
    const std::vector<Change> changes = std::exchange(unsynced_, {});
    if (changes.empty()) return;
    switch (random.below(5)) {
        case 0:  // nothing got there
            break;
        case 1:  // all did
            for (const Change& change : changes) apply(change, synced_);
            break;
        case 2: {  // what was first, and the last of it is torn at any byte
            const std::size_t whole = random.below(changes.size());
            for (std::size_t i = 0; i < whole; ++i) apply(changes[i], synced_);
            const Change& torn = changes[whole];
            const Bytes bytes = torn.bytes;
            const std::size_t kept = random.below(bytes.size() + 1);
            if (kept > 0) write_into(synced_, torn.offset, bytes.first(kept));
            break;
        }
        case 3: {  // all but one sector here and there
            for (const Change& change : changes) apply_sectors(change, 95, random);
            break;
        }
        default: {
            const std::uint32_t percent = random.below(101);
            for (const Change& change : changes) apply_sectors(change, percent, random);
        }
    }
    // The size may be on the disk before what belongs there: it reads as zeros.
    if (random.chance(25)) synced_.resize(std::max(synced_.size(), bytes_.size()));
}

}  // namespace kleber::support
