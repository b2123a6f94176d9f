#include "gateway/net/client_link.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/unit/net/local_server.hpp"

namespace kleber::net {
namespace {

using connection::ClientEvent;
using connection::Connected;
using connection::Ended;
using connection::EndedBy;
using connection::Received;
using connection::Ticket;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::vector<std::uint8_t> kConnack{0x20, 2, 0, 0};

// A link of MQTT 3.1.1 to a server that the test speaks for.
class ClientLinkTest : public testing::Test {
  protected:
    static connection::ClientOptions options() {
        connection::ClientOptions options;
        options.version = codec::mqtt::ProtocolVersion::V311;
        return options;
    }
    // Waits for the socket once.
    void step() {
        ASSERT_TRUE(link_.is_open());
        ASSERT_TRUE(is_ready(link_.descriptor(), static_cast<short>(link_.wanted_events())));
        step_if_ready();
    }
    void step_if_ready() {
        pollfd watched{link_.descriptor(), static_cast<short>(link_.wanted_events()), 0};
        ::poll(&watched, 1, 0);
        link_.on_ready(static_cast<std::uint32_t>(watched.revents), now_);
    }
    void connect() {
        link_.open({server_.address()}, now_);
        step();
        server_.accept();
        ASSERT_EQ(server_.receive().at(0), 0x10);
        server_.send(kConnack);
        step();
        ASSERT_THAT(link_.events(), SizeIs(1));
        ASSERT_TRUE(std::holds_alternative<Connected>(link_.events()[0]));
        link_.events().clear();
    }
    Ended the_end() {
        EXPECT_THAT(link_.events(), SizeIs(1));
        if (link_.events().empty()) return {};
        const Ended* ended = std::get_if<Ended>(&link_.events()[0]);
        EXPECT_NE(ended, nullptr);
        return ended ? *ended : Ended{};
    }

    LocalServer server_;
    Now now_{};
    ClientLink link_{options()};
};

TEST_F(ClientLinkTest, connects_and_says_connect) {
    connect();
    EXPECT_TRUE(link_.client().is_connected());
}

TEST_F(ClientLinkTest, ends_with_the_systems_words_where_nobody_listens) {
    link_.open({deaf_address()}, now_);
    if (link_.is_open()) step();
    EXPECT_FALSE(link_.is_open());
    EXPECT_EQ(the_end().by, EndedBy::Link);
    EXPECT_EQ(the_end().detail, "Connection refused");
}

TEST_F(ClientLinkTest, loss_is_an_end_and_another_link_can_follow) {
    connect();
    server_.hang_up();
    step();
    EXPECT_FALSE(link_.is_open());
    EXPECT_EQ(the_end().by, EndedBy::Link);
    EXPECT_EQ(the_end().detail, "closed by the server");
    link_.events().clear();
    connect();
}

TEST_F(ClientLinkTest, puts_packets_together_that_come_in_parts) {
    connect();
    server_.send({0x30, 5, 0, 1});
    step();
    EXPECT_THAT(link_.events(), IsEmpty());
    server_.send({'t', 'h', 'i', 0x30, 5});
    step();
    ASSERT_THAT(link_.events(), SizeIs(1));
    EXPECT_EQ(as_text(std::get<Received>(link_.events()[0]).message->payload()), "hi");
    server_.send({0, 1, 't', 'h', 'o'});
    step();
    ASSERT_THAT(link_.events(), SizeIs(2));
    EXPECT_EQ(as_text(std::get<Received>(link_.events()[1]).message->payload()), "ho");
}

TEST_F(ClientLinkTest, more_than_the_socket_takes_goes_out_when_it_takes_more) {
    connect();
    const std::string payload(8 << 20, 'x');
    auto turn = link_.turn(now_);
    ASSERT_TRUE(
        link_.client().publish({.topic = "t", .payload = as_bytes(payload)}, Ticket{1}, turn));
    link_.flush(now_);
    EXPECT_TRUE(link_.wanted_events() & POLLOUT);
    EXPECT_FALSE(link_.has_written_all());
    std::size_t received = 0;
    while (!link_.has_written_all()) {
        received += server_.receive().size();
        step_if_ready();
    }
    const std::size_t header = 1 + 4 + 3;
    while (received < header + payload.size()) {
        const auto bytes = server_.receive();
        ASSERT_THAT(bytes, testing::Not(IsEmpty()));
        received += bytes.size();
    }
    EXPECT_EQ(received, header + payload.size());
    EXPECT_FALSE(link_.wanted_events() & POLLOUT);
}

TEST_F(ClientLinkTest, hanging_up_waits_for_the_server_to_read_it) {
    connect();
    link_.hang_up(now_);
    EXPECT_EQ(the_end().by, EndedBy::Client);
    EXPECT_TRUE(link_.is_open());
    EXPECT_THAT(server_.receive(), ElementsAre(0xE0, 0));
    EXPECT_THAT(server_.receive(), IsEmpty());
    // What comes now is of no interest any more, but has to be read.
    server_.send({0x30, 3, 0, 1, 't'});
    step();
    EXPECT_THAT(link_.events(), SizeIs(1));
    server_.hang_up();
    step();
    EXPECT_FALSE(link_.is_open());
    EXPECT_TRUE(link_.has_written_all());
}

TEST_F(ClientLinkTest, hanging_up_does_not_wait_for_ever) {
    connect();
    link_.hang_up(now_);
    now_.steady = link_.deadline().value();
    link_.on_deadline(now_);
    EXPECT_FALSE(link_.is_open());
}

TEST_F(ClientLinkTest, hanging_up_before_there_is_a_connection_is_an_end) {
    link_.open({server_.address()}, now_);
    ASSERT_TRUE(link_.is_open());
    link_.hang_up(now_);
    EXPECT_FALSE(link_.is_open());
    EXPECT_EQ(the_end().by, EndedBy::Client);
}

TEST_F(ClientLinkTest, a_server_that_does_not_answer_connect_is_given_up) {
    link_.open({server_.address()}, now_);
    step();
    server_.accept();
    now_.steady = link_.deadline().value();
    link_.on_deadline(now_);
    EXPECT_EQ(the_end().by, EndedBy::Client);
    EXPECT_EQ(the_end().reason, ReasonCode::ServerUnavailable);
}

TEST_F(ClientLinkTest, a_refusal_is_read_even_if_the_server_closes_with_it) {
    link_.open({server_.address()}, now_);
    step();
    server_.accept();
    server_.receive();
    server_.send({0x20, 2, 0, 5});
    server_.hang_up();
    step();
    EXPECT_EQ(the_end().by, EndedBy::Server);
    EXPECT_EQ(the_end().reason, ReasonCode::NotAuthorized);
    step();
    EXPECT_FALSE(link_.is_open());
}

}  // namespace
}  // namespace kleber::net
