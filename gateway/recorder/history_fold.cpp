// What becomes of values after they were written: blocks by topic and hour, then means.

#include <algorithm>
#include <map>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/numbers.hpp"
#include "gateway/recorder/history.hpp"
#include "gateway/recorder/point_codec.hpp"
#include "gateway/recorder/summary.hpp"

namespace kleber::recorder {
namespace {

std::vector<Summary> as_summaries(const std::vector<Point>& points) {
    std::vector<Summary> summaries;
    summaries.reserve(points.size());
    for (const Point& point : points) summaries.push_back(summary_of(point));
    return summaries;
}

}  // namespace

void History::fold() {
    if (recent_bytes_ == 0) return;
    std::map<std::pair<TopicId, std::uint32_t>, std::vector<Point>> blocks;
    std::vector<Point> points;
    tables_->for_each_recent([&](Bytes row) {
        ByteReader in{row};
        while (in.remaining() > 0 && !in.has_failed()) {
            const auto topic = static_cast<TopicId>(take_number(in, kTopicIdMax));
            points.clear();
            take_points(in, points);
            for (const Point& point : points) {
                blocks[{topic, span_at(Level::Raw, point.time)}].push_back(point);
            }
        }
        if (in.has_failed()) ++counts_.damaged;
    });
    for (auto& [place, values] : blocks) put_raw(place.first, place.second, std::move(values));
    tables_->erase_recent();
    recent_bytes_ = 0;
}

void History::put_raw(TopicId topic, std::uint32_t span, std::vector<Point>&& points) {
    const BlockPlace place{Level::Raw, topic, span};
    std::vector<Point> all = points_in(place);
    all.insert(all.end(), points.begin(), points.end());
    // Only a clock that was set back makes it another order.
    std::stable_sort(all.begin(), all.end(),
                     [](const Point& a, const Point& b) { return a.time < b.time; });
    if (all.size() > limits_.raw_an_hour) {
        merge({Level::Minutes, topic, span}, as_summaries(all));
        tables_->erase(place);
        return;
    }
    ByteBuffer data;
    put_points(data, all);
    tables_->put(place, data.bytes());
}

// Adds to what is there, if anything is: values may come late, when a clock was set back.
void History::merge(BlockPlace place, std::vector<Summary>&& summaries) {
    std::vector<Summary> all = summaries_in(place);
    all.insert(all.end(), summaries.begin(), summaries.end());
    const Duration step = step_of(place.level);
    ByteBuffer data;
    put_summaries(data, step, summed_up(std::move(all), step));
    tables_->put(place, data.bytes());
}

std::vector<Point> History::points_in(BlockPlace place) {
    std::vector<Point> points;
    if (const auto data = tables_->block(place)) {
        ByteReader in{*data};
        take_points(in, points);
        if (!in.finished()) ++counts_.damaged;
    }
    return points;
}

std::vector<Summary> History::summaries_in(BlockPlace place) {
    if (place.level == Level::Raw) return as_summaries(points_in(place));
    std::vector<Summary> summaries;
    if (const auto data = tables_->block(place)) {
        ByteReader in{*data};
        take_summaries(in, step_of(place.level), summaries);
        if (!in.finished()) ++counts_.damaged;
    }
    return summaries;
}

void History::roll_up(const Now& now) {
    std::size_t left = limits_.rolled_up_at_once;
    for (const auto& [name, topic] : topics_) {
        const bool is_done =
            roll_up(topic, Level::Raw, Level::Minutes, now.wall - keep_.raw, left) &&
            roll_up(topic, Level::Minutes, Level::Quarters, now.wall - keep_.minutes, left) &&
            erase_before(topic, now.wall - keep_.quarters, left);
        if (!is_done) return;
    }
    forget_empty_topics();
    is_rolled_up_ = true;
}

bool History::roll_up(TopicId topic, Level from, Level to, WallTime limit, std::size_t& left) {
    // What goes into one block is gathered first: it is written once, not once an hour of it.
    std::uint32_t target = 0;
    std::vector<Summary> gathered;
    const auto write = [&] {
        if (!gathered.empty()) merge({to, topic, target}, std::move(gathered));
        gathered.clear();
    };
    std::optional<std::uint32_t> span;
    while ((span = tables_->first_span(from, topic)) && begin_of(from, *span + 1) <= limit) {
        if (left == 0) break;
        --left;
        const std::uint32_t its_target = span_at(to, begin_of(from, *span));
        if (its_target != target) write();
        target = its_target;
        const std::vector<Summary> found = summaries_in({from, topic, *span});
        gathered.insert(gathered.end(), found.begin(), found.end());
        tables_->erase({from, topic, *span});
    }
    write();
    return left > 0;
}

bool History::erase_before(TopicId topic, WallTime limit, std::size_t& left) {
    std::optional<std::uint32_t> span;
    while ((span = tables_->first_span(Level::Quarters, topic)) &&
           begin_of(Level::Quarters, *span + 1) <= limit) {
        if (left == 0) return false;
        --left;
        tables_->erase({Level::Quarters, topic, *span});
    }
    return true;
}

void History::forget_empty_topics() {
    std::erase_if(topics_, [this](const auto& one) {
        for (const Level level : {Level::Raw, Level::Minutes, Level::Quarters}) {
            if (tables_->first_span(level, one.second)) return false;
        }
        tables_->erase_topic(one.second);
        return true;
    });
}

}  // namespace kleber::recorder
