#include "gateway/store/folding.hpp"

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/statement.hpp"
#include "gateway/sqlite/transaction.hpp"

#include <tuple>

namespace kleber::store {
namespace {

// What is coalesced at a time, so that its memory has a limit.
constexpr std::uint64_t kFoldBytesMax = 8 << 20;
constexpr std::size_t kFoldKeysMax = 100'000;
// What one slice does at most; a single row or record may be larger.
constexpr std::size_t kSliceBytes = 256 << 10;
constexpr std::size_t kSliceRecords = 512;

}  // namespace

bool Folding::OwnKey::operator<(const OwnKey& other) const {
    // A session is wiped before anything is put.
    return std::tuple{!is_wipe, table, id, serial, std::string_view{text}} <
           std::tuple{!other.is_wipe, other.table, other.id, other.serial,
                      std::string_view{other.text}};
}

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
        take(*entry);
    }
    return true;
}

void Folding::take(const Entry& entry) {
    const Key& key = entry.key;
    if (key.table == Table::Session && !entry.is_put) forget_session(key.id);
    OwnKey own{
        .table = key.table, .id = key.id, .serial = key.serial, .text = std::string{key.text}};
    last_.insert_or_assign(std::move(own), Last{entry.is_put, entry.record});
}

void Folding::forget_session(std::uint32_t session) {
    for (const Table table : kOwnedTables) {
        auto at = last_.lower_bound(OwnKey{.table = table, .id = session});
        while (at != last_.end() && at->first.table == table && at->first.id == session) {
            at = last_.erase(at);
        }
    }
    last_.insert_or_assign(OwnKey{.is_wipe = true, .id = session}, Last{});
}

Folding::Outcome Folding::write_slice() {
    sqlite::Transaction transaction{database_};
    auto at = last_.begin();
    std::size_t bytes = 0;
    for (std::size_t count = 0; at != last_.end() && count < kSliceRecords && bytes < kSliceBytes;
         ++count) {
        const auto& [own, last] = *at;
        if (own.is_wipe) {
            if (!tables_.wipe_some(own.id)) break;
        } else if (last.is_put) {
            bytes += own.text.size() + last.record.size();
            tables_.put(own.key(), last.record);
        } else {
            tables_.erase(own.key());
        }
        ++at;
    }
    if (!transaction.commit()) {
        end();
        return Outcome::Failed;
    }
    last_.erase(last_.begin(), at);
    if (last_.empty()) {
        rows_.clear();
        read_bytes_ = 0;
        stage_ = has_read_all_ ? Stage::Erasing : Stage::Reading;
    }
    return Outcome::More;
}

Folding::Outcome Folding::erase() {
    const bool is_erased = journal_.erase();
    end();
    return is_erased ? Outcome::Done : Outcome::Failed;
}

void Folding::end() {
    stage_ = Stage::Idle;
    read_bytes_ = 0;
    rows_.clear();
    last_.clear();
}

}  // namespace kleber::store
