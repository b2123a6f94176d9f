#include "gateway/broker/router.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "gateway/broker/session_table.hpp"
#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {
namespace {

class RouterTest : public testing::Test {
  protected:
    std::string text_of(const Route& route, const Grant& grant) {
        if (!grant.is_given) return "nothing";
        std::string text = "q" + std::to_string(static_cast<unsigned>(grant.qos));
        if (grant.retain_as_published) text += " retain";
        for (const std::uint32_t id : route.ids_of(grant)) text += " " + std::to_string(id);
        return text;
    }
    // "a: q1 5 | b: q0; own q2"
    std::string text_of(const Route& route) {
        std::string text;
        for (const Receiver& receiver : route.receivers) {
            if (!text.empty()) text += " | ";
            text += receiver.session->client_id + ": " + text_of(route, receiver.grant);
            const std::string own = text_of(route, receiver.own_grant);
            if (own != text_of(route, receiver.grant)) text += "; own " + own;
        }
        for (std::size_t group = 0; group < route.groups.size(); ++group) text += " | group";
        return text;
    }
    std::string route(Router& router, std::string_view topic) {
        return text_of(router.route(*make_message(topic, "")));
    }

    SessionTable sessions_{1};
    Subscriptions subscriptions_{1};
    Session& a_ = sessions_.create("a");
    Session& b_ = sessions_.create("b");
};

TEST_F(RouterTest, mqtt_3_3_4_4_overlapping_subscriptions_are_one_receiver_with_all_ids) {
    Router router{subscriptions_, {}};
    subscriptions_.add(a_, "x/y", {.qos = Qos::AtLeastOnce}, 5);
    subscriptions_.add(b_, "x/#", {}, 0);
    subscriptions_.add(a_, "x/+", {.qos = Qos::ExactlyOnce}, 0);
    subscriptions_.add(a_, "#", {.retain_as_published = true}, 6);
    const Route& found = router.route(*make_message("x/y", ""));
    ASSERT_EQ(found.receivers.size(), 2u);
    const Receiver& receiver =
        found.receivers[0].session == &a_ ? found.receivers[0] : found.receivers[1];
    EXPECT_EQ(receiver.grant.qos, Qos::ExactlyOnce);
    EXPECT_TRUE(receiver.grant.retain_as_published);
    const auto ids = found.ids_of(receiver.grant);
    EXPECT_EQ(std::set<std::uint32_t>(ids.begin(), ids.end()), (std::set<std::uint32_t>{5, 6}));
}

TEST_F(RouterTest, mqtt_3_8_3_3_own_messages_skip_what_is_no_local) {
    Router router{subscriptions_, {}};
    subscriptions_.add(a_, "x", {.qos = Qos::ExactlyOnce, .no_local = true}, 5);
    EXPECT_EQ(route(router, "x"), "a: q2 5; own nothing");
    subscriptions_.add(a_, "+", {.qos = Qos::AtLeastOnce}, 6);
    const std::string both = route(router, "x");
    EXPECT_TRUE(both == "a: q2 5 6; own q1 6" || both == "a: q2 6 5; own q1 6") << both;
}

TEST_F(RouterTest, remembers_and_forgets_with_the_subscriptions) {
    Router router{subscriptions_, {}};
    for (int round = 0; round < 4; ++round) {  // the first is not remembered, the third is
        subscriptions_.add(a_, "x", {}, 0);
        for (int time = 0; time < 3; ++time) EXPECT_EQ(route(router, "x"), "a: q0");
        subscriptions_.add(a_, "x", {.qos = Qos::AtLeastOnce}, 0);
        EXPECT_EQ(route(router, "x"), "a: q1");
        subscriptions_.add(b_, "$share/g/+", {}, 0);
        EXPECT_EQ(route(router, "x"), "a: q1 | group");
        subscriptions_.remove(a_, "x");
        subscriptions_.remove(b_, "$share/g/+");
        EXPECT_EQ(route(router, "x"), "");
    }
}

// However little it may remember, the answer is what a router without memory says.
TEST_F(RouterTest, is_the_same_with_a_small_memory) {
    Router small{subscriptions_, {.cached_routes_max = 3, .cached_receivers_max = 4}};
    std::mt19937 random{9};
    for (int step = 0; step < 3000; ++step) {
        Session& session = random() % 2 == 0 ? a_ : b_;
        const std::string topic{static_cast<char>('a' + random() % 7)};
        const std::string filter = random() % 4 == 0 ? "+" : topic;
        if (random() % 8 == 0) {
            subscriptions_.add(session, filter, {.qos = static_cast<Qos>(random() % 3)}, 0);
        } else if (random() % 8 == 0) {
            subscriptions_.remove(session, filter);
        }
        if (random() % 64 == 0) small.forget();
        Router fresh{subscriptions_, {}};
        ASSERT_EQ(route(small, topic), route(fresh, topic)) << step;
    }
}

}  // namespace
}  // namespace kleber::broker
