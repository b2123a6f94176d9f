#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/recorder/history_tables.hpp"
#include "gateway/recorder/point.hpp"

namespace kleber::recorder {

// How long values are kept: as they came, then as means of minutes, then of quarters of an hour.
struct HistoryKeep {
    Duration raw = std::chrono::hours{24};
    Duration minutes = std::chrono::hours{30 * 24};
    Duration quarters = std::chrono::hours{730 * 24};
};

struct HistoryLimits {
    std::size_t topics = 1000;
    // Values that wait in memory; beyond, the oldest go.
    std::size_t pending = 65'536;
    // What was written and is not yet sorted into blocks.
    std::size_t recent_bytes = 64 << 10;
    // An hour of a topic with more values than this is kept as minutes at once.
    std::size_t raw_an_hour = 3600;
    // Blocks that are rolled up in one writing; the rest waits for the next.
    std::size_t rolled_up_at_once = 4000;
};

struct HistoryCounts {
    std::uint64_t recorded = 0;
    std::uint64_t no_number = 0;        // payloads that are none
    std::uint64_t too_many_topics = 0;  // values of topics beyond the limit
    std::uint64_t no_room = 0;          // values dropped from memory while nothing could be written
    std::uint64_t damaged = 0;          // blocks that made no sense
};

// Numeric topics over time. Values gather in memory; write() appends them to the file as one row
// (a page), sorts those rows into a block a topic and hour when there are enough of them, and rolls
// up what is older than it may be. Each value stands in one place: query() counts none twice.
//
// Without tables it only gathers. write() is called within a transaction, and is undone with it:
// then the tables are to be set again. What was written waits on until committed() says that it is
// there.
class History {
  public:
    explicit History(HistoryKeep keep = {}, HistoryLimits limits = {})
        : keep_(keep), limits_(limits) {}

    // What the file holds; null: there is none at the moment.
    void set_tables(HistoryTables* tables);

    // A message of a topic that is wanted.
    void record(std::string_view topic, Bytes payload, SteadyTime at);

    // Writes what has gathered. Nothing while the clock is not trusted: what would be dated wrong
    // waits for the clock.
    void write(const Now& now);
    // Of the last write(), called before the next: it is in the file, or it is not. In between may
    // be record(), and other tables.
    void committed();
    void undone();
    std::size_t pending_count() const { return pending_count_; }

    struct Page {
        std::vector<Summary> rows;     // in order of time
        std::optional<WallTime> next;  // where more begins
    };
    // What begins in that range, both ends included, as exactly as it is kept; with what was not
    // yet written. A page has `rows_max` rows, or a few more if they are of one moment.
    Page query(std::string_view topic, WallTime from, WallTime to, std::size_t rows_max,
               const Now& now);
    // Those that have a history, in the order of their names.
    std::vector<std::string> topics() const;
    std::size_t topic_count() const { return topics_.size() + new_topics_; }
    const HistoryCounts& counts() const { return counts_; }

  private:
    struct Pending {
        SteadyTime at;
        double value;
    };
    struct Waiting {
        std::vector<Pending> values;    // in order of time
        std::size_t written_count = 0;  // of the first of them, not yet committed
    };

    // -- writing (history.cpp)
    Waiting* waiting_of(std::string_view topic);
    void count_new_topics();
    void read_tables();
    void drop_oldest();
    void drop_first(Waiting& waiting, std::size_t count);
    void forget_empty_pending();
    TopicId number_of(const std::string& topic);
    void append_recent(const Now& now);

    // -- sorting and rolling up (history_fold.cpp)
    void fold();
    void roll_up(const Now& now);
    // False: there is more to do, and enough was done.
    bool roll_up(TopicId topic, Level from, Level to, WallTime limit, std::size_t& left);
    bool erase_before(TopicId topic, WallTime limit, std::size_t& left);
    void forget_empty_topics();
    void put_raw(TopicId topic, std::uint32_t span, std::vector<Point>&& points);
    void merge(BlockPlace place, std::vector<Summary>&& summaries);
    std::vector<Summary> summaries_in(BlockPlace place);
    std::vector<Point> points_in(BlockPlace place);

    // -- reading (history_query.cpp)
    std::vector<Summary> not_in_blocks(std::string_view topic, std::optional<TopicId> number,
                                       const Now& now);

    const HistoryKeep keep_;
    const HistoryLimits limits_;
    HistoryTables* tables_ = nullptr;
    std::map<std::string, TopicId, std::less<>> topics_;  // in the file
    std::map<std::string, Waiting, std::less<>> pending_;
    std::size_t pending_count_ = 0;
    std::size_t new_topics_ = 0;  // of those that wait: not in the file
    std::size_t recent_bytes_ = 0;
    std::optional<std::uint32_t> hour_;  // of the last writing
    bool is_rolled_up_ = false;          // all that was due in that hour
    HistoryCounts counts_;
};

}  // namespace kleber::recorder
