#include "gateway/store/last_changes.hpp"

#include <algorithm>
#include <tuple>

namespace kleber::store {
namespace {

using Last = LastChanges::Last;

// Of one table: the key without it.
auto key_in_table(const Last& last) {
    const Key& key = last.entry.key;
    return std::tuple{key.id, key.serial, key.text};
}

bool is_before(const Last& a, const Last& b) {
    const auto order = key_in_table(a) <=> key_in_table(b);
    return order != 0 ? order < 0 : a.order < b.order;
}

bool has_same_key(const Last& a, const Last& b) {
    return key_in_table(a) == key_in_table(b);
}

}  // namespace

void LastChanges::take(const Entry& entry) {
    if (entry.key.table == Table::Session && !entry.is_put) {
        const auto [at, is_new] = wiped_at_.insert_or_assign(entry.key.id, taken_count_);
        if (is_new) wipes_.push_back(at->first);
        has_new_wipe_ = true;
    }
    const auto index = static_cast<std::size_t>(entry.key.table) - 1;
    tables_[index].changes.push_back({entry, taken_count_++});
}

void LastChanges::settle() {
    for (OfTable& table : tables_) settle(table, has_new_wipe_);
    has_new_wipe_ = false;
}

void LastChanges::settle(OfTable& table, bool from_begin) const {
    std::vector<Last>& changes = table.changes;
    const auto middle = changes.begin() + static_cast<std::ptrdiff_t>(table.settled_count);
    if (!std::is_sorted(middle, changes.end(), is_before)) {
        std::sort(middle, changes.end(), is_before);
    }
    auto touched = middle;
    if (middle != changes.end()) {
        touched = std::lower_bound(changes.begin(), middle, *middle, is_before);
        std::inplace_merge(touched, middle, changes.end(), is_before);
        // An earlier change to the same key comes just before.
        if (touched != changes.begin()) --touched;
    }
    if (from_begin) touched = changes.begin();
    auto kept = touched;
    for (auto at = touched; at != changes.end(); ++at) {
        const auto next = at + 1;
        const bool is_last = next == changes.end() || !has_same_key(*at, *next);
        if (is_last && !is_wiped(*at)) *kept++ = *at;
    }
    changes.erase(kept, changes.end());
    table.settled_count = changes.size();
}

bool LastChanges::is_wiped(const Last& last) const {
    if (wiped_at_.empty() || !belongs_to_session(last.entry.key.table)) return false;
    const auto wiped = wiped_at_.find(last.entry.key.id);
    return wiped != wiped_at_.end() && last.order < wiped->second;
}

std::size_t LastChanges::size() const {
    std::size_t size = 0;
    for (const OfTable& table : tables_) size += table.changes.size() - table.dropped_count;
    return size;
}

std::optional<std::uint32_t> LastChanges::wipe() const {
    if (wipes_.empty()) return std::nullopt;
    return wipes_.back();
}

std::span<const Last> LastChanges::first() const {
    for (const OfTable& table : tables_) {
        if (table.dropped_count < table.changes.size()) {
            return std::span{table.changes}.subspan(table.dropped_count);
        }
    }
    return {};
}

void LastChanges::drop(std::size_t count) {
    for (OfTable& table : tables_) {
        if (table.dropped_count == table.changes.size()) continue;
        table.dropped_count += count;
        return;
    }
}

}  // namespace kleber::store
