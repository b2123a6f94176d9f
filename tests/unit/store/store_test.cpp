#include "gateway/store/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class StoreTest : public StoreFixture {};

TEST_F(StoreTest, keeps_each_kind_of_record_and_gives_it_back_in_order) {
    std::vector<std::string> expected;
    {
        auto store = open(at(0));
        EXPECT_EQ(store->report().opening, Opening::Created);
        auto changes = batch(at(1000), memory_put(6, "rule"), retained_put({}), inbound_put(6, 9),
                             delivery_put(6, 1, 40), delivery_put(6, 2, 40, port::KeptState::Sent),
                             message_put(40, {}), subscription_put(6, "home/#"),
                             session_with_will(6, "lamp"), session_put(5, "pump"));
        must(store->commit(changes));
        for (std::size_t index = changes.changes.size(); index > 0; --index) {
            expected.push_back(describe(changes.changes[index - 1]));
        }
        std::swap(expected[4], expected[5]);  // deliveries, by serial
    }
    auto store = open(at(1000));
    EXPECT_EQ(store->report().opening, Opening::Opened);
    std::vector<std::string> lines;
    must(store->load([&](port::Change&& change) { lines.push_back(describe(change)); }));
    ASSERT_EQ(lines.size(), expected.size());
    EXPECT_EQ(lines, expected);
}

TEST_F(StoreTest, forgets_what_is_erased) {
    {
        auto store = open(at(0));
        must(store->commit(batch(
            at(0), session_put(5, "pump"), subscription_put(5, "a"), subscription_put(5, "b"),
            message_put(1, {}), message_put(2, {}), delivery_put(5, 1, 1), delivery_put(5, 2, 2),
            inbound_put(5, 1), inbound_put(5, 2), retained_put({.topic = "x"}),
            retained_put({.topic = "y"}), memory_put(5, "a"), memory_put(5, "b"))));
    }
    {
        auto store = open(at(0));  // folds
        must(store->commit(batch(at(0), subscription_erased(5, "a"), delivery_erased(5, 1),
                                 message_erased(1), inbound_erased(5, 1), retained_erased("x"),
                                 memory_erased(5, "a"))));
    }
    auto store = open(at(0));
    EXPECT_EQ(store->info()->kept, (Counts{1, 1, 1, 1, 1, 1, 1}));
    must(store->commit(batch(at(0), session_erased(5), message_erased(2))));
    EXPECT_EQ(store->info()->kept, (Counts{.retained = 1}));
}

TEST_F(StoreTest, gives_a_session_number_to_a_new_session) {
    {
        auto store = open(at(0));
        must(store->commit(batch(at(0), session_put(5, "old"), subscription_put(5, "old/#"),
                                 inbound_put(5, 1), message_put(1, {}), delivery_put(5, 1, 1),
                                 memory_put(5, "old"))));
        ASSERT_TRUE(store->info());  // folds
        must(store->commit(batch(at(0), inbound_put(5, 2), memory_put(5, "older"),
                                 session_erased(5), message_erased(1))));
        must(store->commit(batch(at(0), session_put(5, "new"), subscription_put(5, "new/#"))));
    }
    auto store = open(at(0));
    EXPECT_THAT(loaded(*store), ElementsAre(describe(session_put(5, "new")),
                                            describe(subscription_put(5, "new/#"))));
}

TEST_F(StoreTest, erases_a_session_with_more_deliveries_than_a_slice_takes) {
    auto store = open(at(0));
    port::ChangeBatch many = batch(at(0), session_put(5, "pump"), message_put(1, {}));
    for (std::uint64_t serial = 0; serial < 2000; ++serial) {
        many.changes.push_back(delivery_put(5, serial, 1));
        many.changes.push_back(delivery_put(6, serial, 1));
    }
    must(store->commit(many));
    EXPECT_EQ(store->info()->kept.deliveries, 4000U);
    must(store->commit(batch(at(0), session_erased(5))));
    tend_all(*store, at(60'000));
    EXPECT_EQ(store->info()->kept, (Counts{.messages = 1, .deliveries = 2000}));
}

TEST_F(StoreTest, writes_a_topic_updated_a_thousand_times_once) {
    auto store = open(at(0), {.durability = Durability::Process});
    for (int index = 0; index < 1000; ++index) {
        const std::string payload = std::to_string(index);
        must(store->commit(batch(at(index), retained_put({.payload = payload}))));
    }
    tend_all(*store, at(2000));  // a checkpoint, a sync
    EXPECT_EQ(store->tend_at(), steady(30'000));
    // Read, write one record, erase.
    int slices = 0;
    for (; store->tend_at().value_or(port::kNever) <= steady(30'000); ++slices) {
        must(store->tend(at(30'000)));
    }
    EXPECT_LE(slices, 6);
    EXPECT_EQ(store->tend_at(), std::nullopt);
    EXPECT_THAT(loaded(*store), ElementsAre(describe(retained_put({.payload = "999"}))));
}

TEST_F(StoreTest, takes_batches_of_any_size) {
    const std::string large(3 << 20, 'x');
    port::ChangeBatch many = batch(at(0), retained_put({.topic = "large", .payload = large}));
    for (int index = 0; index < 20'000; ++index) {
        const std::string topic = "home/" + std::to_string(index);
        many.changes.push_back(retained_put({.topic = topic}));
        many.changes.emplace_back();  // taken back
    }
    {
        auto store = open(at(0));
        must(store->commit(many));
        must(store->commit(batch(at(0))));
        must(store->commit(batch(at(0), port::Change{})));
    }
    Model model;
    model.apply(many);
    auto store = open(at(0));
    EXPECT_EQ(loaded(*store), model.all());
}

TEST_F(StoreTest, folds_at_once_what_grows_beyond_8_MiB) {
    auto store = open(at(0));
    const std::string payload(1 << 20, 'x');
    for (int index = 0; index < 7; ++index) {
        must(store->commit(batch(at(index), retained_put({.payload = payload}))));
        tend_all(*store, at(index));
        EXPECT_EQ(store->tend_at(), steady(30'000));
    }
    must(store->commit(batch(at(8), retained_put({.payload = payload}))));
    tend_all(*store, at(8));
    EXPECT_EQ(store->tend_at(), std::nullopt);
    EXPECT_EQ(store->info()->journal_bytes, 0U);
}

TEST_F(StoreTest, counts_what_is_left_of_an_expiry_at_the_next_start) {
    {
        auto store = open(at(0));
        must(store->commit(
            batch(at(1000), retained_put({.expires_at = steady(61'000)}), session_put(1, "pump"))));
    }
    {
        auto store = open(at(500, 1'790'000'031, true));  // 30 s later, after a boot
        EXPECT_THAT(loaded(*store)[0], testing::HasSubstr("until 30500"));
    }
    auto store = open(at(500, 0, false));
    EXPECT_THAT(loaded(*store)[0], testing::HasSubstr("until 60500"));
    EXPECT_THAT(loaded(*store)[1], testing::HasSubstr("ends 3599500"));
}

TEST_F(StoreTest, copies_itself_while_it_is_in_use) {
    const std::string copy = folder_ + "/copy.db";
    auto store = open(at(0));
    must(store->commit(batch(at(0), retained_put({.topic = "folded"}))));
    ASSERT_TRUE(store->info());  // folds
    must(store->commit(batch(at(0), retained_put({.topic = "in the journal"}))));
    must(store->begin_backup(copy));
    EXPECT_FALSE(store->begin_backup(folder_ + "/second.db").has_value()) << "one at a time";
    must(store->commit(batch(at(0), retained_put({.topic = "while it is made"}))));
    finish_backup(*store);
    must(store->commit(batch(at(0), retained_put({.topic = "later"}))));

    EXPECT_FALSE(store->begin_backup(copy).has_value()) << "there is a file";
    EXPECT_EQ(std::filesystem::status(copy).permissions(), std::filesystem::perms{0600});
    auto restored = open_at(copy, at(0));
    EXPECT_EQ(restored->report().opening, Opening::Opened);
    EXPECT_THAT(loaded(*restored),
                ElementsAre(describe(retained_put({.topic = "folded"})),
                            describe(retained_put({.topic = "in the journal"})),
                            describe(retained_put({.topic = "while it is made"}))));
    EXPECT_EQ(store->info()->kept.retained, 4U);
}

TEST_F(StoreTest, finds_nothing_wrong_with_itself) {
    auto store = open(at(0));
    must(store->commit(batch(at(0), session_put(5, "pump"), retained_put({}))));
    const auto report = store->check();
    ASSERT_TRUE(report);
    EXPECT_THAT(report->problems, IsEmpty());
    EXPECT_EQ(report->kept, (Counts{.sessions = 1, .retained = 1}));
    EXPECT_GT(store->info()->file_bytes, 8192U);
}

}  // namespace
}  // namespace kleber::store
