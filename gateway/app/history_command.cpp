#include "gateway/app/history_command.hpp"

#include <algorithm>
#include <optional>

#include "gateway/runtime/clock.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/json_writer.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::app {
namespace {

constexpr const char* kNothingIsKept =
    "no history is kept; to begin, write topics = [\"home/+/temperature\"] below [history] in the "
    "configuration, then type kleber reload";

WallTime time_at(const text::Json& request, std::string_view name, WallTime otherwise) {
    const std::int64_t* time = request.integer_at(name);
    return time ? WallTime{Duration{*time}} : otherwise;
}

std::string answer(recorder::Recorder& recorder, const std::optional<std::string>& topic,
                   WallTime from, WallTime to) {
    const Now now = runtime::read_clock();
    const auto topics = recorder.topics(now);
    if (!topics) return control::failure(topics.error());
    const bool is_known =
        topic ? std::binary_search(topics->begin(), topics->end(), *topic) : !topics->empty();
    // Of what is in the file nothing is known then.
    if (!is_known && recorder.trouble()) {
        return control::failure("the recorder cannot use its file: " + *recorder.trouble());
    }
    if (!topic) return history_topics_answer(*topics);
    if (!is_known) return no_history_answer(*topic, *topics);
    const auto page = recorder.query(*topic, from, to, HistoryCommand::kPageRowsMax, now);
    return page ? history_answer(*page) : control::failure(page.error());
}

}  // namespace

control::Answer HistoryCommand::begin(const text::Json& request, control::CommandTurn& turn) {
    if (!seat_.is_open()) return control::failure(kNothingIsKept);
    std::optional<std::string> topic;
    if (const std::string* name = request.string_at("topic")) topic = *name;
    const WallTime from = time_at(request, "cursor", time_at(request, "from", WallTime{}));
    const WallTime to = time_at(request, "to", WallTime::max());
    const bool is_asked = seat_.ask(
        [topic, from, to, later = turn.later, &lane = seat_.lane()](recorder::Recorder& recorder) {
            lane.post([later, line = answer(recorder, topic, from, to)] { later(line); });
        });
    if (!is_asked) return control::failure("the recorder waits for the disk; try again");
    return std::nullopt;
}

std::string history_answer(const recorder::History::Page& page) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true).key("rows").begin_array();
    for (const recorder::Summary& row : page.rows) {
        out.begin_object().member("time", std::int64_t{row.time.time_since_epoch().count()});
        out.member("seconds", std::int64_t{row.span / std::chrono::seconds{1}});
        out.member("mean", row.mean).member("min", row.min).member("max", row.max);
        out.member("count", row.count).end_object();
    }
    out.end_array();
    if (page.next) out.member("next", std::int64_t{page.next->time_since_epoch().count()});
    out.end_object();
    return line;
}

std::string history_topics_answer(const std::vector<std::string>& topics) {
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true).key("topics").begin_array();
    for (const std::string& topic : topics) out.value(topic);
    out.end_array().end_object();
    return line;
}

std::string no_history_answer(std::string_view topic, const std::vector<std::string>& topics) {
    const std::string shown = text::printable(topic);
    if (topic.find_first_of("+#") != std::string_view::npos) {
        return control::failure(shown +
                                " is a filter, and one topic is wanted; kleber history "
                                "without a topic lists those that there are");
    }
    const std::vector<std::string_view> known(topics.begin(), topics.end());
    const std::string meant = text::did_you_mean(topic, known);
    if (!meant.empty()) return control::failure("there is no history of " + shown + "; " + meant);
    if (topics.size() >= recorder::HistoryLimits{}.topics) {
        return control::failure("there is no history of " + shown + "; " +
                                std::to_string(topics.size()) +
                                " topics have one, and there is room for no more: name fewer in "
                                "[history] topics");
    }
    return control::failure("there is no history of " + shown +
                            "; it begins with the first number published there, if the "
                            "configuration has [history] topics = [\"" +
                            shown + "\"], or a filter that matches it");
}

}  // namespace kleber::app
