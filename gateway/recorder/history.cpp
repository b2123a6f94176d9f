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
    is_written_ = false;
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
    std::vector<Pending>* pending = pending_of(topic);
    if (!pending) {
        ++counts_.too_many_topics;
        return;
    }
    pending->push_back({at, *value});
    ++pending_count_;
    ++counts_.recorded;
}

// Null: it would be one topic too many.
std::vector<History::Pending>* History::pending_of(std::string_view topic) {
    if (const auto found = pending_.find(topic); found != pending_.end()) return &found->second;
    if (!topics_.contains(topic)) {
        if (topics_.size() + new_topics_ >= limits_.topics) return nullptr;
        ++new_topics_;
    }
    return &pending_.emplace(topic, std::vector<Pending>{}).first->second;
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
    for (const auto& [topic, points] : pending_) {
        for (const Pending& point : points) times.push_back(point.at);
    }
    const auto last = times.begin() + static_cast<std::ptrdiff_t>((times.size() - 1) / 4);
    std::nth_element(times.begin(), last, times.end());
    const SteadyTime cut_off = *last;
    // Of that moment only as many as are to go: all that waits may be of one moment.
    auto left_of_it = std::count(times.begin(), last + 1, cut_off);
    for (auto& [topic, points] : pending_) {
        const auto dropped = std::remove_if(points.begin(), points.end(), [&](const Pending& one) {
            return one.at < cut_off || (one.at == cut_off && left_of_it-- > 0);
        });
        const auto count = static_cast<std::size_t>(points.end() - dropped);
        points.erase(dropped, points.end());
        pending_count_ -= count;
        counts_.no_room += count;
    }
    std::erase_if(pending_, [](const auto& one) { return one.second.empty(); });
    count_new_topics();
}

void History::committed() {
    if (!is_written_) return;
    is_written_ = false;
    pending_.clear();
    pending_count_ = 0;
    new_topics_ = 0;
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
    is_written_ = true;
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
    for (const auto& [topic, values] : pending_) {
        points.clear();
        for (const Pending& value : values) {
            points.push_back({wall_of(value.at, now), value.value});
        }
        put_number(row, number_of(topic));
        put_points(row, points);
    }
    tables_->append_recent(row.bytes());
    recent_bytes_ += row.size();
}

std::vector<std::string> History::topics() const {
    std::vector<std::string> names;
    for (const auto& [name, number] : topics_) names.push_back(name);
    for (const auto& [name, values] : pending_) names.push_back(name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace kleber::recorder
