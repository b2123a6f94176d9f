#include <algorithm>
#include <limits>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/numbers.hpp"
#include "gateway/recorder/batch.hpp"
#include "gateway/recorder/history.hpp"
#include "gateway/recorder/point_codec.hpp"

namespace kleber::recorder {
namespace {

constexpr Level kLevels[] = {Level::Quarters, Level::Minutes, Level::Raw};
// So much is looked at in one step: a block of the largest kind.
constexpr Level kWindow = Level::Quarters;

void append_in_range(std::vector<Summary>& to, const std::vector<Summary>& found, WallTime from,
                     WallTime until) {
    std::copy_if(found.begin(), found.end(), std::back_inserter(to),
                 [&](const Summary& one) { return one.time >= from && one.time <= until; });
}

}  // namespace

// What waits in memory, and what was written last.
std::vector<Summary> History::not_in_blocks(std::string_view topic, std::optional<TopicId> number,
                                            const Now& now) {
    std::vector<Point> points;
    std::vector<Point> of_another;
    if (number) {
        tables_->for_each_recent([&](Bytes row) {
            ByteReader in{row};
            while (in.remaining() > 0 && !in.has_failed()) {
                const bool is_wanted = take_number(in) == *number;
                take_points(in, is_wanted ? points : of_another);
                of_another.clear();
            }
        });
    }
    if (const auto found = pending_.find(topic); found != pending_.end()) {
        for (const Pending& value : found->second.values) {
            points.push_back({wall_of(value.at, now), value.value});
        }
    }
    std::vector<Summary> summaries;
    summaries.reserve(summaries.size() + points.size());
    for (const Point& point : points) summaries.push_back(summary_of(point));
    return summaries;
}

History::Page History::query(std::string_view topic, WallTime from, WallTime to,
                             std::size_t rows_max, const Now& now) {
    std::optional<TopicId> number;
    if (const auto found = topics_.find(topic); tables_ && found != topics_.end()) {
        number = found->second;
    }
    const std::vector<Summary> loose = not_in_blocks(topic, number, now);

    // The next window in which there is something, so that years without anything cost nothing.
    const auto next_window = [&](std::uint32_t at) {
        std::optional<std::uint32_t> next;
        const auto consider = [&](WallTime time) {
            const std::uint32_t window = span_at(kWindow, time);
            if (window >= at && (!next || window < *next)) next = window;
        };
        for (const Summary& one : loose) consider(one.time);
        for (const Level level : kLevels) {
            if (!number) break;
            const std::uint32_t first = span_at(level, begin_of(kWindow, at));
            if (const auto span = tables_->first_span(level, *number, first)) {
                consider(begin_of(level, *span));
            }
        }
        return next;
    };

    Page page;
    std::optional<std::uint32_t> window = next_window(span_at(kWindow, from));
    for (; window && begin_of(kWindow, *window) <= to; window = next_window(*window + 1)) {
        std::vector<Summary> rows;
        const WallTime end = begin_of(kWindow, *window + 1);
        for (const Level level : kLevels) {
            if (!number) break;
            std::uint32_t at = span_at(level, begin_of(kWindow, *window));
            std::optional<std::uint32_t> span;
            while ((span = tables_->first_span(level, *number, at)) &&
                   begin_of(level, *span) < end) {
                append_in_range(rows, summaries_in({level, *number, *span}), from, to);
                at = *span + 1;
            }
        }
        for (const Summary& one : loose) {
            if (span_at(kWindow, one.time) == *window) append_in_range(rows, {one}, from, to);
        }
        std::stable_sort(rows.begin(), rows.end(),
                         [](const Summary& a, const Summary& b) { return a.time < b.time; });
        for (const Summary& row : rows) {
            const bool is_full = page.rows.size() >= rows_max;
            if (is_full && page.rows.back().time != row.time) {
                page.next = row.time;
                return page;
            }
            page.rows.push_back(row);
        }
    }
    return page;
}

}  // namespace kleber::recorder
