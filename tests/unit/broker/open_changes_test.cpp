#include "gateway/broker/open_changes.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace kleber::broker {
namespace {

port::Change change(std::uint32_t session) {
    return port::SessionErased{port::SessionId{session}};
}

std::string listed(OpenChanges& changes) {
    std::string text;
    changes.for_each([&](OpenChanges::Slot, const OpenChanges::Entry& entry) {
        text += std::to_string(std::get<port::SessionErased>(entry.change).session.value) + ' ';
    });
    return text;
}

TEST(OpenChanges, keep_their_order_whatever_is_taken_out) {
    OpenChanges changes;
    OpenChanges::Slot slots[5];
    for (std::uint32_t n = 0; n < 5; ++n) slots[n] = changes.append(change(n), true, {});
    changes.remove(slots[2]);
    EXPECT_EQ(listed(changes), "0 1 3 4 ");
    changes.remove(slots[0]);
    changes.remove(slots[4]);
    EXPECT_EQ(listed(changes), "1 3 ");
    changes.append(change(9), true, {});
    EXPECT_EQ(listed(changes), "1 3 9 ");
    EXPECT_EQ(changes.size(), 3u);
}

TEST(OpenChanges, take_no_more_room_the_more_comes_and_goes) {
    OpenChanges changes;
    const OpenChanges::Slot stays = changes.append(change(0), true, {});
    for (std::uint32_t n = 1; n < 1000; ++n) {
        const OpenChanges::Slot slot = changes.append(change(n), true, {});
        EXPECT_LE(slot, 1u);
        changes.remove(slot);
    }
    EXPECT_EQ(listed(changes), "0 ");
    changes.remove(stays);
    EXPECT_TRUE(changes.empty());
}

TEST(OpenChanges, know_the_oldest_promise) {
    OpenChanges changes;
    const auto at = [](int seconds) { return SteadyTime{std::chrono::seconds{seconds}}; };
    changes.append(change(0), true, at(1));
    const OpenChanges::Slot second = changes.append(change(1), true, at(2));
    const OpenChanges::Slot third = changes.append(change(2), true, at(3));
    EXPECT_FALSE(changes.has_promised());
    changes.promise(third, 7, at(4));
    changes.promise(second, 8, at(5));
    EXPECT_EQ(changes.first_promised().promise, 7u);
    changes.remove(third);
    EXPECT_EQ(changes.first_promised().promise, 8u);
    EXPECT_EQ(changes.first_promised().at, at(5));
    changes.clear();
    EXPECT_FALSE(changes.has_promised());
    EXPECT_TRUE(changes.empty());
}

}  // namespace
}  // namespace kleber::broker
