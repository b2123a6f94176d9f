#include "gateway/runtime/sys_reporter.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <utility>

namespace kleber::runtime {
namespace {

constexpr std::string_view kPrefix = "$SYS/broker/";

constexpr std::array<std::string_view, kSysLoadCount> kLoadNames = {
    "messages/received", "messages/sent", "publish/dropped", "publish/received", "publish/sent",
    "bytes/received",    "bytes/sent",    "sockets",         "connections"};

constexpr std::array<std::string_view, port::kDropReasonCount> kDropNames = {
    "kleber/dropped/queue_full", "kleber/dropped/expired", "kleber/dropped/too_large",
    "kleber/dropped/no_receiver", "kleber/dropped/not_allowed"};

std::array<std::uint64_t, kSysLoadCount> load_totals(const SysSample& sample) {
    const TrafficTotals& traffic = sample.traffic;
    return {traffic.packets_received,   traffic.packets_sent,         sample.dropped_count(),
            traffic.publishes_received, traffic.publishes_sent,       traffic.bytes_received,
            traffic.bytes_sent,         traffic.connections_accepted, traffic.connects_received};
}

std::string two_decimals(double number) {
    char text[64];
    const int size = std::snprintf(text, sizeof text, "%.2f", number);
    return {text, static_cast<std::size_t>(std::clamp(size, 0, int{sizeof text} - 1))};
}

}  // namespace

std::uint64_t SysSample::dropped_count() const {
    return std::accumulate(broker.dropped.begin(), broker.dropped.end(), traffic.publishes_dropped);
}

SysReporter::SysReporter(std::string_view version, SteadyTime started)
    : version_(version), started_(started), measured_(started) {}

std::vector<SysValue> SysReporter::report(const SysSample& sample, SteadyTime now) {
    measure(sample, now);
    put_count_ = 0;
    put("version", version_);
    put("uptime",
        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now - started_).count()) +
            " seconds");
    put_clients(sample.broker);
    put_traffic(sample.traffic);
    put("publish/messages/dropped", sample.dropped_count());
    put_stored(sample.broker);
    put_loads();
    put("heap/current", sample.heap_bytes);
    put("heap/maximum", heap_bytes_max_);
    put_own(sample);
    return std::exchange(changed_, {});
}

std::vector<SysValue> SysReporter::withdraw() {
    std::vector<SysValue> gone = std::exchange(values_, {});
    std::erase_if(gone, [](const SysValue& value) { return value.payload.empty(); });
    for (SysValue& value : gone) value.payload.clear();
    return gone;
}

void SysReporter::measure(const SysSample& sample, SteadyTime now) {
    heap_bytes_max_ = std::max(heap_bytes_max_, sample.heap_bytes);
    if (now <= measured_) return;
    const auto totals = load_totals(sample);
    for (std::size_t index = 0; index < kSysLoadCount; ++index) {
        Load& load = loads_[index];
        load.average.add(totals[index] - load.total, now - measured_);
        load.total = totals[index];
    }
    measured_ = now;
}

void SysReporter::put_clients(const port::BrokerStatistics& broker) {
    put("clients/total", broker.clients_online + broker.clients_offline);
    put("clients/maximum", broker.clients_online_max);
    put("clients/connected", broker.clients_online);
    put("clients/active", broker.clients_online);  // the former name
    put("clients/disconnected", broker.clients_offline);
    put("clients/inactive", broker.clients_offline);  // the former name
    put("clients/expired", broker.sessions_expired);
}

void SysReporter::put_traffic(const TrafficTotals& traffic) {
    put("messages/received", traffic.packets_received);
    put("messages/sent", traffic.packets_sent);
    put("publish/messages/received", traffic.publishes_received);
    put("publish/messages/sent", traffic.publishes_sent);
    put("publish/bytes/received", traffic.publish_bytes_received);
    put("publish/bytes/sent", traffic.publish_bytes_sent);
    put("bytes/received", traffic.bytes_received);
    put("bytes/sent", traffic.bytes_sent);
}

void SysReporter::put_stored(const port::BrokerStatistics& broker) {
    const std::uint64_t stored = broker.retained_messages + broker.queued_messages;
    put("messages/stored", stored);  // the former name
    put("store/messages/count", stored);
    put("store/messages/bytes", broker.retained_bytes + broker.queued_bytes);
    put("retained messages/count", broker.retained_messages);
    put("subscriptions/count", broker.subscriptions);
    put("shared_subscriptions/count", broker.shared_subscriptions);
}

void SysReporter::put_loads() {
    std::string name;
    for (std::size_t index = 0; index < kSysLoadCount; ++index) {
        const LoadAverage& average = loads_[index].average;
        for (const auto& [window, events] :
             {std::pair{"1min", average.one_minute()}, std::pair{"5min", average.five_minutes()},
              std::pair{"15min", average.fifteen_minutes()}}) {
            name = "load/";
            name.append(kLoadNames[index]).append("/").append(window);
            put(name, two_decimals(events));
        }
    }
}

void SysReporter::put_own(const SysSample& sample) {
    for (std::size_t reason = 0; reason < port::kDropReasonCount; ++reason) {
        put(kDropNames[reason], sample.broker.dropped[reason]);
    }
    put("kleber/dropped/refused", sample.traffic.publishes_dropped);
    put("kleber/connections/refused", sample.traffic.connections_refused);
    put("kleber/logins/failed", sample.logins_failed);
    put("kleber/logins/banned", sample.hosts_banned);
    put("kleber/log/suppressed", sample.log_lines_suppressed);
    const char* state = sample.store_trouble.empty() ? "ok" : "degraded";
    put("kleber/store/state", sample.has_store ? state : "memory");
    put("kleber/store/trouble", sample.store_trouble);
    put("kleber/store/recovery", sample.store_recovery);
}

void SysReporter::put(std::string_view name, std::uint64_t number) {
    put(name, std::to_string(number));
}

void SysReporter::put(std::string_view name, std::string payload) {
    if (put_count_ == values_.size()) {
        values_.push_back({std::string{kPrefix}.append(name), std::move(payload)});
        // What is empty is not there.
        if (!values_.back().payload.empty()) changed_.push_back(values_.back());
    } else if (SysValue& value = values_[put_count_]; value.payload != payload) {
        value.payload = std::move(payload);
        changed_.push_back(value);
    }
    ++put_count_;
}

}  // namespace kleber::runtime
