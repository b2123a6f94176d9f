#include "gateway/coming_over/general_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "gateway/base/time.hpp"
#include "gateway/coming_over/step.hpp"
#include "gateway/text/units.hpp"

namespace kleber::coming_over {
namespace {

constexpr std::int64_t kIntMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kKiB = 1 << 10;
constexpr std::int64_t kPacketMin = 1000;           // of ours
constexpr std::int64_t kPacketMax = 256 << 20;      // of MQTT, nearly
constexpr std::int64_t kTopicMax = 64 << 10;        // and what else is in a PUBLISH
constexpr std::int64_t kQueueMax = 10'000'000;      // messages
constexpr std::int64_t kQueueBytesMax = 4LL << 30;  // what our configuration takes
constexpr std::int64_t kConnectionsMax = 1'000'000;
constexpr std::int64_t kExpiryDaysMax = 49'710;

std::string size_text(std::int64_t bytes) {
    return quoted(text::format_size(static_cast<std::uint64_t>(bytes)));
}

std::string seconds_text(std::int64_t seconds) {
    return quoted(std::to_string(seconds) + 's');
}

// `value`, or the nearest that the key may have.
void set_within(Step& step, TomlTable& table, const char* key, std::int64_t value,
                std::int64_t least, std::int64_t most, std::string (*text_of)(std::int64_t)) {
    const std::int64_t set = std::clamp(value, least, most);
    if (set == value) return step.set(table, key, text_of(set));
    step.changed(std::string{key} + " = " + text_of(set) + ", which is the nearest that there is");
    table.set(key, text_of(set), to_string(step.option.place) + ": " + step.what());
}

std::string plain(std::int64_t value) {
    return std::to_string(value);
}

void take_persistence(Step& step, std::string_view) {
    const auto is_on = step.truth();
    if (!is_on) return;
    if (!*is_on) return step.set(step.draft.store, "durability", "\"memory\"");
    step.changed("durability = \"power\": what is acknowledged survives a power cut, too");
    step.draft.store.set("durability", "\"power\"",
                         to_string(step.option.place) + ": " + step.what());
}

void take_sys_interval(Step& step, std::string_view) {
    if (const auto seconds = step.number(0, 65'535)) {
        step.set(step.draft.gateway, "sys_interval", seconds_text(*seconds));
    }
}

void take_packet(Step& step, std::string_view) {
    if (const auto bytes = step.number(20, kIntMax)) {
        set_within(step, step.draft.limits, "packet", *bytes, kPacketMin, kPacketMax, size_text);
    }
}

void take_message_size(Step& step, std::string_view) {
    const auto bytes = step.number(0, kPacketMax);
    if (!bytes) return;
    if (*bytes == 0) return step.changed("the limit is that of packets");
    if (step.group.has("max_packet_size"))
        return step.not_supported("max_packet_size is the limit");
    const std::int64_t packet = std::min(*bytes + kTopicMax, kPacketMax);
    step.changed("packet = " + size_text(packet) +
                 ", with room for the topic; a longer one ends its connection");
    step.draft.limits.set("packet", size_text(packet),
                          to_string(step.option.place) + ": " + step.what());
}

void take_inflight(Step& step, std::string_view) {
    auto count = step.number(-kIntMax, 65'535);
    if (!count) return;
    if (*count <= 0) count = 65'535;  // no limit, which is the most that MQTT 5 can say
    step.set(step.draft.limits, "inflight", plain(*count));
}

void take_queue_messages(Step& step, std::string_view) {
    const auto count = step.number(-kIntMax, kIntMax);
    if (!count) return;
    const std::int64_t wanted = *count <= 0 ? kIntMax : *count;
    set_within(step, step.draft.limits, "queue.messages", wanted, 1, kQueueMax, plain);
}

void take_queue_bytes(Step& step, std::string_view) {
    const auto bytes = step.number(-kIntMax, kIntMax);
    if (!bytes) return;
    set_within(step, step.draft.limits, "queue.bytes", *bytes <= 0 ? kQueueBytesMax : *bytes, kKiB,
               kQueueBytesMax, size_text);
}

void take_inflight_bytes(Step& step, std::string_view note) {
    const auto bytes = step.number(-kIntMax, kIntMax);
    if (!bytes) return;
    if (*bytes > 0) return step.not_supported(std::string{note});
    step.taken("it is so here");
}

void take_keep_alive(Step& step, std::string_view) {
    const auto seconds = step.number(0, 65'535);
    if (!seconds) return;
    step.set(step.draft.limits, "keep_alive_max", seconds_text(*seconds == 65'535 ? 0 : *seconds));
}

// "2d"
void take_expiry(Step& step, std::string_view) {
    const std::string_view word = step.word();
    std::int64_t count = 0;
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data(), end, count);
    constexpr std::array<std::pair<char, std::int64_t>, 6> kUnits = {{{'s', 1},
                                                                      {'h', 3600},
                                                                      {'d', 86'400},
                                                                      {'w', 604'800},
                                                                      {'m', 2'592'000},
                                                                      {'y', 31'536'000}}};
    const auto* unit = kUnits.end();
    if (read.ec == std::errc{} && read.ptr + 1 == end) {
        unit = std::find_if(kUnits.begin(), kUnits.end(),
                            [&](const auto& one) { return one.first == *read.ptr; });
    }
    if (unit == kUnits.end() || count <= 0 || count > kIntMax) {
        return step.refuse("expected a time like 14d");
    }
    const std::int64_t seconds = std::min(count * unit->second, kExpiryDaysMax * 86'400);
    step.set(step.draft.limits, "session_expiry",
             quoted(text::format_duration(std::chrono::seconds{seconds})));
}

void take_connections(Step& step, std::string_view note) {
    const auto count = step.number(-kIntMax, kIntMax);
    if (!count) return;
    set_within(step, step.draft.limits, std::string{note}.c_str(),
               *count <= 0 ? kConnectionsMax : *count, 1, kConnectionsMax, plain);
}

// All of its lines together name the kinds of lines that are written.
void take_log_type(Step& step, std::string_view) {
    constexpr std::array<std::string_view, 11> kWords = {
        "none",      "information", "notice",   "warning",    "error", "debug",
        "subscribe", "unsubscribe", "internal", "websockets", "all"};
    if (std::find(kWords.begin(), kWords.end(), step.word()) == kWords.end()) {
        return step.refuse("there is no such kind of line");
    }
    if (step.group.find("log_type") != &step.option) {
        return step.taken("with the last log_type");
    }
    int level = 0;  // error
    for (const Option& option : step.group) {
        if (option.name != "log_type") continue;
        const std::string_view word = first_word(option.value);
        const int wanted = word == "none" || word == "error"           ? 0
                           : word == "warning"                         ? 1
                           : word == "notice" || word == "information" ? 2
                                                                       : 3;
        level = word == "none" ? 0 : std::max(level, wanted);
    }
    constexpr std::array<const char*, 4> kLevels = {"\"error\"", "\"warning\"", "\"info\"",
                                                    "\"debug\""};
    step.set(step.draft.log, "level", kLevels[static_cast<std::size_t>(level)]);
}

void take_log_dest(Step& step, std::string_view) {
    const std::string_view word = step.word();
    if (word.empty()) return step.refuse("nothing follows it");
    if (word == "stderr") return step.taken("the log goes there");
    step.changed("the log goes to the standard error output, which systemd keeps: journalctl");
}

void take_per_listener(Step& step, std::string_view) {
    step.taken(step.word() == "true" || step.word() == "1"
                   ? "each listener has what is said below it"
                   : "what says who may come in is for all listeners");
}

void take_include(Step& step, std::string_view) {
    step.taken("the files in it are read here, too, each .conf");
}

constexpr std::array<OptionRow, 46> kRows = {{
    {"include_dir", Scope::General, take_include, "", true},
    {"per_listener_settings", Scope::General, take_per_listener},
    {"persistence", Scope::General, take_persistence},
    {"retained_persistence", Scope::General, take_persistence},
    {"persistence_location", Scope::General, take_nothing,
     "what is kept is in the state folder; mosquitto's database is not read"},
    {"persistence_file", Scope::General, take_nothing, "it is kleber.db in the state folder"},
    {"autosave_interval", Scope::General, take_nothing, "what is acknowledged is kept at once"},
    {"autosave_on_changes", Scope::General, take_nothing, "what is acknowledged is kept at once"},
    {"sys_interval", Scope::General, take_sys_interval},
    {"max_packet_size", Scope::General, take_packet},
    {"message_size_limit", Scope::General, take_message_size},
    {"max_inflight_messages", Scope::General, take_inflight},
    {"max_inflight_bytes", Scope::General, take_inflight_bytes,
     "what is on its way to a client is limited by the number of messages alone"},
    {"max_queued_messages", Scope::General, take_queue_messages},
    {"max_queued_bytes", Scope::General, take_queue_bytes},
    {"max_keepalive", Scope::General, take_keep_alive},
    {"persistent_client_expiration", Scope::General, take_expiry},
    {"global_max_connections", Scope::General, take_connections, "connections"},
    {"global_max_clients", Scope::General, take_connections, "sessions"},
    {"memory_limit", Scope::General, take_not_supported,
     "limits are for packets, queues, sessions and retained messages each"},
    {"queue_qos0_messages", Scope::General, take_unless_true,
     "messages of QoS 0 do not wait for clients that are away"},
    {"retain_available", Scope::General, take_unless_false, "retained messages are always kept"},
    {"retain_expiry_interval", Scope::General, take_not_supported,
     "a retained message stays until another takes its place, or as long as it says itself"},
    {"check_retain_source", Scope::General, take_unless_true,
     "a retained message stays when its publisher may no longer write there"},
    {"upgrade_outgoing_qos", Scope::General, take_unless_true,
     "a message has the lower QoS of publisher and subscriber, as MQTT says"},
    {"allow_duplicate_messages", Scope::General, take_nothing,
     "there is no such choice: subscriptions that overlap are treated as MQTT says"},
    {"set_tcp_nodelay", Scope::General, take_nothing, "it is always on"},
    {"clientid_prefixes", Scope::General, take_lock_lost,
     "clients with other ids are let in, too; give those that are meant users of their own"},
    {"user", Scope::General, take_nothing, "the service runs as the user that systemd gives it"},
    {"pid_file", Scope::General, take_nothing, "systemd needs none"},
    {"log_dest", Scope::General, take_log_dest, "", true},
    {"log_type", Scope::General, take_log_type, "", true},
    {"log_facility", Scope::General, take_nothing, "the log does not go to syslog itself"},
    {"log_timestamp", Scope::General, take_nothing, "the journal has the time of each line"},
    {"log_timestamp_format", Scope::General, take_nothing, "the journal has the time of each line"},
    {"connection_messages", Scope::General, take_unless_false,
     "connections are in the log as long as log.level is \"info\""},
    {"websockets_log_level", Scope::General, take_nothing, "there is one log level for all"},
    {"websockets_headers_size", Scope::General, take_nothing, "the size is fixed"},
    {"packet_buffer_size", Scope::General, take_nothing, "buffers grow as they must"},
    {"enable_control_api", Scope::General, take_nothing,
     "there is no $CONTROL; the command line has what it is for"},
    {"retry_interval", Scope::General, take_nothing, "mosquitto does not obey it any more either"},
    {"store_clean_interval", Scope::General, take_nothing,
     "mosquitto does not obey it any more either"},
    {"packet_max_auth", Scope::General, take_not_supported, "[limits] packet is the limit"},
    {"packet_max_connect", Scope::General, take_not_supported,
     "[limits] connect_packet is the limit"},
    {"packet_max_sub", Scope::General, take_not_supported, "[limits] packet is the limit"},
    {"packet_max_simple", Scope::General, take_not_supported, "[limits] packet is the limit"},
}};

}  // namespace

std::span<const OptionRow> general_rows() {
    return kRows;
}

}  // namespace kleber::coming_over
