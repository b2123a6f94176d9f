#include "gateway/base/deadlines.hpp"

namespace kleber {

void Deadlines::set(std::uint32_t id, SteadyTime at) {
    if (id >= place_.size()) place_.resize(id + 1, kNowhere);
    if (place_[id] == kNowhere) {
        heap_.push_back({});
        rise(heap_.size() - 1, {at, id});
        return;
    }
    const std::size_t index = place_[id];
    if (at < heap_[index].at) {
        rise(index, {at, id});
    } else {
        sink(index, {at, id});
    }
}

void Deadlines::cancel(std::uint32_t id) {
    if (has(id)) remove_at(place_[id]);
}

std::optional<SteadyTime> Deadlines::next() const {
    if (heap_.empty()) return std::nullopt;
    return heap_.front().at;
}

std::optional<std::uint32_t> Deadlines::pop_due(SteadyTime now) {
    if (heap_.empty() || heap_.front().at > now) return std::nullopt;
    const std::uint32_t id = heap_.front().id;
    remove_at(0);
    return id;
}

void Deadlines::shrink() {
    while (!place_.empty() && place_.back() == kNowhere) place_.pop_back();
    place_.shrink_to_fit();
    heap_.shrink_to_fit();
}

void Deadlines::place(std::size_t index, Entry entry) {
    heap_[index] = entry;
    place_[entry.id] = static_cast<std::uint32_t>(index);
}

void Deadlines::rise(std::size_t index, Entry entry) {
    while (index > 0) {
        const std::size_t parent = (index - 1) / 2;
        if (heap_[parent].at <= entry.at) break;
        place(index, heap_[parent]);
        index = parent;
    }
    place(index, entry);
}

void Deadlines::sink(std::size_t index, Entry entry) {
    while (true) {
        std::size_t child = 2 * index + 1;
        if (child >= heap_.size()) break;
        if (child + 1 < heap_.size() && heap_[child + 1].at < heap_[child].at) ++child;
        if (entry.at <= heap_[child].at) break;
        place(index, heap_[child]);
        index = child;
    }
    place(index, entry);
}

void Deadlines::remove_at(std::size_t index) {
    place_[heap_[index].id] = kNowhere;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (index == heap_.size()) return;
    if (index > 0 && last.at < heap_[(index - 1) / 2].at) {
        rise(index, last);
    } else {
        sink(index, last);
    }
}

}  // namespace kleber
