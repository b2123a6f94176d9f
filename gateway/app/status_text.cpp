#include "gateway/app/status_text.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "gateway/app/answer_fields.hpp"
#include "gateway/app/for_people.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::app {
namespace {

using text::Json;

constexpr std::size_t kLabelWidth = 15;

const Json& object_at(const Json& object, std::string_view name) {
    static const Json nothing;
    const Json* found = object.find(name);
    return found ? *found : nothing;
}

void add_line(std::string& out, std::string_view label, const std::string& what) {
    out.append(label);
    out.append(kLabelWidth - label.size(), ' ').append(what).append("\n");
}

void add_listeners(std::string& out, const Json& answer) {
    const Json::Array* rows = object_at(answer, "listeners").array();
    if (!rows) return;
    std::string_view label = "listening";
    for (const Json& row : *rows) {
        add_line(out, std::exchange(label, ""),
                 text_at(row, "kind") + " on " + text_at(row, "address") + ", " +
                     counted(number_at(row, "connections"), "connection"));
    }
}

void add_messages(std::string& out, const Json& answer) {
    const Json& totals = object_at(answer, "totals");
    add_line(out, "messages",
             grouped(number_at(totals, "messages_received")) + " in, " +
                 grouped(number_at(totals, "messages_sent")) + " out since the start");
    const Json& rates = object_at(answer, "per_minute");
    const auto rate = [&](std::string_view name) {
        return rough_rate(object_at(rates, name).number().value_or(0));
    };
    if (rates.object()) {
        add_line(out, "last minute",
                 rate("messages_received") + " in, " + rate("messages_sent") + " out");
    }
}

std::string dropped(const Json& answer) {
    const Json& counts = object_at(answer, "dropped");
    const std::uint64_t total = number_at(counts, "total");
    if (total == 0) return "nothing";
    std::string reasons;
    for (const auto& [name, meaning] :
         {std::pair{"queue_full", "queue full"}, std::pair{"expired", "expired"},
          std::pair{"too_large", "too large"}, std::pair{"no_receiver", "no group member"},
          std::pair{"not_allowed", "no longer allowed"}, std::pair{"refused", "refused"}}) {
        if (const std::uint64_t count = number_at(counts, name)) {
            reasons.append(reasons.empty() ? "" : ", ");
            reasons.append(grouped(count)).append(" ").append(meaning);
        }
    }
    return counted(total, "message") + ": " + reasons;
}

void add_logins(std::string& out, const Json& answer) {
    const Json& logins = object_at(answer, "logins");
    const std::uint64_t failed = number_at(logins, "failed");
    if (failed == 0) return;
    const std::uint64_t banned = number_at(logins, "banned");
    add_line(out, "logins",
             grouped(failed) + " failed since the start" +
                 (banned > 0 ? ", " + counted(banned, "host") + " banned" : ""));
}

void add_store(std::string& out, const Json& answer) {
    const Json& store = object_at(answer, "store");
    const std::string durability = text_at(store, "durability");
    if (durability.empty()) return;
    const std::string reason = text_at(store, "reason");
    std::string what = durability == "memory" ? "nothing survives (durability is \"memory\")"
                                              : "durability \"" + durability + "\"";
    what += reason.empty() ? "" : "; DEGRADED, nothing more can be promised: " + reason;
    add_line(out, "store", what);
    if (const std::string recovery = text_at(store, "recovery"); !recovery.empty()) {
        add_line(out, "", "at the start, " + recovery);
    }
}

void add_recorder(std::string& out, const Json& answer) {
    const Json& recorder = object_at(answer, "recorder");
    if (!recorder.object()) return;
    add_line(out, "recorder",
             counted(number_at(recorder, "topics"), "topic") + " with history, " +
                 rough_size(number_at(recorder, "file_bytes")) + "; since the start " +
                 counted(number_at(recorder, "values"), "value") + " and " +
                 counted(number_at(recorder, "messages"), "message"));
    if (const std::string reason = text_at(recorder, "reason"); !reason.empty()) {
        add_line(out, "", "DEGRADED, it keeps in memory what it can: " + reason);
    }
    std::string lost;
    for (const auto& [name, meaning] : {std::pair{"no_room", "for want of room"},
                                        std::pair{"too_many_topics", "of too many topics"},
                                        std::pair{"too_large", "too large"}}) {
        if (const std::uint64_t count = number_at(object_at(recorder, "dropped"), name)) {
            lost.append(lost.empty() ? "not kept: " : ", ");
            lost.append(grouped(count)).append(" ").append(meaning);
        }
    }
    if (!lost.empty()) add_line(out, "", lost);
    if (const std::uint64_t count = number_at(recorder, "damaged_blocks")) {
        add_line(out, "", counted(count, "block") + " made no sense");
    }
}

void add_warnings(std::string& out, const Json& answer) {
    const Json::Array* rows = object_at(answer, "warnings").array();
    if (!rows || rows->empty()) return add_line(out, "warnings", "none");
    out += "last warnings\n";
    for (const Json& row : *rows) {
        out += "  " + text_at(row, "time") + " " + text_at(row, "level") + ": " +
               text_at(row, "text") + "\n";
    }
}

}  // namespace

std::string status_text(const Json& answer) {
    std::string out;
    const std::chrono::seconds uptime{number_at(answer, "uptime_seconds")};
    add_line(out, text_at(answer, "name").size() < kLabelWidth ? text_at(answer, "name") : "kleber",
             "version " + text_at(answer, "version") + ", up " + in_words(uptime) + ", process " +
                 std::to_string(number_at(answer, "pid")));
    const std::string config = text_at(answer, "config");
    add_line(out, "configuration", config.empty() ? "the built-in demo" : config);
    add_listeners(out, answer);
    const Json& clients = object_at(answer, "clients");
    add_line(out, "clients",
             grouped(number_at(clients, "online")) + " online (at most " +
                 grouped(number_at(clients, "online_max")) + " at a time), " +
                 grouped(number_at(clients, "offline")) + " away, " +
                 counted(number_at(answer, "subscriptions"), "subscription"));
    add_messages(out, answer);
    const Json& retained = object_at(answer, "retained");
    add_line(out, "retained",
             counted(number_at(retained, "messages"), "message") + ", " +
                 rough_size(number_at(retained, "bytes")));
    const Json& queued = object_at(answer, "queued");
    add_line(out, "waiting",
             counted(number_at(queued, "messages"), "message") + ", " +
                 rough_size(number_at(queued, "bytes")));
    add_line(out, "dropped", dropped(answer));
    add_logins(out, answer);
    add_store(out, answer);
    add_recorder(out, answer);
    add_line(out, "memory", rough_size(number_at(answer, "heap_bytes")));
    add_warnings(out, answer);
    return out;
}

}  // namespace kleber::app
