#include "gateway/store/folding.hpp"

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace kleber::store {
namespace {

// What is coalesced at a time, so that its memory has a limit.
constexpr std::uint64_t kFoldBytesMax = 2 << 20;
constexpr std::size_t kFoldKeysMax = 32'768;
// What one slice does at most; a single row or record may be larger.
constexpr std::size_t kSliceBytes = 256 << 10;
constexpr std::size_t kSliceRecords = 1024;
// What one statement puts, likewise.
constexpr std::size_t kGroupBytes = 64 << 10;

std::size_t size_of(const Entry& entry) {
    return entry.key.text.size() + entry.record.size();
}

}  // namespace

Folding::Folding(sqlite::Database& database, JournalTables& journal)
    : database_(database), journal_(journal), tables_(database) {}

Folding::Outcome Folding::slice() {
    switch (stage_) {
        case Stage::Idle:
            if (!journal_.rest()) return Outcome::Done;
            mark_ = 0;
            stage_ = Stage::Reading;
            [[fallthrough]];
        case Stage::Reading:
            return read_slice();
        case Stage::Writing:
            return write_slice();
        case Stage::Erasing:
            return erase();
    }
    return Outcome::Done;
}

Folding::Outcome Folding::read_slice() {
    sqlite::Statement& rows = journal_.rows_after(mark_);
    std::size_t bytes = 0;
    bool is_whole = true;
    has_read_all_ = true;
    while (is_whole && rows.step()) {
        const Bytes row = rows.bytes(1);
        if (bytes > 0 && bytes + row.size() > kSliceBytes) {
            has_read_all_ = false;
            break;
        }
        mark_ = rows.number(0);
        bytes += row.size();
        is_whole = take_row(row);
    }
    rows.reset();
    if (database_.has_failed() || !is_whole) {
        end();
        return is_whole ? Outcome::Failed : Outcome::Damaged;
    }
    last_.settle();
    read_bytes_ += bytes;
    if (has_read_all_ || last_.size() >= kFoldKeysMax || read_bytes_ >= kFoldBytesMax) {
        stage_ = Stage::Writing;
    }
    return Outcome::More;
}

bool Folding::take_row(Bytes row) {
    const auto& kept = rows_.emplace_back(row.begin(), row.end());
    const std::optional<Bytes> entries = entries_of(kept);
    if (!entries) return false;
    ByteReader in{*entries};
    while (in.remaining() > 0) {
        const std::optional<Entry> entry = take_entry(in);
        if (!entry) return false;
        last_.take(*entry);
    }
    return true;
}

Folding::Outcome Folding::write_slice() {
    sqlite::Transaction transaction{database_};
    std::size_t bytes = 0;
    for (std::size_t left = kSliceRecords; left > 0 && bytes < kSliceBytes && !last_.empty();) {
        if (const auto session = last_.wipe()) {
            if (!tables_.wipe_some(*session)) break;
            last_.drop_wipe();
            --left;
        } else {
            left -= write_some(left, bytes);
        }
    }
    if (!transaction.commit()) {
        end();
        return Outcome::Failed;
    }
    if (last_.empty()) {
        forget_rows();
        stage_ = has_read_all_ ? Stage::Erasing : Stage::Reading;
    }
    return Outcome::More;
}

std::size_t Folding::write_some(std::size_t count_max, std::size_t& bytes) {
    const auto changes = last_.first().first(std::min(count_max, last_.first().size()));
    const Entry& first = changes.front().entry;
    std::size_t count = 1;
    if (first.is_put) {
        std::array<Entry, StateTables::kGroup> group{first};
        std::size_t group_bytes = size_of(first);
        while (count < std::min(group.size(), changes.size()) && changes[count].entry.is_put &&
               group_bytes < kGroupBytes) {
            group[count] = changes[count].entry;
            group_bytes += size_of(group[count++]);
        }
        if (count == group.size()) {
            tables_.put(group);
        } else {
            for (const Entry& entry : std::span{group}.first(count)) {
                tables_.put(entry.key, entry.record);
            }
        }
        bytes += group_bytes;
    } else {
        while (count < changes.size() && !changes[count].entry.is_put &&
               follows(changes[count].entry.key, changes[count - 1].entry.key)) {
            ++count;
        }
        tables_.erase(first.key, changes[count - 1].entry.key);
    }
    last_.drop(count);
    return count;
}

Folding::Outcome Folding::erase() {
    const bool is_erased = journal_.erase();
    end();
    return is_erased ? Outcome::Done : Outcome::Failed;
}

void Folding::end() {
    stage_ = Stage::Idle;
    forget_rows();
}

void Folding::forget_rows() {
    last_.clear();
    rows_.clear();
    read_bytes_ = 0;
}

}  // namespace kleber::store
