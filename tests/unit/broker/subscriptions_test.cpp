#include "gateway/broker/subscriptions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>

#include "gateway/broker/session_table.hpp"
#include "gateway/topic/match.hpp"

namespace kleber::broker {
namespace {

using Added = Subscriptions::Added;

class SubscriptionsTest : public testing::Test {
  protected:
    // Who gets a name, by client id; groups as their members in turn.
    std::string receivers(std::string_view name) {
        std::vector<std::string> found;
        subscriptions_.for_each_matching(name, [&](const Subscription& subscription) {
            if (subscription.session) {
                found.push_back(subscription.session->client_id);
                return;
            }
            std::string members = "(";
            for (const std::uint32_t member :
                 subscriptions_.groups().at(subscription.group).members) {
                members += subscriptions_.at(member).session->client_id;
            }
            found.push_back(members + ')');
        });
        std::sort(found.begin(), found.end());
        std::string text;
        for (const std::string& each : found) text += each;
        return text;
    }

    SessionTable sessions_{1};
    Subscriptions subscriptions_{1};
    Session& a_ = sessions_.create("a");
    Session& b_ = sessions_.create("b");
    Session& c_ = sessions_.create("c");
};

TEST_F(SubscriptionsTest, come_and_go) {
    EXPECT_EQ(subscriptions_.add(a_, "x/+", {}, 0), Added::New);
    EXPECT_EQ(subscriptions_.add(b_, "x/+", {}, 0), Added::New);
    EXPECT_EQ(subscriptions_.add(c_, "#", {}, 0), Added::New);
    EXPECT_EQ(receivers("x/y"), "abc");
    EXPECT_EQ(receivers("$SYS/y"), "");
    EXPECT_TRUE(subscriptions_.has(a_, "x/+"));
    EXPECT_FALSE(subscriptions_.has(a_, "#"));
    EXPECT_TRUE(subscriptions_.remove(a_, "x/+"));
    EXPECT_FALSE(subscriptions_.remove(a_, "x/+"));
    EXPECT_FALSE(subscriptions_.remove(a_, "never/seen"));
    EXPECT_EQ(receivers("x/y"), "bc");
    EXPECT_EQ(subscriptions_.count(), 2u);
    EXPECT_EQ(a_.subscription_count, 0u);
}

TEST_F(SubscriptionsTest, a_new_one_replaces_the_old) {
    subscriptions_.add(a_, "x", {.qos = Qos::AtMostOnce}, 1);
    const std::uint64_t before = subscriptions_.generation();
    EXPECT_EQ(subscriptions_.add(a_, "x", {.qos = Qos::ExactlyOnce}, 2), Added::Replaced);
    EXPECT_NE(subscriptions_.generation(), before);
    EXPECT_EQ(a_.subscription_count, 1u);
    subscriptions_.for_each_matching("x", [&](const Subscription& subscription) {
        EXPECT_EQ(subscription.options.qos, Qos::ExactlyOnce);
        EXPECT_EQ(subscription.subscription_id, 2u);
    });
}

TEST_F(SubscriptionsTest, members_of_a_group_share_one_entry) {
    EXPECT_EQ(subscriptions_.add(a_, "$share/g/x", {}, 0), Added::New);
    EXPECT_EQ(subscriptions_.add(b_, "$share/g/x", {}, 0), Added::New);
    EXPECT_EQ(subscriptions_.add(b_, "$share/h/x", {}, 0), Added::New);
    EXPECT_EQ(subscriptions_.add(b_, "x", {}, 0), Added::New);
    EXPECT_EQ(receivers("x"), "(ab)(b)b");
    EXPECT_EQ(subscriptions_.count(), 4u);
    EXPECT_EQ(subscriptions_.shared_count(), 3u);
    EXPECT_NE(subscriptions_.group_of(b_, "$share/g/x"), subscriptions_.group_of(b_, "$share/h/x"));
    EXPECT_EQ(subscriptions_.group_of(b_, "x"), kNoGroup);
    EXPECT_EQ(subscriptions_.group_of(c_, "$share/g/x"), kNoGroup);

    EXPECT_TRUE(subscriptions_.remove(a_, "$share/g/x"));
    EXPECT_EQ(receivers("x"), "(b)(b)b");
    EXPECT_TRUE(subscriptions_.remove(b_, "$share/g/x"));
    EXPECT_EQ(receivers("x"), "(b)b");
    EXPECT_FALSE(subscriptions_.remove(b_, "$share/g/x"));
    subscriptions_.remove_all(b_);
    EXPECT_EQ(receivers("x"), "");
    EXPECT_EQ(subscriptions_.shared_count(), 0u);
}

TEST_F(SubscriptionsTest, the_turn_stays_with_whom_it_was) {
    for (Session* session : {&a_, &b_, &c_}) subscriptions_.add(*session, "$share/g/x", {}, 0);
    SharedGroups::Group& group =
        subscriptions_.groups().at(subscriptions_.group_of(a_, "$share/g/x"));
    group.turn = 1;  // b's
    subscriptions_.remove(a_, "$share/g/x");
    EXPECT_EQ(subscriptions_.at(group.members[group.turn]).session, &b_);
    subscriptions_.remove(c_, "$share/g/x");
    EXPECT_EQ(subscriptions_.at(group.members[group.turn]).session, &b_);
}

// Against a list of (client, filter) pairs.
TEST_F(SubscriptionsTest, at_random_are_what_a_list_says) {
    std::mt19937 random{4};
    const std::string filters[] = {"a",   "a/b", "+",          "a/+",          "#",
                                   "a/#", "+/b", "$share/g/a", "$share/g/a/+", "$share/h/#"};
    Session* const sessions[] = {&a_, &b_, &c_};
    std::set<std::pair<Session*, std::string>> list;
    for (int step = 0; step < 5000; ++step) {
        Session& session = *sessions[random() % 3];
        const std::string& filter = filters[random() % std::size(filters)];
        if (random() % 100 == 0) {
            subscriptions_.remove_all(session);
            std::erase_if(list, [&](const auto& each) { return each.first == &session; });
            subscriptions_.shrink();
        } else if (random() % 2 == 0) {
            const bool is_new = list.emplace(&session, filter).second;
            ASSERT_EQ(subscriptions_.add(session, filter, {}, 0),
                      is_new ? Added::New : Added::Replaced);
        } else {
            ASSERT_EQ(subscriptions_.remove(session, filter), list.erase({&session, filter}) == 1);
        }
        ASSERT_EQ(subscriptions_.count(), list.size());
        const std::string name = random() % 2 == 0 ? "a" : "a/b";
        std::size_t expected = 0;
        for (const auto& [client, text] : list) {
            const bool is_shared = text.starts_with("$share/");
            expected += topic::matches(is_shared ? text.substr(9) : text, name);
        }
        std::size_t found = 0;
        subscriptions_.for_each_matching(name, [&](const Subscription& subscription) {
            found += subscription.session
                         ? 1
                         : subscriptions_.groups().at(subscription.group).members.size();
        });
        ASSERT_EQ(found, expected);
    }
}

}  // namespace
}  // namespace kleber::broker
