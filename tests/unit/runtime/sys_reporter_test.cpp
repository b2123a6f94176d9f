#include "gateway/runtime/sys_reporter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace kleber::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Key;
using testing::UnorderedElementsAre;

constexpr SteadyTime kStart{1'000'000ms};

// The topic without its beginning, which all have in common, and the payload.
std::map<std::string, std::string> as_map(const std::vector<SysValue>& values) {
    const std::string prefix = "$SYS/broker/";
    std::map<std::string, std::string> map;
    for (const SysValue& value : values) {
        EXPECT_EQ(value.topic.substr(0, prefix.size()), prefix);
        map[value.topic.substr(prefix.size())] = value.payload;
    }
    EXPECT_EQ(map.size(), values.size()) << "a topic twice";
    return map;
}

SysReporter reporter() {
    return {"kleber version 1.2.3", kStart};
}

TEST(SysReporter, has_every_name_that_mosquitto_has) {
    auto sys = reporter();
    const auto values = as_map(sys.report({}, kStart));
    std::set<std::string> missing;
    for (const char* name : {"bytes/received",
                             "bytes/sent",
                             "clients/active",
                             "clients/connected",
                             "clients/disconnected",
                             "clients/expired",
                             "clients/inactive",
                             "clients/maximum",
                             "clients/total",
                             "heap/current",
                             "heap/maximum",
                             "messages/received",
                             "messages/sent",
                             "messages/stored",
                             "publish/bytes/received",
                             "publish/bytes/sent",
                             "publish/messages/dropped",
                             "publish/messages/received",
                             "publish/messages/sent",
                             "retained messages/count",
                             "shared_subscriptions/count",
                             "store/messages/bytes",
                             "store/messages/count",
                             "subscriptions/count",
                             "uptime",
                             "version"}) {
        if (!values.contains(name)) missing.insert(name);
    }
    for (const char* load :
         {"bytes/received", "bytes/sent", "connections", "messages/received", "messages/sent",
          "publish/dropped", "publish/received", "publish/sent", "sockets"}) {
        for (const char* window : {"/1min", "/5min", "/15min"}) {
            const std::string name = std::string{"load/"} + load + window;
            const auto found = values.find(name);
            if (found == values.end() || found->second != "0.00") missing.insert(name);
        }
    }
    EXPECT_THAT(missing, IsEmpty());
}

TEST(SysReporter, says_what_was_counted) {
    SysSample sample;
    sample.broker.clients_online = 3;
    sample.broker.clients_offline = 2;
    sample.broker.clients_online_max = 7;
    sample.broker.sessions_expired = 1;
    sample.broker.subscriptions = 11;
    sample.broker.shared_subscriptions = 4;
    sample.broker.retained_messages = 20;
    sample.broker.retained_bytes = 2000;
    sample.broker.queued_messages = 5;
    sample.broker.queued_bytes = 500;
    sample.broker.dropped = {1, 2, 3, 4, 7};
    sample.traffic.packets_received = 100;
    sample.traffic.packets_sent = 200;
    sample.traffic.publishes_received = 50;
    sample.traffic.publishes_sent = 60;
    sample.traffic.publish_bytes_received = 5000;
    sample.traffic.publish_bytes_sent = 6000;
    sample.traffic.bytes_received = 7000;
    sample.traffic.bytes_sent = 8000;
    sample.traffic.publishes_dropped = 5;
    sample.traffic.connections_refused = 6;
    sample.heap_bytes = 12345;
    sample.log_lines_suppressed = 9;
    sample.logins_failed = 12;
    sample.hosts_banned = 2;
    auto sys = reporter();
    const auto values = as_map(sys.report(sample, kStart + 123'999ms));
    const std::map<std::string, std::string> expected = {{"version", "kleber version 1.2.3"},
                                                         {"uptime", "123 seconds"},
                                                         {"clients/total", "5"},
                                                         {"clients/maximum", "7"},
                                                         {"clients/connected", "3"},
                                                         {"clients/active", "3"},
                                                         {"clients/disconnected", "2"},
                                                         {"clients/inactive", "2"},
                                                         {"clients/expired", "1"},
                                                         {"messages/received", "100"},
                                                         {"messages/sent", "200"},
                                                         {"publish/messages/received", "50"},
                                                         {"publish/messages/sent", "60"},
                                                         {"publish/messages/dropped", "22"},
                                                         {"publish/bytes/received", "5000"},
                                                         {"publish/bytes/sent", "6000"},
                                                         {"bytes/received", "7000"},
                                                         {"bytes/sent", "8000"},
                                                         {"messages/stored", "25"},
                                                         {"store/messages/count", "25"},
                                                         {"store/messages/bytes", "2500"},
                                                         {"retained messages/count", "20"},
                                                         {"subscriptions/count", "11"},
                                                         {"shared_subscriptions/count", "4"},
                                                         {"heap/current", "12345"},
                                                         {"heap/maximum", "12345"},
                                                         {"kleber/dropped/queue_full", "1"},
                                                         {"kleber/dropped/expired", "2"},
                                                         {"kleber/dropped/too_large", "3"},
                                                         {"kleber/dropped/no_receiver", "4"},
                                                         {"kleber/dropped/not_allowed", "7"},
                                                         {"kleber/dropped/refused", "5"},
                                                         {"kleber/connections/refused", "6"},
                                                         {"kleber/logins/failed", "12"},
                                                         {"kleber/logins/banned", "2"},
                                                         {"kleber/log/suppressed", "9"},
                                                         {"kleber/store/state", "memory"}};
    EXPECT_THAT(values, IsSupersetOf(expected));
    EXPECT_EQ(values.size(), expected.size() + 3 * kSysLoadCount);
}

TEST(SysReporter, says_how_the_store_is) {
    SysSample sample;
    sample.has_store = true;
    auto sys = reporter();
    EXPECT_THAT(sys.report(sample, kStart),
                testing::Contains(SysValue{"$SYS/broker/kleber/store/state", "ok"}));
    sample.store_trouble = "the disk is full";
    EXPECT_THAT(sys.report(sample, kStart + 500ms),
                ElementsAre(SysValue{"$SYS/broker/kleber/store/state", "degraded"},
                            SysValue{"$SYS/broker/kleber/store/trouble", "the disk is full"}));
    sample.store_trouble.clear();
    EXPECT_THAT(sys.report(sample, kStart + 600ms),
                ElementsAre(SysValue{"$SYS/broker/kleber/store/state", "ok"},
                            SysValue{"$SYS/broker/kleber/store/trouble", ""}));
}

TEST(SysReporter, reports_only_what_has_changed) {
    SysSample sample;
    auto sys = reporter();
    sys.report(sample, kStart);
    EXPECT_THAT(sys.report(sample, kStart + 500ms), IsEmpty());
    EXPECT_THAT(sys.report(sample, kStart + 10s),
                ElementsAre(SysValue{"$SYS/broker/uptime", "10 seconds"}));
    sample.broker.retained_messages = 1;
    EXPECT_THAT(as_map(sys.report(sample, kStart + 20s)),
                UnorderedElementsAre(Key("uptime"), Key("messages/stored"),
                                     Key("store/messages/count"), Key("retained messages/count")));
}

TEST(SysReporter, averages_the_load_a_minute) {
    SysSample sample;
    sample.traffic.bytes_received = 14;
    sample.traffic.publishes_received = 7;
    auto sys = reporter();
    sys.report({}, kStart);
    auto values = as_map(sys.report(sample, kStart + 2s));
    EXPECT_EQ(values["load/bytes/received/1min"], "13.77");
    EXPECT_EQ(values["load/bytes/received/5min"], "2.79");
    EXPECT_EQ(values["load/bytes/received/15min"], "0.93");
    EXPECT_NEAR(sys.load(SysLoad::PublishReceived).one_minute(), 6.88, 0.01);
    EXPECT_FALSE(values.contains("load/bytes/sent/1min"));

    values = as_map(sys.report(sample, kStart + 62s));
    EXPECT_EQ(values["load/bytes/received/1min"], "5.07") << "nothing came for a minute";
}

TEST(SysReporter, counts_what_was_dropped_for_any_reason_into_the_load) {
    SysSample sample;
    sample.broker.dropped = {1, 1, 1, 1};
    sample.traffic.publishes_dropped = 1;
    auto sys = reporter();
    sys.report(sample, kStart + 1min);
    EXPECT_NEAR(sys.load(SysLoad::PublishDropped).one_minute(), 3.16, 0.01);
}

TEST(SysReporter, remembers_the_largest_heap) {
    SysSample sample;
    sample.heap_bytes = 100;
    auto sys = reporter();
    sys.report(sample, kStart);
    sample.heap_bytes = 60;
    const auto values = as_map(sys.report(sample, kStart + 1ms));
    EXPECT_THAT(values, ElementsAre(testing::Pair("heap/current", "60")));
}

TEST(SysReporter, takes_back_all_that_it_reported) {
    auto sys = reporter();
    const auto all = sys.report({}, kStart);
    const auto gone = sys.withdraw();
    ASSERT_EQ(gone.size(), all.size());
    for (std::size_t index = 0; index < gone.size(); ++index) {
        EXPECT_EQ(gone[index].topic, all[index].topic);
        EXPECT_EQ(gone[index].payload, "");
    }
    EXPECT_THAT(sys.withdraw(), IsEmpty());
    EXPECT_EQ(sys.report({}, kStart).size(), all.size()) << "all is new again";
}

}  // namespace
}  // namespace kleber::runtime
