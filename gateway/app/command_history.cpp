#include "gateway/app/command_history.hpp"

#include <cstdint>
#include <cstdio>
#include <utility>

#include "gateway/app/answer_fields.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/history_text.hpp"
#include "gateway/app/moment.hpp"
#include "gateway/runtime/clock.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

using text::Json;

struct Range {
    std::optional<std::int64_t> from;
    std::optional<std::int64_t> to;
};

// The error is a sentence.
Result<Range, std::string> range_of(const HistoryOptions& options) {
    const WallTime now = runtime::read_clock().wall;
    Range range;
    const auto since = moment_of(options.since, now);
    if (!since) return fail("--since: " + since.error());
    range.from = since->time_since_epoch().count();
    if (options.until.empty()) return range;
    const auto until = moment_of(options.until, now);
    if (!until) return fail("--until: " + until.error());
    range.to = until->time_since_epoch().count();
    return range;
}

std::string question(const std::string& topic, const Range& range,
                     std::optional<std::int64_t> cursor) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("command", "history");
    if (!topic.empty()) out.member("topic", topic);
    if (range.from) out.member("from", *range.from);
    if (range.to) out.member("to", *range.to);
    if (cursor) out.member("cursor", *cursor);
    out.end_object();
    return line;
}

// The answer's list, all pages of it. The error is a sentence.
Result<Json::Array, std::string> all_of(const char* list, control::ControlClient& client,
                                        const std::string& topic, const Range& range) {
    Json::Array rows;
    std::optional<std::int64_t> cursor;
    do {
        auto answer = client.ask(question(topic, range, cursor));
        if (!answer) return fail(answer.error());
        if (const std::string_view error = refusal(*answer); !error.empty()) {
            return fail(std::string{error});
        }
        const Json* page = answer->find(list);
        if (const Json::Array* found = page ? page->array() : nullptr) {
            rows.insert(rows.end(), found->begin(), found->end());
        }
        const std::int64_t* next = answer->integer_at("next");
        cursor = next ? std::optional{*next} : std::nullopt;
    } while (cursor);
    return rows;
}

void print_json(Json::Array&& rows) {
    Json all;
    all.any() = std::move(rows);
    std::puts(to_string(all).c_str());
}

int print_topics(control::ControlClient& client, bool is_json) {
    auto topics = all_of("topics", client, {}, {});
    if (!topics) {
        complain(topics.error());
        return kExitFailure;
    }
    if (is_json) {
        print_json(std::move(*topics));
        return 0;
    }
    for (const Json& topic : *topics) {
        if (const std::string* name = topic.string()) std::puts(text::printable(*name).c_str());
    }
    if (topics->empty()) std::puts("no topic has a history yet");
    return 0;
}

}  // namespace

int history(const HistoryOptions& options) {
    const auto range = range_of(options);
    if (!range) {
        complain(range.error());
        return kExitFailure;
    }
    auto client = call_gateway(options.which);
    if (!client) {
        std::fputs(client.error().text.c_str(), stderr);
        return client.error().exit_status;
    }
    if (options.topic.empty()) return print_topics(*client, options.is_json);
    auto rows = all_of("rows", *client, options.topic, *range);
    if (!rows) {
        complain(rows.error());
        return kExitFailure;
    }
    if (options.is_json) {
        print_json(std::move(*rows));
    } else if (options.is_csv) {
        std::fputs(history_csv(*rows).c_str(), stdout);
    } else if (rows->empty()) {
        std::puts("nothing in that time");
    } else {
        std::fputs(history_text(*rows).c_str(), stdout);
    }
    return 0;
}

}  // namespace kleber::app
