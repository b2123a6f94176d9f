#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/time.hpp"
#include "gateway/sqlite/statement.hpp"

namespace kleber::sqlite {
class Database;
}

namespace kleber::recorder {

enum class Level : std::uint8_t { Raw, Minutes, Quarters };

// A topic's number in the file, from 1 on.
using TopicId = std::uint32_t;
// So many bits of a block's key are for it.
inline constexpr TopicId kTopicIdMax = (TopicId{1} << 29) - 1;

// Where a block is: what a topic was in one span of time, at one level.
struct BlockPlace {
    Level level = Level::Raw;
    TopicId topic = 0;
    std::uint32_t span = 0;  // how many spans of that level after 1970

    bool operator==(const BlockPlace&) const = default;
};

// How much time one block is about: an hour, but for quarters of an hour a day.
Duration span_of(Level level);
// How long one summary is; zero for raw values.
Duration step_of(Level level);
// The span in which a time is; that of 1970 for what was before. There is always a next one.
std::uint32_t span_at(Level level, WallTime time);
WallTime begin_of(Level level, std::uint32_t span);

// The history's tables. Where the database has failed nothing is done, and nothing found.
class HistoryTables {
  public:
    explicit HistoryTables(sqlite::Database& database);

    // Without those whose number is none.
    void for_each_topic(const std::function<void(TopicId, std::string_view name)>& visit);
    void add_topic(TopicId topic, std::string_view name);
    void erase_topic(TopicId topic);

    // What was written last, of all topics, not yet sorted into blocks.
    void append_recent(Bytes points);
    void for_each_recent(const std::function<void(Bytes points)>& visit);
    void erase_recent();
    // What is written in one transaction has the next number: so it can be told later whether it is
    // there. sign() puts down that number where append_recent() has not, or erase_recent() took it.
    std::int64_t last_number();
    void sign(std::int64_t number);

    void put(BlockPlace place, Bytes data);
    void erase(BlockPlace place);
    // None: there is no such block.
    std::optional<std::vector<std::uint8_t>> block(BlockPlace place);
    // The span of a topic's first block of a level, at or after that one.
    std::optional<std::uint32_t> first_span(Level level, TopicId topic, std::uint32_t from = 0);

  private:
    sqlite::Statement topics_;
    sqlite::Statement add_topic_;
    sqlite::Statement erase_topic_;
    sqlite::Statement recent_;
    sqlite::Statement append_recent_;
    sqlite::Statement erase_recent_;
    sqlite::Statement last_number_;
    sqlite::Statement erase_signs_;
    sqlite::Statement sign_;
    sqlite::Statement put_;
    sqlite::Statement erase_;
    sqlite::Statement block_;
    sqlite::Statement first_;
};

}  // namespace kleber::recorder
