#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "tests/sim/random.hpp"

namespace kleber::support {

// The contents of one file, twice: as processes see them, and as they are on the disk for certain.
class CrashFile {
  public:
    static constexpr std::size_t kSectorBytes = 512;

    // What a process reads.
    Bytes bytes() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    std::size_t unsynced_count() const { return unsynced_.size(); }

    void write(std::size_t offset, Bytes bytes);
    void truncate(std::size_t size);
    // All that was written before is on the disk.
    void sync();
    // As Linux does it: of what was unsynced some is on the disk, and no later sync() brings the
    // rest there. Processes go on reading all of it.
    void fail_sync(sim::Random& random);
    // What was synced is left, with a random part of what was not.
    void cut_power(sim::Random& random);

  private:
    struct Change {
        std::size_t offset = 0;
        std::vector<std::uint8_t> bytes;
        bool is_truncation = false;  // to the size `offset`
    };

    static void apply(const Change& change, std::vector<std::uint8_t>& to);
    // A part of the change, sector by sector, each with this chance.
    void apply_sectors(const Change& change, std::uint32_t percent, sim::Random& random);
    // Adds to what is on the disk a random part of what is not.
    void settle(sim::Random& random);

    std::vector<std::uint8_t> bytes_;
    std::vector<std::uint8_t> synced_;
    std::vector<Change> unsynced_;  // oldest first
};

}  // namespace kleber::support
