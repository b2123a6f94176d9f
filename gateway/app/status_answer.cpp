#include "gateway/app/status_answer.hpp"

#include <unistd.h>

#include <array>
#include <chrono>
#include <utility>

#include "gateway/app/version.hpp"
#include "gateway/base/iso_time.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

using runtime::SysLoad;

constexpr std::array<const char*, port::kDropReasonCount> kDropNames = {
    "queue_full", "expired", "too_large", "no_receiver", "not_allowed"};

void write_broker(text::JsonWriter& out, const port::BrokerStatistics& broker) {
    out.key("clients").begin_object();
    out.member("online", broker.clients_online).member("offline", broker.clients_offline);
    out.member("online_max", broker.clients_online_max).end_object();
    out.member("subscriptions", broker.subscriptions);
    out.key("retained").begin_object().member("messages", broker.retained_messages);
    out.member("bytes", broker.retained_bytes).end_object();
    out.key("queued").begin_object().member("messages", broker.queued_messages);
    out.member("bytes", broker.queued_bytes).end_object();
}

void write_totals(text::JsonWriter& out, const runtime::TrafficTotals& traffic) {
    out.key("totals").begin_object();
    out.member("messages_received", traffic.publishes_received);
    out.member("messages_sent", traffic.publishes_sent);
    out.member("bytes_received", traffic.bytes_received);
    out.member("bytes_sent", traffic.bytes_sent);
    out.member("connections", traffic.connections_accepted);
    out.member("connections_refused", traffic.connections_refused).end_object();
}

void write_rates(text::JsonWriter& out, const runtime::SysReporter& rates) {
    out.key("per_minute").begin_object();
    for (const auto& [name, load] : {std::pair{"messages_received", SysLoad::PublishReceived},
                                     std::pair{"messages_sent", SysLoad::PublishSent},
                                     std::pair{"messages_dropped", SysLoad::PublishDropped},
                                     std::pair{"bytes_received", SysLoad::BytesReceived},
                                     std::pair{"bytes_sent", SysLoad::BytesSent},
                                     std::pair{"connections", SysLoad::Sockets}}) {
        out.member(name, rates.load(load).one_minute());
    }
    out.end_object();
}

void write_dropped(text::JsonWriter& out, const runtime::SysSample& sample) {
    out.key("dropped").begin_object().member("total", sample.dropped_count());
    for (std::size_t reason = 0; reason < port::kDropReasonCount; ++reason) {
        out.member(kDropNames[reason], sample.broker.dropped[reason]);
    }
    out.member("refused", sample.traffic.publishes_dropped).end_object();
}

void write_recorder(text::JsonWriter& out, const RecorderSeat::Report& report) {
    const recorder::RecorderState& state = report.state;
    out.key("recorder").begin_object();
    out.member("state", state.trouble.empty() ? "ok" : "degraded");
    if (!state.trouble.empty()) out.member("reason", state.trouble);
    out.member("topics", static_cast<std::uint64_t>(state.topic_count));
    out.member("values", state.history.recorded).member("messages", state.recording.recorded);
    out.member("file_bytes", state.file_bytes);
    out.key("dropped").begin_object();
    out.member("no_room", state.history.no_room + state.recording.no_room + report.dropped_count);
    out.member("too_many_topics", state.history.too_many_topics);
    out.member("too_large", state.recording.too_large).end_object();
    out.member("damaged_blocks", state.history.damaged + state.recording.damaged).end_object();
}

}  // namespace

std::string status_answer(const GatewayStatus& status) {
    std::string line;
    text::JsonWriter out{line};
    const auto uptime =
        std::chrono::duration_cast<std::chrono::seconds>(status.now.steady - status.started);
    out.begin_object().member("ok", true).member("version", kVersion);
    out.member("name", status.name).member("pid", static_cast<std::int64_t>(::getpid()));
    out.member("uptime_seconds", static_cast<std::int64_t>(uptime.count()));
    out.member("config", status.config_file);
    out.member("lanes", static_cast<std::uint64_t>(status.lane_count));
    out.key("listeners").begin_array();
    for (const Doors::Row& row : status.listeners) {
        out.begin_object().member("kind", row.kind).member("address", row.address);
        out.member("connections", row.connections).end_object();
    }
    out.end_array();
    write_broker(out, status.sample.broker);
    write_totals(out, status.sample.traffic);
    if (status.rates) write_rates(out, *status.rates);
    write_dropped(out, status.sample);
    out.key("logins").begin_object().member("failed", status.sample.logins_failed);
    out.member("banned", status.sample.hosts_banned).end_object();
    out.key("store").begin_object().member("durability", status.durability);
    out.member("state", status.sample.store_trouble.empty() ? "ok" : "degraded");
    if (!status.sample.store_trouble.empty()) out.member("reason", status.sample.store_trouble);
    if (!status.sample.store_recovery.empty()) out.member("recovery", status.sample.store_recovery);
    out.end_object();
    if (status.recorder) write_recorder(out, *status.recorder);
    out.member("heap_bytes", status.sample.heap_bytes);
    out.member("log_lines_suppressed", status.sample.log_lines_suppressed);
    out.key("warnings").begin_array();
    for (const LastWarnings::Row& row : status.warnings) {
        out.begin_object().member("time", iso_time(row.time));
        out.member("level", name_of(row.level)).member("text", row.line).end_object();
    }
    out.end_array().end_object();
    return line;
}

}  // namespace kleber::app
