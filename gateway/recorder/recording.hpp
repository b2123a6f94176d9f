#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/recorder/batch.hpp"
#include "gateway/recorder/message_codec.hpp"
#include "gateway/sqlite/statement.hpp"

namespace kleber::sqlite {
class Database;
}

namespace kleber::recorder {

// The recording's table. Where the database has failed nothing is done, and nothing found.
class RecordingTable {
  public:
    explicit RecordingTable(sqlite::Database& database);

    // A block, by the number of its first message: they are counted on from 1.
    struct Row {
        std::int64_t number = 0;
        WallTime last{};
        std::size_t size_bytes = 0;
        WallTime first{};  // 1970: not known
    };
    std::vector<Row> rows();
    void append(std::int64_t number, const MessageWriter& messages);
    void erase(std::int64_t number);
    // The block with the message of that number, or the first one after it with something at or
    // after that time: its number, and the messages. None: there is no such block.
    struct Found {
        std::int64_t number = 0;
        std::vector<Recorded> messages;
        bool is_damaged = false;
    };
    std::optional<Found> read(std::int64_t number, WallTime from);

  private:
    sqlite::Statement rows_;
    sqlite::Statement append_;
    sqlite::Statement erase_;
    sqlite::Statement read_;
};

struct RecordingLimits {
    Duration keep = std::chrono::hours{7 * 24};
    std::uint64_t bytes = 64 << 20;  // of blocks in the file
    // What waits in memory; beyond, the newest are dropped.
    std::size_t pending_bytes = 1 << 20;
    // At most; less where few bytes are kept.
    std::size_t block_bytes = 64 << 10;
};

struct RecordingCounts {
    std::uint64_t recorded = 0;
    std::uint64_t no_room = 0;    // dropped from memory while nothing could be written
    std::uint64_t too_large = 0;  // messages that are larger than all that is kept
    std::uint64_t damaged = 0;    // blocks that made no sense
};

// All messages of chosen topics, in blocks in the order of their coming; blocks go when they are
// too old, and the oldest ones when all together are too large. What is written joins the last
// block while that is small, so that there are few. write() is called within a transaction, and is
// undone with it: then the table is to be set again.
class Recording {
  public:
    explicit Recording(RecordingLimits limits = {}) : limits_(limits) {}

    // Of what is in the file, from the next writing on.
    void set_limits(Duration keep, std::uint64_t bytes);
    // What the file holds; null: there is none at the moment.
    void set_table(RecordingTable* table);

    void record(const Heard& heard);
    // Nothing while the clock is not trusted: what would be dated wrong waits for the clock.
    void write(const Now& now);
    // Of the last write(), called before the next: it is in the file, or it is not. In between may
    // be record(), and another table.
    void committed();
    void undone() { written_count_ = 0; }
    std::size_t pending_bytes() const { return pending_.size_bytes(); }

    struct Page {
        std::vector<Recorded> messages;    // in the order of their coming
        std::optional<std::int64_t> next;  // the message where to read on
    };
    // The written messages of that range, both ends included, a block a page. Begin with 0. Pages
    // lose nothing and repeat nothing, also where blocks are joined in between.
    Page read(WallTime from, WallTime to, std::int64_t at);

    std::uint64_t size_bytes() const { return size_bytes_; }  // of blocks in the file
    std::size_t block_count() const { return rows_.size(); }
    const RecordingCounts& counts() const { return counts_; }

  private:
    void read_rows();
    std::size_t block_bytes() const;
    void append(MessageWriter&& block);
    bool join_last(MessageWriter& block);
    void erase_oldest(const Now& now);
    void erase(const RecordingTable::Row& row);

    RecordingLimits limits_;
    RecordingTable* table_ = nullptr;
    Batch pending_;
    std::size_t written_count_ = 0;          // of the first that wait, not yet committed
    std::vector<RecordingTable::Row> rows_;  // oldest first
    std::int64_t next_number_ = 1;           // of the next message
    std::uint64_t size_bytes_ = 0;
    RecordingCounts counts_;
};

}  // namespace kleber::recorder
