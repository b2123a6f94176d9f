#include "gateway/recorder/recording.hpp"

#include "gateway/sqlite/database.hpp"

namespace kleber::recorder {
namespace {

WallTime wall(std::int64_t milliseconds) {
    return WallTime{Duration{milliseconds}};
}

}  // namespace

RecordingTable::RecordingTable(sqlite::Database& database)
    : rows_(database, "SELECT number, last, length(data) FROM message ORDER BY number"),
      append_(database, "INSERT INTO message VALUES (?, ?, ?)"),
      erase_(database, "DELETE FROM message WHERE number = ?"),
      read_(database,
            "SELECT number, data FROM message WHERE number >= ? AND last >= ?"
            " ORDER BY number LIMIT 1") {}

std::vector<RecordingTable::Row> RecordingTable::rows() {
    std::vector<Row> rows;
    while (rows_.step()) {
        rows.push_back(
            {rows_.number(0), wall(rows_.number(1)), static_cast<std::size_t>(rows_.number(2))});
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
    is_written_ = false;
    rows_.clear();
    if (table_) rows_ = table_->rows();
    size_bytes_ = 0;
    for (const auto& row : rows_) size_bytes_ += row.size_bytes;
}

void Recording::record(const Heard& heard) {
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
        block.put(wall_of(heard.at, now), heard);
        if (block.bytes().size() < limits_.block_bytes) return;
        append(block);
        block = {};
    });
    if (!block.is_empty()) append(block);
    is_written_ = true;
    erase_oldest(now);
}

void Recording::append(const MessageWriter& messages) {
    const std::int64_t number = rows_.empty() ? 1 : rows_.back().number + 1;
    table_->append(number, messages);
    rows_.push_back({number, messages.last(), messages.bytes().size()});
    size_bytes_ += messages.bytes().size();
}

void Recording::erase_oldest(const Now& now) {
    auto kept = rows_.begin();
    while (kept != rows_.end() &&
           (size_bytes_ > limits_.bytes || kept->last < now.wall - limits_.keep)) {
        table_->erase(kept->number);
        size_bytes_ -= kept->size_bytes;
        ++kept;
    }
    rows_.erase(rows_.begin(), kept);
}

void Recording::committed() {
    if (!is_written_) return;
    is_written_ = false;
    pending_.clear();
}

Recording::Page Recording::read(WallTime from, WallTime to, std::int64_t at) {
    Page page;
    if (!table_) return page;
    auto found = table_->read(at, from);
    if (!found) return page;
    if (found->is_damaged) ++counts_.damaged;
    std::erase_if(found->messages,
                  [&](const Recorded& one) { return one.time < from || one.time > to; });
    page.messages = std::move(found->messages);
    page.next = found->number + 1;
    return page;
}

}  // namespace kleber::recorder
