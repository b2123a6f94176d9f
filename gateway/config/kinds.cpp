#include "gateway/config/kinds.hpp"

#include <algorithm>
#include <iterator>

#include "gateway/config/checks.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/nearest.hpp"
#include "gateway/text/units.hpp"

namespace kleber::config {

namespace {

constexpr std::string_view kVersionWords[] = {"3.1", "3.1.1", "5"};
constexpr bool Versions::*kVersionFields[] = {&Versions::mqtt_3_1, &Versions::mqtt_3_1_1,
                                              &Versions::mqtt_5};

Problem wrong_kind(std::string_view expected, const text::Value& value, std::string hint = {}) {
    return {"expected " + std::string{expected} + ", found " + std::string{value.kind_name()},
            std::move(hint)};
}

template <typename Format>
std::string describe(const Range& range, Format format) {
    const bool has_gap = range.zero == Zero::Allowed && range.min > 0;
    return (has_gap ? "0, or " : "") + format(range.min) + " to " + format(range.max);
}

Problem out_of_range(const std::string& written, const std::string& range) {
    return {written + " is out of range: " + range};
}

std::string quoted(std::string_view text) {
    return '"' + text::excerpt(text) + '"';
}

std::string format_time(std::uint64_t milliseconds) {
    return text::format_duration(Duration{static_cast<std::int64_t>(milliseconds)});
}

std::string format_count(std::uint64_t number) {
    return std::to_string(number);
}

}  // namespace

std::string Count::description() const {
    return "whole number, " + describe(range_, format_count);
}

Result<std::uint64_t, Problem> Count::read_number(const text::Value& value) const {
    const auto* number = value.integer();
    if (!number) {
        return fail(wrong_kind("a whole number", value,
                               value.string() ? "write the number without quotes" : ""));
    }
    if (*number < 0 || !range_.contains(static_cast<std::uint64_t>(*number))) {
        return fail(out_of_range(std::to_string(*number), describe(range_, format_count)));
    }
    return static_cast<std::uint64_t>(*number);
}

std::string Size::description() const {
    return "size, " + describe(range_, text::format_size);
}

std::string Size::write(std::uint64_t bytes) const {
    return quoted(text::format_size(bytes));
}

Result<std::uint64_t, Problem> Size::read_bytes(const text::Value& value) const {
    const std::string range = describe(range_, text::format_size);
    if (const auto* number = value.integer()) {
        if (*number < 0 || !range_.contains(static_cast<std::uint64_t>(*number))) {
            return fail(out_of_range(std::to_string(*number) + " bytes", range));
        }
        return static_cast<std::uint64_t>(*number);
    }
    const auto* text = value.string();
    if (!text) return fail(wrong_kind("a size such as \"8 MiB\"", value));
    const auto bytes = text::parse_size(*text);
    if (!bytes) return fail(Problem{bytes.error()});
    if (!range_.contains(*bytes)) return fail(out_of_range(quoted(*text), range));
    return *bytes;
}

Result<Duration, Problem> Time::read(const text::Value& value, const Duration&) const {
    const auto* text = value.string();
    const auto* number = value.integer();
    if (!text && !number) return fail(wrong_kind("a duration such as \"10s\"", value));
    // A number alone is understood only if it is 0, and explained otherwise.
    const auto duration = text::parse_duration(text ? *text : std::to_string(*number));
    if (!duration) return fail(Problem{duration.error()});
    if (!range_.contains(static_cast<std::uint64_t>(duration->count()))) {
        return fail(out_of_range(text ? quoted(*text) : std::to_string(*number),
                                 describe(range_, format_time)));
    }
    return *duration;
}

std::string Time::write(Duration duration) const {
    return quoted(text::format_duration(duration));
}

std::string Time::description() const {
    return "duration, " + describe(range_, format_time);
}

Result<std::string, Problem> Text::read(const text::Value& value, const std::string&) const {
    const auto* text = value.string();
    if (!text) return fail(wrong_kind("text", value, "put it in quotes: \"...\""));
    if (auto problem = check_(*text)) return fail(std::move(*problem));
    return *text;
}

Result<std::optional<std::string>, Problem> Text::read(const text::Value& value,
                                                       const std::optional<std::string>&) const {
    auto text = read(value, std::string{});
    if (!text) return fail(text.error());
    return std::optional{std::move(*text)};
}

std::string Text::write(const std::string& text) const {
    return '"' + text + '"';
}

std::string list_of(const std::vector<std::string_view>& words) {
    std::string list;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) list += i + 1 == words.size() ? " or " : ", ";
        list += write_word(words[i]);
    }
    return list;
}

Result<std::size_t, Problem> read_word(const text::Value& value,
                                       const std::vector<std::string_view>& words) {
    const auto* text = value.string();
    if (!text) return fail(wrong_kind(list_of(words), value));
    const auto found = std::find(words.begin(), words.end(), *text);
    if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
    const std::string_view meant = text::nearest(*text, words);
    return fail(Problem{quoted(*text) + " is not " + list_of(words),
                        meant.empty() ? "" : "did you mean " + write_word(meant) + '?'});
}

std::string write_word(std::string_view word) {
    return '"' + std::string{word} + '"';
}

Result<AllowAnonymous, Problem> Anonymous::read(const text::Value& value,
                                                const AllowAnonymous&) const {
    if (const auto* truth = value.boolean()) {
        return *truth ? AllowAnonymous::Yes : AllowAnonymous::No;
    }
    const auto* text = value.string();
    if (!text) return fail(wrong_kind(description(), value));
    if (*text == "local") return AllowAnonymous::Local;
    Problem problem{quoted(*text) + " is not " + description()};
    if (*text == "true" || *text == "false") problem.hint = "write " + *text + " without quotes";
    return fail(std::move(problem));
}

std::string Anonymous::write(AllowAnonymous allowed) const {
    return allowed == AllowAnonymous::Local ? "\"local\""
           : allowed == AllowAnonymous::Yes ? "true"
                                            : "false";
}

Result<TextList::Texts, Problem> TextList::read(const text::Value& value, const Texts&) const {
    const auto* array = value.array();
    const std::string one{noun};
    if (!array) return fail(wrong_kind("a list of " + one + "s", value, std::string{hint}));
    Texts texts;
    for (const text::Value& element : *array) {
        const auto* text = element.string();
        if (!text) {
            auto problem = wrong_kind("a " + one + " as text", element, std::string{hint});
            problem.position = element.position();
            return fail(std::move(problem));
        }
        if (auto problem = check(*text)) {
            problem->position = element.position();
            return fail(std::move(*problem));
        }
        texts.push_back(*text);
    }
    if (texts.size() > kTextsMax) {
        return fail(Problem{"more than " + std::to_string(kTextsMax) + " " + one + "s",
                            std::string{too_many}});
    }
    return texts;
}

std::string TextList::write(const Texts& texts) const {
    std::string list;
    for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + write_word(text);
    return '[' + list + ']';
}

std::string TextList::description() const {
    return "list of " + std::string{noun} + "s, at most " + std::to_string(kTextsMax);
}

Result<Versions, Problem> VersionList::read(const text::Value& value, const Versions&) const {
    const std::string hint = "write versions = [\"3.1\", \"3.1.1\", \"5\"], or some of them";
    const auto* array = value.array();
    if (!array) return fail(wrong_kind("a list", value, hint));
    if (array->empty()) return fail(Problem{"at least one version is needed", hint});
    const std::vector<std::string_view> words(std::begin(kVersionWords), std::end(kVersionWords));
    Versions versions{false, false, false};
    for (const text::Value& element : *array) {
        const auto index = read_word(element, words);
        if (!index) return fail(Problem{index.error().message, hint, element.position()});
        versions.*kVersionFields[*index] = true;
    }
    return versions;
}

std::string VersionList::write(const Versions& versions) const {
    std::string list;
    for (std::size_t i = 0; i < std::size(kVersionWords); ++i) {
        if (!(versions.*kVersionFields[i])) continue;
        list += (list.empty() ? "" : ", ") + write_word(kVersionWords[i]);
    }
    return '[' + list + ']';
}

}  // namespace kleber::config
