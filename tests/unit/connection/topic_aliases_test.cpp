#include "gateway/connection/topic_aliases.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

namespace kleber::connection {
namespace {

OutgoingAliases::Choice choose(OutgoingAliases& aliases, std::string_view topic,
                               std::uint16_t maximum) {
    return aliases.choose(topic, static_cast<std::uint32_t>(topic.size()), maximum);
}

TEST(IncomingAliases, remember_the_last_topic_of_each) {
    IncomingAliases aliases;
    EXPECT_EQ(aliases.topic(1), "");
    aliases.set(3, "c");
    aliases.set(1, "a");
    EXPECT_EQ(aliases.topic(1), "a");
    EXPECT_EQ(aliases.topic(2), "");
    EXPECT_EQ(aliases.topic(3), "c");
    EXPECT_EQ(aliases.topic(4), "");
    EXPECT_EQ(aliases.topic(0), "");
    aliases.set(3, "other");
    EXPECT_EQ(aliases.topic(3), "other");
}

TEST(OutgoingAliases, are_given_in_order_and_known_from_then_on) {
    OutgoingAliases aliases;
    for (const auto& [topic, alias, is_new] :
         {std::tuple{"a", 1, true}, std::tuple{"b", 2, true}, std::tuple{"a", 1, false},
          std::tuple{"b", 2, false}}) {  // of one hash
        const OutgoingAliases::Choice choice = choose(aliases, topic, 5);
        EXPECT_EQ(choice.alias, alias);
        EXPECT_EQ(choice.is_new, is_new);
    }
}

TEST(OutgoingAliases, stay_within_the_maximum) {
    for (const auto& [allowed, count] : {std::pair{1, 1}, std::pair{3, 3}, std::pair{65'535, 16}}) {
        OutgoingAliases aliases;
        std::set<std::uint16_t> seen;
        for (int i = 0; i < 200; ++i) {
            seen.insert(
                choose(aliases, "topic" + std::to_string(i), static_cast<std::uint16_t>(allowed))
                    .alias);
        }
        seen.erase(0);
        EXPECT_EQ(seen.size(), static_cast<std::size_t>(count));
        EXPECT_EQ(*seen.rbegin(), count);
    }
}

TEST(OutgoingAliases, a_topic_in_use_stays_where_others_come_once) {
    OutgoingAliases aliases;
    choose(aliases, "often", 4);
    int known = 0;
    for (int i = 0; i < 100; ++i) {
        choose(aliases, "once" + std::to_string(i), 4);
        if (!choose(aliases, "often", 4).is_new) ++known;
    }
    EXPECT_EQ(known, 100);
}

TEST(OutgoingAliases, a_forgotten_one_is_new_when_it_comes_again) {
    OutgoingAliases aliases;
    EXPECT_EQ(choose(aliases, "a", 1).alias, 1);
    aliases.forget(1);
    const OutgoingAliases::Choice choice = choose(aliases, "a", 1);
    EXPECT_EQ(choice.alias, 1);
    EXPECT_TRUE(choice.is_new);
}

}  // namespace
}  // namespace kleber::connection
