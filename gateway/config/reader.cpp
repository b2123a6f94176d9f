#include "gateway/config/reader.hpp"

#include "gateway/config/reference.hpp"
#include "gateway/text/characters.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::config {

namespace {

// A key that exists, but in other tables: "port belongs in [[listener]]".
std::string other_home_of(std::string_view key) {
    std::string homes;
    for (const KeyReference& reference : key_references()) {
        if (reference.name != key) continue;
        homes += (homes.empty() ? "" : " or ") + reference.table;
    }
    return homes.empty() ? homes : std::string{key} + " belongs in " + homes;
}

}  // namespace

Reader Reader::within(std::string_view name) const {
    Reader inner = *this;
    inner.table_ = full_name(name);
    return inner;
}

Reader Reader::within_list(std::string_view name) const {
    Reader inner = within(name);
    inner.is_list_ = true;
    return inner;
}

bool Reader::claim(const text::Entry& entry) const {
    if (is_list_) return true;
    const auto [found, is_first] =
        set_places_.emplace(full_name(entry.key), place_of(entry.position));
    if (is_first) return true;
    if (is_left_off()) return false;
    diagnostics_.add(document_.error(
        entry.position, found->first + " is set twice: first in " + to_string(found->second),
        "remove one of the two"));
    return false;
}

void Reader::report(const text::Entry& entry, const Problem& problem) const {
    if (is_left_off()) return;
    const bool is_whole = problem.position == text::Position{};
    diagnostics_.add(document_.error(is_whole ? entry.value.position() : problem.position,
                                     full_name(entry.key) + ": " + problem.message, problem.hint));
}

void Reader::report_unknown(const text::Entry& entry,
                            std::span<const std::string_view> known) const {
    if (is_left_off()) return;
    std::string message = "unknown key " + text::excerpt(entry.key);
    if (!table_.empty()) {
        message += " in " + (is_list_ ? "[[" + table_ + "]]" : '[' + table_ + ']');
    }
    // The right name in the wrong table is nearer than a similar name in this one.
    std::string hint = other_home_of(entry.key);
    if (hint.empty()) hint = text::did_you_mean(entry.key, known);
    diagnostics_.add(document_.error(entry.position, std::move(message), std::move(hint)));
}

SourcePlace Reader::place_of(text::Position position) const {
    return {document_.name(), position.line, position.column};
}

bool Reader::is_left_off() const {
    if (!diagnostics_.is_full()) return false;
    diagnostics_.leave_off();
    return true;
}

std::string Reader::full_name(std::string_view key) const {
    return table_.empty() ? std::string{key} : table_ + '.' + std::string{key};
}

}  // namespace kleber::config
