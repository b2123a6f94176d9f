#include "gateway/recorder/recording.hpp"

#include <algorithm>
#include <utility>

#include "gateway/sqlite/database.hpp"

namespace kleber::recorder {
namespace {

// A block that is written anew for what little comes: it fits into a page of the file.
constexpr std::size_t kSmallBytes = 3500;
// Into so many parts, about, the time is divided for which messages are kept.
constexpr int kBlocksOfKeep = 16;

WallTime wall(std::int64_t milliseconds) {
    return WallTime{Duration{milliseconds}};
}

std::size_t weight_bytes(const Heard& heard) {
    return heard.topic.size() + heard.payload.size();
}

}  // namespace

RecordingTable::RecordingTable(sqlite::Database& database)
    : rows_(database, "SELECT number, last, length(data) FROM message ORDER BY number"),
      append_(database, "INSERT INTO message VALUES (?, ?, ?)"),
      erase_(database, "DELETE FROM message WHERE number = ?"),
      read_(database,
            "SELECT number, data FROM message WHERE last >= ?2 AND"
            " number >= (SELECT coalesce(max(number), 0) FROM message WHERE number <= ?1)"
            " ORDER BY number LIMIT 1") {}

std::vector<RecordingTable::Row> RecordingTable::rows() {
    std::vector<Row> rows;
    while (rows_.step()) {
        rows.push_back({rows_.number(0),
                        wall(rows_.number(1)),
                        static_cast<std::size_t>(rows_.number(2)),
                        {}});
    }
    return rows;
}

void RecordingTable::append(std::int64_t number, const MessageWriter& messages) {
    append_.bind(1, number).bind(2, messages.last().time_since_epoch().count());
    append_.bind(3, messages.bytes()).run();
}

void RecordingTable::erase(std::int64_t number) {
    erase_.bind(1, number).run();
}

std::optional<RecordingTable::Found> RecordingTable::read(std::int64_t number, WallTime from) {
    if (!read_.bind(1, number).bind(2, from.time_since_epoch().count()).step()) {
        return std::nullopt;
    }
    Found found{.number = read_.number(0), .messages = {}, .is_damaged = false};
    found.is_damaged = !read_messages(read_.bytes(1), found.messages);
    read_.reset();
    return found;
}

void Recording::set_limits(Duration keep, std::uint64_t bytes) {
    limits_.keep = keep;
    limits_.bytes = bytes;
}

void Recording::set_table(RecordingTable* table) {
    table_ = table;
    rows_.clear();
    size_bytes_ = 0;
    next_number_ = 1;
    if (table_) read_rows();
}

void Recording::read_rows() {
    rows_ = table_->rows();
    for (const auto& row : rows_) size_bytes_ += row.size_bytes;
    if (rows_.empty()) return;
    RecordingTable::Row& last = rows_.back();
    next_number_ = last.number;
    const auto found = table_->read(last.number, WallTime::min());
    if (!found) return;
    // There are fewer messages in it than bytes.
    next_number_ +=
        static_cast<std::int64_t>(found->is_damaged ? last.size_bytes : found->messages.size());
    if (!found->is_damaged && !found->messages.empty()) last.first = found->messages.front().time;
}

void Recording::record(const Heard& heard) {
    if (weight_bytes(heard) > limits_.bytes) {
        ++counts_.too_large;
        return;
    }
    if (pending_.size_bytes() >= limits_.pending_bytes) {
        ++counts_.no_room;
        return;
    }
    pending_.add(heard);
    ++counts_.recorded;
}

void Recording::write(const Now& now) {
    if (!table_ || !now.wall_is_trusted) return;
    MessageWriter block;
    pending_.for_each([&](const Heard& heard) {
        if (!block.is_empty() && block.bytes().size() + weight_bytes(heard) > block_bytes()) {
            append(std::exchange(block, {}));
        }
        block.put(wall_of(heard.at, now), heard);
    });
    if (!block.is_empty()) append(std::move(block));
    written_count_ = pending_.message_count();
    erase_oldest(now);
}

// Where little is kept, one block is not all of it: it goes as a whole.
std::size_t Recording::block_bytes() const {
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(limits_.block_bytes, limits_.bytes / 4));
}

void Recording::append(MessageWriter&& block) {
    const auto count = static_cast<std::int64_t>(block.count());
    std::int64_t number = next_number_;
    while (join_last(block)) {
        number = rows_.back().number;
        erase(rows_.back());
        rows_.pop_back();
    }
    table_->append(number, block);
    rows_.push_back({number, block.last(), block.bytes().size(), block.first()});
    size_bytes_ += block.bytes().size();
    next_number_ += count;
}

// Puts the last block's messages in front of these, and says whether it did. What is small is
// joined at each writing, since it costs the card a page in any case; what is larger with as much
// again, so that a message is not written more than a few times.
bool Recording::join_last(MessageWriter& block) {
    if (rows_.empty()) return false;
    const RecordingTable::Row& last = rows_.back();
    const std::size_t bytes = block.bytes().size();
    if (last.size_bytes > std::max(kSmallBytes, bytes)) return false;
    if (last.size_bytes + bytes > block_bytes()) return false;
    // A block goes as a whole, so it is not about a long time; and not about two, where a clock was
    // set back.
    if (last.last > block.first() || block.last() - last.first > limits_.keep / kBlocksOfKeep) {
        return false;
    }
    auto found = table_->read(last.number, WallTime::min());
    if (!found || found->is_damaged || !read_messages(block.bytes(), found->messages)) return false;
    block = {};
    for (const Recorded& one : found->messages) {
        block.put(one.time, {SteadyTime{}, one.topic, as_bytes(one.payload), one.qos, one.retain});
    }
    return true;
}

void Recording::erase_oldest(const Now& now) {
    std::erase_if(rows_, [&](RecordingTable::Row& row) {
        // From a time when the clock was ahead: as old as now.
        row.last = std::min(row.last, now.wall);
        if (row.last >= now.wall - limits_.keep) return false;
        erase(row);
        return true;
    });
    auto kept = rows_.begin();
    // The newest stays, also if it should be too large by itself.
    while (size_bytes_ > limits_.bytes && rows_.end() - kept > 1) erase(*kept++);
    rows_.erase(rows_.begin(), kept);
}

void Recording::erase(const RecordingTable::Row& row) {
    table_->erase(row.number);
    size_bytes_ -= row.size_bytes;
}

void Recording::committed() {
    if (written_count_ > 0) pending_.drop_first(std::exchange(written_count_, 0));
}

Recording::Page Recording::read(WallTime from, WallTime to, std::int64_t at) {
    Page page;
    if (!table_ || at >= next_number_) return page;
    auto found = table_->read(at, from);
    if (!found) return page;
    if (found->is_damaged) ++counts_.damaged;
    std::int64_t number = found->number;
    for (Recorded& one : found->messages) {
        if (number++ < at || one.time < from || one.time > to) continue;
        page.messages.push_back(std::move(one));
    }
    const auto next = std::upper_bound(
        rows_.begin(), rows_.end(), found->number,
        [](std::int64_t one, const RecordingTable::Row& row) { return one < row.number; });
    page.next = next == rows_.end() ? next_number_ : next->number;
    return page;
}

}  // namespace kleber::recorder
