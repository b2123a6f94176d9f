#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "gateway/app/exit_status.hpp"
#include "tests/unit/app/broker_on_thread.hpp"
#include "tests/unit/app/command_line.hpp"

// `kleber pub` and `kleber sub` with a broker between them.
namespace kleber::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class PubSubTest : public testing::Test {
  protected:
    ClientArguments client(const std::string& id = {}) const {
        return {.host = "127.0.0.1", .port = broker_.port(), .client_id = id};
    }
    PubOptions message(const std::string& topic, const std::string& text, int qos = 1) const {
        return {.client = client(), .topic = topic, .message = text, .qos = qos};
    }
    PubOptions retained(const std::string& topic, const std::string& text) const {
        PubOptions options = message(topic, text);
        options.retain = true;
        return options;
    }
    // One that has said "ready": it is subscribed. Topics begin with `t/`.
    SubOptions subscription(std::uint64_t count) const {
        EXPECT_EQ(run_pub(retained("t/first", "ready")).status, 0);
        return {.client = client(), .topics = {"t/#"}, .qos = 2, .count = count + 1};
    }

    BrokerOnThread broker_;
};

class PubSubVersionTest : public PubSubTest,
                          public testing::WithParamInterface<std::tuple<const char*, int>> {};

TEST_P(PubSubVersionTest, a_message_arrives) {
    const auto [protocol, qos] = GetParam();
    SubOptions wanted = subscription(3);
    wanted.client.protocol = protocol;
    wanted.is_verbose = true;
    SubOnThread subscriber{wanted};
    EXPECT_EQ(subscriber.out().read_until("\n"), "t/first ready\n");
    PubOptions publication = message("t/a", "hello", qos);
    publication.client.protocol = protocol;
    EXPECT_EQ(run_pub(publication).status, 0);
    publication.message.reset();
    publication.is_empty = true;
    EXPECT_EQ(run_pub(publication).status, 0);
    publication.is_empty = false;
    publication.reads_input = true;
    const Outcome outcome = run_pub(publication, std::string_view{"two\nlines\0", 10});
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(subscriber.status(), 0);
    EXPECT_EQ(subscriber.out().read_all(), std::string("t/a hello\nt/a \nt/a two\nlines\0\n", 30));
    EXPECT_EQ(subscriber.error().read_all(), "");
}

INSTANTIATE_TEST_SUITE_P(, PubSubVersionTest,
                         testing::Combine(testing::Values("3.1", "3.1.1", "5"),
                                          testing::Values(0, 1, 2)));

TEST_F(PubSubTest, every_line_is_a_message_in_order) {
    constexpr int kLines = 900;
    std::string input;
    for (int index = 0; index < kLines; ++index) input += std::to_string(index) + '\n';
    for (const int qos : {0, 1, 2}) {
        SubOnThread subscriber{subscription(kLines)};
        subscriber.out().read_until("ready\n");
        PubOptions lines{.client = client(), .topic = "t/lines", .reads_lines = true, .qos = qos};
        EXPECT_EQ(run_pub(lines, input).status, 0);
        EXPECT_EQ(subscriber.status(), 0);
        EXPECT_EQ(subscriber.out().read_all(), input);
    }
}

TEST_F(PubSubTest, a_message_is_repeated) {
    SubOnThread subscriber{subscription(3)};
    subscriber.out().read_until("ready\n");
    PubOptions options = message("t/again", "x");
    options.repeat_count = 3;
    EXPECT_EQ(run_pub(options).status, 0);
    EXPECT_EQ(subscriber.status(), 0);
    EXPECT_EQ(subscriber.out().read_all(), "x\nx\nx\n");
}

TEST_F(PubSubTest, a_large_message_arrives_as_it_is) {
    SubOptions wanted = subscription(1);
    wanted.leaves_out_line_end = true;
    SubOnThread subscriber{wanted};
    subscriber.out().read_until("ready");
    const std::string payload(900'000, 'x');
    EXPECT_EQ(run_pub(message("t/large", payload)).status, 0);
    EXPECT_EQ(subscriber.out().read_until(payload), payload);
    EXPECT_EQ(subscriber.status(), 0);
}

TEST_F(PubSubTest, retained_messages_alone_or_none_of_them) {
    EXPECT_EQ(run_pub(retained("r", "old")).status, 0);
    SubOnThread only{{.client = client(), .topics = {"r"}, .wants_retained_only = true}};
    EXPECT_EQ(only.out().read_until("\n"), "old\n");
    EXPECT_EQ(run_pub(message("r", "new")).status, 0);
    EXPECT_EQ(only.status(), 0);
    EXPECT_EQ(only.out().read_all(), "");

    // Retained ones of a first subscription come before anything of another.
    SubOptions none = subscription(0);
    none.client = client("none");
    none.client.keep_session = true;
    none.topics = {"r"};
    none.qos = 1;
    none.leaves_out_retained = true;
    none.ends_when_subscribed = true;
    EXPECT_EQ(run_sub(none).status, 0);
    EXPECT_EQ(run_pub(message("r", "newer")).status, 0);
    none.ends_when_subscribed = false;
    EXPECT_EQ(run_sub(none).out, "newer\n");
}

TEST_F(PubSubTest, a_kept_session_misses_nothing_and_gives_no_more_than_was_asked_for) {
    SubOptions wanted{.client = client("keeper"), .topics = {"k"}, .qos = 1, .count = 1};
    wanted.client.keep_session = true;
    wanted.ends_when_subscribed = true;
    EXPECT_EQ(run_sub(wanted).status, 0);
    PubOptions lines{.client = client(), .topic = "k", .reads_lines = true, .qos = 1};
    EXPECT_EQ(run_pub(lines, "one\ntwo\nthree\n").status, 0);
    wanted.ends_when_subscribed = false;
    EXPECT_EQ(run_sub(wanted).out, "one\n");
    EXPECT_EQ(run_sub(wanted).out, "two\n");
    EXPECT_EQ(run_sub(wanted).out, "three\n");
}

TEST_F(PubSubTest, an_interrupt_is_a_good_bye) {
    SubOptions wanted = subscription(100);
    wanted.client.will = {.topic = "will", .payload = "gone", .qos = 0, .retain = true};
    SubOnThread subscriber{wanted};
    subscriber.out().read_until("ready\n");
    subscriber.interrupt();
    EXPECT_EQ(subscriber.status(), 0);
    EXPECT_EQ(subscriber.error().read_all(), "");
    // Had the will been published, it would be there.
    const Outcome outcome =
        run_sub({.client = client(), .topics = {"will", "t/first"}, .count = 1});
    EXPECT_EQ(outcome.out, "ready\n");
}

TEST_F(PubSubTest, nobody_to_print_for_is_a_quiet_end) {
    SubOnThread subscriber{subscription(100)};
    subscriber.out().read_until("ready\n");
    subscriber.out().close_read_end();
    EXPECT_EQ(run_pub(message("t/more", "x")).status, 0);
    EXPECT_EQ(subscriber.status(), 0);
    EXPECT_EQ(subscriber.error().read_all(), "");
}

TEST_F(PubSubTest, waiting_has_an_end) {
    SubOptions wanted{.client = client(), .topics = {"nothing"}};
    wanted.client.timeout_seconds = 0.05;
    const Outcome outcome = run_sub(wanted);
    EXPECT_EQ(outcome.status, kExitTimedOut);
    EXPECT_EQ(outcome.error, "kleber: timed out\n");
}

TEST_F(PubSubTest, what_the_server_does_not_take_is_told) {
    PubOptions options = message("$SYS/mine", "x");
    Outcome outcome = run_pub(options);
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_EQ(outcome.error, "kleber: $SYS/mine: not published: not authorized\n");
    options = message("t/huge", std::string(2 << 20, 'x'));
    outcome = run_pub(options);
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_EQ(outcome.error, "kleber: t/huge: not published: packet too large\n");
}

TEST_F(PubSubTest, refused_lines_are_told_once_and_counted) {
    const PubOptions lines{.client = client(), .topic = "$SYS/l", .reads_lines = true, .qos = 1};
    const Outcome outcome = run_pub(lines, "a\n\nb\nc");
    EXPECT_EQ(outcome.status, kExitFailure);
    EXPECT_EQ(outcome.error,
              "kleber: $SYS/l: not published: not authorized\n"
              "kleber: 3 of 3 messages were not accepted\n");
}

TEST(PubSubArguments, complaints_come_before_any_connection) {
    const auto complaint = [](const PubOptions& options) {
        const Outcome outcome = run_pub(options);
        EXPECT_EQ(outcome.status, kExitFailure);
        return outcome.error;
    };
    EXPECT_THAT(complaint({.topic = "t"}), HasSubstr("nothing to publish"));
    EXPECT_THAT(complaint({.topic = "t", .message = "m", .is_empty = true}), HasSubstr("give one"));
    EXPECT_THAT(complaint({.topic = "t/#", .message = "m"}), HasSubstr("t/#"));
    EXPECT_THAT(complaint({.topic = "t", .file = "no/such"}), HasSubstr("no/such: No such file"));
    EXPECT_THAT(complaint({.topic = "t", .reads_lines = true, .repeat_count = 2}),
                HasSubstr("--repeat"));
    EXPECT_THAT(run_sub({.topics = {"a#"}}).error, HasSubstr("a#"));
    EXPECT_THAT(run_sub({.topics = {"$share/g"}}).error, HasSubstr("$share/g"));
    EXPECT_THAT(
        run_sub({.topics = {"a"}, .leaves_out_retained = true, .wants_retained_only = true}).error,
        EndsWith("not both\n"));
}

}  // namespace
}  // namespace kleber::app
