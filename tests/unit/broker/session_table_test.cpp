#include "gateway/broker/session_table.hpp"

#include <gtest/gtest.h>

namespace kleber::broker {
namespace {

TEST(SessionTable, finds_by_client_id) {
    SessionTable sessions{1};
    EXPECT_EQ(sessions.find("a"), nullptr);
    Session& a = sessions.create("a");
    Session& b = sessions.create("b");
    EXPECT_EQ(sessions.find("a"), &a);
    EXPECT_EQ(sessions.find("b"), &b);
    EXPECT_EQ(sessions.count(), 2u);
    sessions.erase(a);
    EXPECT_EQ(sessions.find("a"), nullptr);
    EXPECT_EQ(sessions.find("b"), &b);
    EXPECT_EQ(sessions.count(), 1u);
}

TEST(SessionTable, knows_who_asks) {
    SessionTable sessions{1};
    Session& session = sessions.create("a");
    session.generation = port::Generation{5};
    const port::ClientRef client{session.id, port::Generation{5}};
    EXPECT_EQ(sessions.find(client), nullptr) << "not online";
    session.is_online = true;
    EXPECT_EQ(sessions.find(client), &session);
    const port::ClientRef before{session.id, port::Generation{4}};
    EXPECT_EQ(sessions.find(before), nullptr) << "taken over since";
    EXPECT_EQ(sessions.find(port::ClientRef{}), nullptr) << "no session";
}

TEST(SessionTable, a_slot_used_again_is_another_session) {
    SessionTable sessions{1};
    Session& first = sessions.create("a");
    first.is_online = true;
    const port::ClientRef gone{first.id, first.generation};
    sessions.erase(first);
    Session& second = sessions.create("b");
    second.is_online = true;
    EXPECT_EQ(port::slot_of(second.id), port::slot_of(gone.session));
    EXPECT_NE(second.id, gone.session);
    EXPECT_EQ(sessions.find(gone), nullptr);
}

TEST(SessionTable, sessions_stay_where_they_are) {
    SessionTable sessions{1};
    std::vector<Session*> made;
    for (std::size_t number = 0; number < 1000; ++number) {
        made.push_back(&sessions.create("client " + std::to_string(number)));
    }
    for (std::size_t number = 0; number < 1000; number += 2) sessions.erase(*made[number]);
    for (std::size_t number = 0; number < 1000; ++number) {
        Session* const expected = number % 2 == 0 ? nullptr : made[number];
        EXPECT_EQ(sessions.find("client " + std::to_string(number)), expected);
    }
    EXPECT_EQ(sessions.slot_count(), 1000u);
}

TEST(SessionTable, keeps_no_slots_behind_the_last_session) {
    SessionTable sessions{1};
    std::vector<Session*> made;
    for (std::size_t number = 0; number < 1000; ++number) {
        made.push_back(&sessions.create("client " + std::to_string(number)));
        made.back()->is_online = true;
    }
    const port::ClientRef gone{made[700]->id, made[700]->generation};
    for (std::size_t number = 10; number < 1000; ++number) sessions.erase(*made[number]);
    sessions.erase(*made[3]);
    sessions.shrink();
    EXPECT_EQ(sessions.slot_count(), 10u);
    EXPECT_EQ(sessions.find("client 9"), made[9]);
    for (int number = 0; number < 1000; ++number) {
        sessions.create("later " + std::to_string(number)).is_online = true;
    }
    // Also whoever has the slot of somebody who went before the table shrank is another one.
    EXPECT_EQ(sessions.slot_count(), 1009u);
    EXPECT_NE(sessions.at_slot(port::slot_of(gone.session)), nullptr);
    EXPECT_EQ(sessions.find(gone), nullptr);
}

}  // namespace
}  // namespace kleber::broker
