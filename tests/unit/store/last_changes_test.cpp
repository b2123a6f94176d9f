#include "gateway/store/last_changes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace kleber::store {
namespace {

const std::string kRecords = "abcdefghijklmnopqrstuvwxyz";

Entry put(const Key& key, std::size_t record) {
    return {.key = key, .is_put = true, .record = as_bytes(kRecords).subspan(record, 1)};
}
Entry erase(const Key& key) {
    return {.key = key, .is_put = false, .record = {}};
}

// All that is left, in its order; wipes first.
std::vector<std::string> drained(LastChanges& changes) {
    std::vector<std::string> all;
    for (; changes.wipe(); changes.drop_wipe()) {
        all.push_back("wipe " + std::to_string(*changes.wipe()));
    }
    while (!changes.first().empty()) {
        const auto first = changes.first();
        const std::size_t count = std::min<std::size_t>(first.size(), 3);
        for (const auto& [entry, order] : first.first(count)) {
            const Key& key = entry.key;
            all.push_back(std::to_string(static_cast<int>(key.table)) + " " +
                          std::to_string(key.id) + "." + std::to_string(key.serial) + "." +
                          std::string{key.text} + "=" + std::string{as_text(entry.record)});
        }
        changes.drop(count);
    }
    EXPECT_TRUE(changes.empty());
    return all;
}

TEST(LastChangesTest, the_last_change_to_a_key_counts_whenever_it_was_settled) {
    LastChanges changes;
    changes.take(put({.table = Table::Retained, .text = "b"}, 0));
    changes.take(put({.table = Table::Retained, .text = "a"}, 1));
    changes.take(put({.table = Table::Retained, .text = "b"}, 2));
    changes.settle();
    EXPECT_EQ(changes.size(), 2U);
    changes.take(put({.table = Table::Message, .id = 9}, 3));
    changes.take(put({.table = Table::Retained, .text = "a"}, 4));
    changes.take(erase({.table = Table::Retained, .text = "b"}));
    changes.settle();
    EXPECT_EQ(drained(changes), (std::vector<std::string>{"3 9.0.=d", "6 0.0.a=e", "6 0.0.b="}));
}

TEST(LastChangesTest, what_a_session_erased_is_left_out_and_what_came_after_is_not) {
    LastChanges changes;
    changes.take(put({.table = Table::Session, .id = 7}, 0));
    changes.take(put({.table = Table::Delivery, .id = 7, .serial = 1}, 1));
    changes.take(put({.table = Table::Delivery, .id = 8, .serial = 1}, 2));
    changes.take(put({.table = Table::Message, .id = 7}, 3));
    changes.settle();
    changes.take(erase({.table = Table::Session, .id = 7}));
    changes.take(put({.table = Table::Delivery, .id = 7, .serial = 2}, 4));
    changes.settle();
    changes.take(put({.table = Table::Session, .id = 7}, 5));
    changes.settle();
    EXPECT_EQ(drained(changes),
              (std::vector<std::string>{"wipe 7", "1 7.0.=f", "3 7.0.=d", "4 7.2.=e", "4 8.1.=c"}));
}

// Against a map, which needs no order.
TEST(LastChangesTest, random_changes_come_out_as_from_a_map) {
    std::mt19937 random{20261120};
    for (int round = 0; round < 200; ++round) {
        LastChanges changes;
        std::map<std::tuple<Table, std::uint32_t, std::uint64_t>, std::string> model;
        std::set<std::uint32_t> wiped;
        for (int step = 0; step < 60; ++step) {
            const Table table = kTables[random() % std::size(kTables)];
            if (table == Table::Subscription || table == Table::Retained) continue;
            Key key{.table = table, .id = static_cast<std::uint32_t>(random() % 4)};
            if (belongs_to_session(table)) key.serial = random() % 5;
            const bool is_put = random() % 5 != 0;
            const std::size_t record = random() % kRecords.size();
            changes.take(is_put ? put(key, record) : erase(key));
            model[{table, key.id, key.serial}] = is_put ? kRecords.substr(record, 1) : "";
            if (table == Table::Session && !is_put) {
                wiped.insert(key.id);
                std::erase_if(model, [&](const auto& pair) {
                    return belongs_to_session(std::get<0>(pair.first)) &&
                           std::get<1>(pair.first) == key.id;
                });
            }
            if (random() % 8 == 0) changes.settle();
        }
        changes.settle();
        std::vector<std::string> expected;
        for (const auto& [key, record] : model) {
            const auto& [table, id, serial] = key;
            expected.push_back(std::to_string(static_cast<int>(table)) + " " + std::to_string(id) +
                               "." + std::to_string(serial) + ".=" + record);
        }
        std::vector<std::string> all = drained(changes);
        std::set<std::string> wipes{all.begin(), all.begin() + static_cast<int>(wiped.size())};
        for (const std::uint32_t id : wiped)
            EXPECT_TRUE(wipes.contains("wipe " + std::to_string(id)));
        all.erase(all.begin(), all.begin() + static_cast<int>(wiped.size()));
        ASSERT_EQ(all, expected) << "round " << round;
    }
}

}  // namespace
}  // namespace kleber::store
