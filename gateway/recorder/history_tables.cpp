#include "gateway/recorder/history_tables.hpp"

#include <algorithm>
#include <limits>

#include "gateway/sqlite/database.hpp"

namespace kleber::recorder {
namespace {

using namespace std::chrono_literals;

// The last one has no next: whoever goes from span to span would begin again in 1970.
constexpr std::uint32_t kSpanMax = std::numeric_limits<std::uint32_t>::max() - 1;

// One number that sorts by level, topic and time: so a block is found in a single tree, and its
// bytes are in the leaf.
std::int64_t key_of(BlockPlace place) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(place.level) << 61 |
                                     std::uint64_t{place.topic} << 32 | place.span);
}

}  // namespace

Duration span_of(Level level) {
    return level == Level::Quarters ? 24h : 1h;
}

Duration step_of(Level level) {
    switch (level) {
        case Level::Minutes:
            return 1min;
        case Level::Quarters:
            return 15min;
        case Level::Raw:
            break;
    }
    return 0min;
}

std::uint32_t span_at(Level level, WallTime time) {
    const auto number = time.time_since_epoch() / span_of(level);
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 0, kSpanMax));
}

WallTime begin_of(Level level, std::uint32_t span) {
    return WallTime{span_of(level) * std::int64_t{span}};
}

HistoryTables::HistoryTables(sqlite::Database& database)
    : topics_(database, "SELECT id, name FROM topic"),
      add_topic_(database, "INSERT INTO topic VALUES (?, ?)"),
      erase_topic_(database, "DELETE FROM topic WHERE id = ?"),
      recent_(database, "SELECT points FROM recent ORDER BY number"),
      append_recent_(database, "INSERT INTO recent (points) VALUES (?)"),
      erase_recent_(database, "DELETE FROM recent"),
      last_number_(database, "SELECT coalesce(max(number), 0) FROM recent"),
      erase_signs_(database, "DELETE FROM recent WHERE length(points) = 0 AND number < ?"),
      sign_(database, "INSERT OR IGNORE INTO recent VALUES (?, x'')"),
      put_(database, "INSERT OR REPLACE INTO block VALUES (?, ?)"),
      erase_(database, "DELETE FROM block WHERE place = ?"),
      block_(database, "SELECT data FROM block WHERE place = ?"),
      first_(database,
             "SELECT place FROM block WHERE place BETWEEN ? AND ? ORDER BY place LIMIT 1") {}

void HistoryTables::for_each_topic(
    const std::function<void(TopicId, std::string_view name)>& visit) {
    while (topics_.step()) {
        const std::int64_t id = topics_.number(0);
        if (id >= 1 && id <= kTopicIdMax) visit(static_cast<TopicId>(id), topics_.text(1));
    }
}

void HistoryTables::add_topic(TopicId topic, std::string_view name) {
    add_topic_.bind(1, topic).bind(2, as_bytes(name)).run();
}

void HistoryTables::erase_topic(TopicId topic) {
    erase_topic_.bind(1, topic).run();
}

void HistoryTables::append_recent(Bytes points) {
    append_recent_.bind(1, points).run();
}

void HistoryTables::for_each_recent(const std::function<void(Bytes points)>& visit) {
    while (recent_.step()) visit(recent_.bytes(0));
}

void HistoryTables::erase_recent() {
    erase_recent_.run();
}

std::int64_t HistoryTables::last_number() {
    const std::int64_t number = last_number_.step() ? last_number_.number(0) : 0;
    last_number_.reset();
    return number;
}

void HistoryTables::sign(std::int64_t number) {
    erase_signs_.bind(1, number).run();
    sign_.bind(1, number).run();
}

void HistoryTables::put(BlockPlace place, Bytes data) {
    put_.bind(1, key_of(place)).bind(2, data).run();
}

void HistoryTables::erase(BlockPlace place) {
    erase_.bind(1, key_of(place)).run();
}

std::optional<std::vector<std::uint8_t>> HistoryTables::block(BlockPlace place) {
    if (!block_.bind(1, key_of(place)).step()) return std::nullopt;
    const Bytes data = block_.bytes(0);
    std::vector<std::uint8_t> copy(data.begin(), data.end());
    block_.reset();
    return copy;
}

std::optional<std::uint32_t> HistoryTables::first_span(Level level, TopicId topic,
                                                       std::uint32_t from) {
    first_.bind(1, key_of({level, topic, from})).bind(2, key_of({level, topic, kSpanMax}));
    std::optional<std::uint32_t> span;
    if (first_.step()) span = static_cast<std::uint32_t>(first_.number(0));
    first_.reset();
    return span;
}

}  // namespace kleber::recorder
