#include "gateway/app/status_text.hpp"

#include <gtest/gtest.h>

#include "gateway/app/clients_text.hpp"
#include "gateway/app/status_answer.hpp"

namespace kleber::app {
namespace {

using namespace std::chrono_literals;

text::Json parse(std::string_view line) {
    return *text::parse_json(line);
}

// The process differs from run to run.
std::string without_process(std::string text) {
    const std::size_t at = text.find(", process ");
    return text.erase(at, text.find('\n') - at);
}

TEST(StatusText, shows_what_the_gateway_says) {
    runtime::SysReporter rates{"kleber version 1", SteadyTime{0s}};
    GatewayStatus status;
    status.name = "kitchen";
    status.config_file = "/etc/kleber/kleber.toml";
    status.now.steady = SteadyTime{2min};
    status.listeners = {{"mqtt", "[::]:1883", 3}, {"mqtt", "10.0.0.1:1884", 1}};
    status.sample.broker.clients_online = 4;
    status.sample.broker.clients_online_max = 9;
    status.sample.broker.clients_offline = 1;
    status.sample.broker.subscriptions = 12;
    status.sample.broker.retained_messages = 34;
    status.sample.broker.retained_bytes = 5734;
    status.sample.broker.dropped = {7, 0, 2, 0};
    status.sample.logins_failed = 1234;
    status.sample.hosts_banned = 1;
    status.sample.traffic.publishes_received = 12345;
    status.sample.traffic.publishes_sent = 30;
    status.sample.heap_bytes = 5 << 20;
    rates.report(status.sample, status.now.steady);
    status.rates = &rates;
    status.warnings = {{WallTime{0s}, LogLevel::Warning, "a \x1b[1m strange client"}};
    EXPECT_EQ(without_process(status_text(parse(status_answer(status)))),
              "kitchen        version " KLEBER_VERSION
              ", up 2 min\n"
              "configuration  /etc/kleber/kleber.toml\n"
              "listening      mqtt on [::]:1883, 3 connections\n"
              "               mqtt on 10.0.0.1:1884, 1 connection\n"
              "clients        4 online (at most 9 at a time), 1 away, 12 subscriptions\n"
              "messages       12,345 in, 30 out since the start\n"
              "last minute    89.0/s in, 13.0/min out\n"
              "retained       34 messages, 5.6 KiB\n"
              "waiting        0 messages, 0 bytes\n"
              "dropped        9 messages: 7 queue full, 2 too large\n"
              "logins         1,234 failed since the start, 1 host banned\n"
              "memory         5.0 MiB\n"
              "last warnings\n"
              "  1970-01-01T00:00:00Z warning: a \uFFFD[1m strange client\n");
}

TEST(StatusText, shows_no_rates_where_none_are_measured) {
    const std::string line = status_answer({});
    EXPECT_EQ(parse(line).find("per_minute"), nullptr);
    const std::string text = status_text(parse(line));
    EXPECT_EQ(text.find("last minute"), std::string::npos);
    EXPECT_NE(text.find("configuration  the built-in demo\n"), std::string::npos);
    EXPECT_NE(text.find("dropped        nothing\n"), std::string::npos);
    EXPECT_NE(text.find("warnings       none\n"), std::string::npos);
}

TEST(StatusText, shows_what_the_recorder_keeps_and_what_not) {
    GatewayStatus status;
    EXPECT_EQ(status_text(parse(status_answer(status))).find("recorder"), std::string::npos);
    RecorderSeat::Report report;
    report.state.topic_count = 2;
    report.state.history.recorded = 1234;
    report.state.file_bytes = 8192;
    status.recorder = report;
    EXPECT_NE(status_text(parse(status_answer(status)))
                  .find("recorder       2 topics with history, 8.0 KiB; since the start 1,234 "
                        "values and 0 messages\nmemory"),
              std::string::npos);
    report.state.trouble = "the disk is full";
    report.state.history.no_room = 5;
    report.state.recording.too_large = 1;
    report.dropped_count = 2;
    status.recorder = report;
    EXPECT_NE(status_text(parse(status_answer(status)))
                  .find("DEGRADED, it keeps in memory what it can: the disk is full\n"
                        "               not kept: 7 for want of room, 1 too large\n"),
              std::string::npos);
}

TEST(StatusText, survives_any_answer) {
    for (const char* line : {"{}", "1", R"({"listeners":1,"warnings":{},"clients":[1]})",
                             R"({"listeners":[1],"warnings":[null],"uptime_seconds":-1})"}) {
        EXPECT_NE(status_text(parse(line)), "") << line;
    }
}

TEST(ClientsText, is_a_table) {
    const text::Json rows = parse(
        R"([{"id":"bulb","online":true,"address":"10.0.0.7:5000","protocol":"MQTT 5.0",)"
        R"("since":"2026-11-20T05:12:24Z","subscriptions":12,"queued":0,"dropped":0},)"
        R"({"id":"a \u001b tail","online":false,"address":"10.0.0.8:1","protocol":"MQTT 3.1.1",)"
        R"("since":"2026-11-20T05:12:25Z","last_end":"keep alive timeout","subscriptions":1,)"
        R"("queued":1000,"dropped":3},{}])");
    EXPECT_EQ(
        clients_text(*rows.array()),
        "CLIENT    ADDRESS                    PROTOCOL    SINCE                 SUBSCRIPTIONS"
        "  QUEUED  DROPPED\n"
        "bulb      10.0.0.7:5000              MQTT 5.0    2026-11-20T05:12:24Z             12"
        "       0        0\n"
        "a \uFFFD tail  away (keep alive timeout)  MQTT 3.1.1  2026-11-20T05:12:25Z              1"
        "    1000        3\n"
        "          away                                                                      "
        "                 \n");
}

}  // namespace
}  // namespace kleber::app
