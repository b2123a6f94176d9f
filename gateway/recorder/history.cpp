#include "gateway/recorder/history.hpp"

#include <algorithm>
#include <set>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/numbers.hpp"
#include "gateway/recorder/batch.hpp"
#include "gateway/recorder/number_in.hpp"
#include "gateway/recorder/point_codec.hpp"

namespace kleber::recorder {

void History::set_tables(HistoryTables* tables) {
    tables_ = tables;
    topics_.clear();
    recent_bytes_ = 0;
    hour_.reset();
    if (tables_) read_tables();
    count_new_topics();
}

void History::read_tables() {
    tables_->for_each_topic(
        [this](TopicId number, std::string_view name) { topics_.emplace(name, number); });
    tables_->for_each_recent([this](Bytes points) { recent_bytes_ += points.size(); });
}

void History::record(std::string_view topic, Bytes payload, SteadyTime at) {
    const std::optional<double> value = number_in(payload);
    if (!value) {
        ++counts_.no_number;
        return;
    }
    if (pending_count_ >= limits_.pending) drop_oldest();
    Waiting* waiting = waiting_of(topic);
    if (!waiting) {
        ++counts_.too_many_topics;
        return;
    }
    waiting->values.push_back({at, *value});
    ++pending_count_;
    ++counts_.recorded;
}

// Null: it would be one topic too many.
History::Waiting* History::waiting_of(std::string_view topic) {
    if (const auto found = pending_.find(topic); found != pending_.end()) return &found->second;
    if (!topics_.contains(topic)) {
        if (topic_count() >= limits_.topics) return nullptr;
        ++new_topics_;
    }
    return &pending_.emplace(topic, Waiting{}).first->second;
}

void History::count_new_topics() {
    new_topics_ = static_cast<std::size_t>(
        std::count_if(pending_.begin(), pending_.end(),
                      [this](const auto& one) { return !topics_.contains(one.first); }));
}

// A quarter of what waits, so that it is not done for every value; of all topics what was said
// first, so that one that seldom says something keeps what is news.
void History::drop_oldest() {
    std::vector<SteadyTime> times;
    times.reserve(pending_count_);
    for (const auto& [topic, waiting] : pending_) {
        for (const Pending& value : waiting.values) times.push_back(value.at);
    }
    const auto last = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 4);
    std::nth_element(times.begin(), last, times.end());
    const SteadyTime cut_off = *last;
    // Of that moment only as many as are to go: all that waits may be of one moment.
    auto left_of_it = std::count(times.begin(), last + 1, cut_off);
    const auto is_kept = [&](const Pending& value) {
        return value.at > cut_off || (value.at == cut_off && left_of_it-- <= 0);
    };
    for (auto& [topic, waiting] : pending_) {
        const auto kept = std::find_if(waiting.values.begin(), waiting.values.end(), is_kept);
        const auto count = static_cast<std::size_t>(kept - waiting.values.begin());
        drop_first(waiting, count);
        counts_.no_room += count;
    }
    forget_empty_pending();
}

void History::drop_first(Waiting& waiting, std::size_t count) {
    waiting.values.erase(waiting.values.begin(),
                         waiting.values.begin() + static_cast<std::ptrdiff_t>(count));
    waiting.written_count -= std::min(count, waiting.written_count);
    pending_count_ -= count;
}

void History::forget_empty_pending() {
    std::erase_if(pending_, [](const auto& one) { return one.second.values.empty(); });
    count_new_topics();
}

void History::committed() {
    for (auto& [topic, waiting] : pending_) drop_first(waiting, waiting.written_count);
    forget_empty_pending();
}

void History::undone() {
    for (auto& [topic, waiting] : pending_) waiting.written_count = 0;
}

TopicId History::number_of(const std::string& topic) {
    if (const auto found = topics_.find(topic); found != topics_.end()) return found->second;
    std::set<TopicId> taken;
    for (const auto& [name, id] : topics_) taken.insert(id);
    TopicId number = 1;
    while (taken.contains(number)) ++number;
    tables_->add_topic(number, topic);
    topics_.emplace(topic, number);
    return number;
}

void History::write(const Now& now) {
    if (!tables_ || !now.wall_is_trusted) return;
    append_recent(now);
    const std::uint32_t hour = span_at(Level::Raw, now.wall);
    if (hour_ != hour) is_rolled_up_ = false;
    hour_ = hour;
    if (!is_rolled_up_ || recent_bytes_ >= limits_.recent_bytes) fold();
    if (!is_rolled_up_) roll_up(now);
}

void History::append_recent(const Now& now) {
    if (pending_.empty()) return;
    ByteBuffer row;
    std::vector<Point> points;
    for (auto& [topic, waiting] : pending_) {
        points.clear();
        for (const Pending& value : waiting.values) {
            points.push_back({wall_of(value.at, now), value.value});
        }
        waiting.written_count = waiting.values.size();
        put_number(row, number_of(topic));
        put_points(row, points);
    }
    tables_->append_recent(row.bytes());
    recent_bytes_ += row.size();
}

std::vector<std::string> History::topics() const {
    std::vector<std::string> names;
    for (const auto& [name, number] : topics_) names.push_back(name);
    for (const auto& [name, waiting] : pending_) names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace kleber::recorder
