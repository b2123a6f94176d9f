#include "gateway/app/broker_commands.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace kleber::app {
namespace {

constexpr port::Token kToken{4, 2};

// One call of a command, with a broker that answers as it is told.
template <typename Command>
class Call {
  public:
    control::Answer begin(std::string_view request) {
        return command_.begin(*text::parse_json(request), turn_);
    }
    template <typename Body>
    control::Answer reply(Body body) {
        return command_.take({kToken, std::move(body)}, turn_);
    }
    template <typename Request>
    const Request& asked() const {
        return std::get<Request>(requests_.at(0));
    }
    bool has_asked() const { return !requests_.empty(); }

  private:
    Now now_;
    std::vector<port::Request> requests_;
    control::CommandTurn turn_{kToken, now_, requests_};
    Command command_;
};

TEST(ClientsCommand, answers_a_page_and_where_the_next_begins) {
    Call<ClientsCommand> call;
    EXPECT_EQ(call.begin(R"({"command":"clients","cursor":17})"), std::nullopt);
    EXPECT_EQ(call.asked<port::Inspect>().token, kToken);
    EXPECT_EQ(call.asked<port::Inspect>().subject, port::InspectSubject::Clients);
    EXPECT_EQ(call.asked<port::Inspect>().cursor, 17U);
    auto rows = std::make_unique<port::ReportRows>();
    rows->next = 300;
    rows->clients.push_back({.client_id = "bulb",
                             .user = "anna",
                             .address = "10.0.0.7:5000",
                             .protocol = "MQTT 5.0",
                             .is_online = true,
                             .since = WallTime{std::chrono::seconds{1}},
                             .last_end = {},
                             .subscriptions = 1,
                             .queued = 2,
                             .in_flight = 3,
                             .dropped = 4});
    EXPECT_EQ(call.reply(port::Report{std::move(rows)}),
              R"({"ok":true,"clients":[{"id":"bulb","online":true,"since":"1970-01-01T00:00:01Z",)"
              R"("address":"10.0.0.7:5000","protocol":"MQTT 5.0","user":"anna","last_end":"",)"
              R"("subscriptions":1,"queued":2,"in_flight":3,"dropped":4}],"next":300})");
}

TEST(ClientsCommand, begins_at_the_start_and_says_when_that_was_all) {
    Call<ClientsCommand> call;
    EXPECT_EQ(call.begin(R"({"command":"clients"})"), std::nullopt);
    EXPECT_EQ(call.asked<port::Inspect>().cursor, 0U);
    EXPECT_EQ(call.reply(port::Report{std::make_unique<port::ReportRows>()}),
              R"({"ok":true,"clients":[]})");
}

TEST(ClientsCommand, wants_a_cursor_that_is_one) {
    for (const char* cursor : {"-1", "4294967296", "\"1\"", "null", "1.5"}) {
        Call<ClientsCommand> call;
        const auto answer = call.begin(std::string{R"({"cursor":)"} + cursor + "}");
        ASSERT_TRUE(answer.has_value()) << cursor;
        EXPECT_EQ(answer->find(R"({"ok":false)"), 0U) << cursor;
        EXPECT_FALSE(call.has_asked());
    }
}

TEST(KickCommand, says_whether_there_was_somebody) {
    Call<KickCommand> call;
    EXPECT_EQ(call.begin(R"({"command":"kick","id":"bulb"})"), std::nullopt);
    EXPECT_EQ(*call.asked<port::Administer>().kick, "bulb");
    EXPECT_EQ(call.reply(port::Administered{true}), R"({"ok":true})");
    Call<KickCommand> other;
    EXPECT_EQ(other.begin(R"({"command":"kick","id":"lamp"})"), std::nullopt);
    EXPECT_EQ(other.reply(port::Administered{false}),
              R"({"ok":false,"error":"no client is connected as lamp"})");
}

TEST(KickCommand, wants_an_id) {
    Call<KickCommand> call;
    EXPECT_TRUE(call.begin(R"({"command":"kick"})").has_value());
    EXPECT_FALSE(call.has_asked());
}

}  // namespace
}  // namespace kleber::app
