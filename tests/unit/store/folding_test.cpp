#include "gateway/store/folding.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

class FoldingTest : public StoreFixture {
  protected:
    // Keeps the model beside the store.
    void commit(Store& store, const port::ChangeBatch& changes) {
        must(store.commit(changes));
        model_.apply(changes);
    }

    Model model_;
};

TEST_F(FoldingTest, a_crash_between_any_two_slices_loses_nothing) {
    auto store = open(at(0), {.durability = Durability::Process});
    port::ChangeBatch old = batch(at(0), session_put(5, "old"), session_put(6, "pump"));
    for (std::uint32_t number = 0; number < 700; ++number) {
        old.changes.push_back(message_put(number, {}));
        old.changes.push_back(delivery_put(5, number, number));
    }
    commit(*store, old);
    ASSERT_TRUE(store->info());  // folds
    // The same numbers mean something else now.
    port::ChangeBatch changed = batch(at(0), session_erased(5));
    for (std::uint32_t number = 0; number < 700; ++number) {
        const std::string topic = "home/" + std::to_string(number);
        changed.changes.push_back(message_erased(number));
        changed.changes.push_back(retained_put({.topic = topic}));
        if (number % 2 == 0) continue;
        changed.changes.push_back(message_put(number, {.payload = "new"}));
        changed.changes.push_back(delivery_put(5, number / 2, number));
    }
    changed.changes.push_back(session_put(5, "new"));
    commit(*store, changed);

    int slices = 0;
    while (store->tend_at().value_or(port::kNever) <= steady(30'000)) {
        must(store->tend(at(30'000)));
        // Commits go on between slices, and meet what is just being folded.
        const auto serial = static_cast<std::uint32_t>(++slices);
        commit(*store, batch(at(30'000), delivery_erased(5, serial), retained_erased("home/3"),
                             retained_put({.topic = "home/4", .payload = std::to_string(serial)})));
        auto restarted = open_at(copy_of_files("copy.db"), at(0));
        ASSERT_EQ(restarted->report().opening, Opening::Opened);
        ASSERT_EQ(loaded(*restarted), model_.all()) << "after slice " << slices;
        ASSERT_LT(slices, 100);
    }
    EXPECT_GT(slices, 5);
}

// Groups of records are put by one statement, and keys that follow each other are erased by one.
TEST_F(FoldingTest, many_records_of_each_table_are_put_and_erased) {
    auto store = open(at(0), {.durability = Durability::Process});
    port::ChangeBatch all = batch(at(0));
    for (std::uint32_t number = 1; number <= 101; ++number) {
        const std::string text = "home/" + std::to_string(number);
        all.changes.push_back(session_put(number, text));
        all.changes.push_back(message_put(number, {.payload = text}));
        all.changes.push_back(delivery_put(number % 2, number, number));
        all.changes.push_back(inbound_put(5, static_cast<std::uint16_t>(number)));
        all.changes.push_back(subscription_put(number % 3, text));
        all.changes.push_back(retained_put({.topic = text}));
    }
    commit(*store, all);
    tend_all(*store, at(30'000));
    EXPECT_EQ(loaded(*store), model_.all());

    // Every second, then a run of all, the first and the last.
    port::ChangeBatch erased = batch(at(30'000));
    for (std::uint32_t number = 1; number <= 101; ++number) {
        if (number < 40 ? number % 2 == 0 : number > 80 && number < 101) continue;
        const std::string text = "home/" + std::to_string(number);
        erased.changes.push_back(message_erased(number));
        erased.changes.push_back(delivery_erased(number % 2, number));
        erased.changes.push_back(inbound_erased(5, static_cast<std::uint16_t>(number)));
        erased.changes.push_back(subscription_erased(number % 3, text));
        erased.changes.push_back(retained_erased(text));
        if (number > 50) erased.changes.push_back(session_erased(number));
    }
    commit(*store, erased);
    tend_all(*store, at(60'000));
    EXPECT_EQ(loaded(*store), model_.all());
}

TEST_F(FoldingTest, folds_more_than_it_coalesces_at_a_time) {
    auto store = open(at(0), {.durability = Durability::Process});
    const std::string payload(900 << 10, 'x');
    for (int index = 0; index < 20; ++index) {
        const std::string topic = "home/" + std::to_string(index % 12);
        commit(*store, batch(at(index), retained_put({.topic = topic, .payload = payload})));
        commit(*store, batch(at(index), retained_put({.topic = topic, .payload = topic})));
    }
    auto restarted = open_at(copy_of_files("copy.db"), at(0));
    EXPECT_EQ(loaded(*restarted), model_.all());
    tend_all(*store, at(30'000));
    EXPECT_EQ(loaded(*store), model_.all());
}

}  // namespace
}  // namespace kleber::store
