#include "gateway/coming_over/step.hpp"

#include <charconv>
#include <utility>

#include "gateway/coming_over/mosquitto_conf.hpp"
#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

bool may_be_secret(std::string_view name) {
    for (const std::string_view part : {"password", "psk", "kpass", "_opt_"}) {
        if (name.find(part) != std::string_view::npos && !name.ends_with("_file") &&
            name != "psk_hint") {
            return true;
        }
    }
    return false;
}

}  // namespace

std::string shown(const Option& option) {
    std::string text = text::excerpt(option.name);
    if (!option.value.empty() && !may_be_secret(option.name)) {
        text += ' ' + text::excerpt(option.value);
    }
    return text;
}

std::string Step::what() const {
    return shown(option);
}

void Step::refuse(std::string why) {
    if (problems.is_full()) return problems.leave_off();
    problems.add(complaint(option.place, option.name + ": " + std::move(why),
                           "mosquitto refuses this line, too"));
}

std::optional<bool> Step::truth() {
    if (word() == "true" || word() == "1") return true;
    if (word() == "false" || word() == "0") return false;
    refuse("expected true or false");
    return std::nullopt;
}

std::optional<std::int64_t> Step::number(std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    const char* const end = word().data() + word().size();
    const auto read = std::from_chars(word().data(), end, value);
    if (word().empty() || read.ec != std::errc{} || read.ptr != end) {
        refuse("expected a number");
        return std::nullopt;
    }
    if (value < least || value > most) {
        refuse("expected a number from " + std::to_string(least) + " to " + std::to_string(most));
        return std::nullopt;
    }
    return value;
}

std::optional<std::string> Step::text() {
    if (!option.value.empty()) return option.value;
    refuse("nothing follows it");
    return std::nullopt;
}

std::optional<std::string> Step::path() {
    const auto written = text();
    if (!written) return std::nullopt;
    return files.absolute(*written);
}

void Step::set(TomlTable& table, std::string_view key, std::string value) {
    taken(std::string{key} + " = " + value);
    table.set(key, std::move(value), to_string(option.place) + ": " + what());
}

void Step::leave_out(std::string why) {
    listener->left_out_because.push_back(what() + ": " + why);
    lock_lost(std::move(why) + "; this listener is left out");
}

void take_nothing(Step& step, std::string_view note) {
    step.changed(std::string{note});
}

void take_not_supported(Step& step, std::string_view note) {
    step.not_supported(std::string{note});
}

void take_lock_lost(Step& step, std::string_view note) {
    step.lock_lost(std::string{note});
}

void take_leave_out(Step& step, std::string_view note) {
    step.leave_out(std::string{note});
}

void take_text(Step& step, std::string_view note) {
    if (const auto text = step.text()) step.set(step.listener->table, note, quoted(*text));
}

void take_path(Step& step, std::string_view note) {
    if (const auto path = step.path()) step.set(step.listener->table, note, quoted(*path));
}

void take_elsewhere(Step&, std::string_view) {}

void take_unless_true(Step& step, std::string_view note) {
    const auto truth = step.truth();
    if (!truth) return;
    if (*truth) return step.not_supported(std::string{note});
    step.taken("it is so here");
}

void take_unless_false(Step& step, std::string_view note) {
    const auto truth = step.truth();
    if (!truth) return;
    if (!*truth) return step.not_supported(std::string{note});
    step.taken("it is so here");
}

}  // namespace kleber::coming_over
