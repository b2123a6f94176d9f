#include "gateway/text/diagnostic.hpp"

#include <algorithm>
#include <map>

#include "gateway/text/characters.hpp"

namespace kleber::text {

namespace {

constexpr std::size_t kLineMax = 100;  // characters of a source line that are shown
constexpr std::size_t kBefore = 60;    // of these before the caret, in a line that is longer
constexpr std::string_view kIndent = "    ";
constexpr std::string_view kCut = "...";

// The bytes of `text` from the character number `first`, at most `count` characters.
std::string_view characters(std::string_view text, std::size_t first, std::size_t count) {
    const auto skip = [&](std::string_view rest, std::size_t wanted) {
        std::size_t at = 0;
        for (; wanted > 0 && at < rest.size(); --wanted) {
            const std::size_t size = character_size(rest.substr(at));
            at += size == 0 ? 1 : size;
        }
        return at;
    };
    text.remove_prefix(skip(text, first));
    return text.substr(0, skip(text, count));
}

void append_source(std::string& out, const Diagnostic& diagnostic) {
    const std::string_view line = diagnostic.source_line;
    const std::size_t caret = diagnostic.position.column == 0 ? 0 : diagnostic.position.column - 1;
    const std::size_t length = character_count(line);
    const bool is_long = length > kLineMax;
    const std::size_t first = is_long && caret > kBefore ? std::min(caret, length) - kBefore : 0;
    const std::string_view shown = characters(line, first, kLineMax);

    out += kIndent;
    if (first > 0) out += kCut;
    out += printable(shown);
    if (is_long && first + kLineMax < length) out += kCut;
    out += '\n';

    out += kIndent;
    out.append((first > 0 ? kCut.size() : 0) + std::min(caret, length) - first, ' ');
    out += "^\n";
}

}  // namespace

std::string headline(const Diagnostic& diagnostic) {
    std::string out = printable(diagnostic.file);
    if (diagnostic.position.line > 0) {
        out += ':' + std::to_string(diagnostic.position.line) + ':' +
               std::to_string(diagnostic.position.column);
    }
    out += diagnostic.severity == Severity::Error ? ": error: " : ": warning: ";
    out += printable(diagnostic.message);
    return out;
}

std::string render(const Diagnostic& diagnostic) {
    std::string out = headline(diagnostic);
    out += '\n';
    if (!diagnostic.source_line.empty()) append_source(out, diagnostic);
    if (!diagnostic.hint.empty()) {
        out += kIndent;
        out += printable(diagnostic.hint);
        out += '\n';
    }
    return out;
}

void Diagnostics::add(Diagnostic diagnostic) {
    if (is_full()) {
        leave_off();
    } else {
        all_.push_back(std::move(diagnostic));
    }
}

void Diagnostics::sort() {
    std::map<std::string_view, std::size_t> rank;
    for (const Diagnostic& diagnostic : all_) rank.emplace(diagnostic.file, rank.size());
    // The ranks refer to names that sorting would move away.
    std::vector<std::pair<std::size_t, Diagnostic>> ranked;
    for (const Diagnostic& diagnostic : all_) {
        ranked.emplace_back(rank[diagnostic.file], diagnostic);
    }
    std::stable_sort(ranked.begin(), ranked.end(), [](const auto& left, const auto& right) {
        return std::pair{left.first, left.second.position} <
               std::pair{right.first, right.second.position};
    });
    for (std::size_t i = 0; i < ranked.size(); ++i) all_[i] = std::move(ranked[i].second);
}

bool Diagnostics::has_errors() const {
    return std::any_of(all_.begin(), all_.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::Error;
    });
}

std::string render(const Diagnostics& diagnostics) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics) out += render(diagnostic);
    if (diagnostics.left_off_count() > 0) {
        out += "and " + std::to_string(diagnostics.left_off_count()) + " more\n";
    }
    return out;
}

}  // namespace kleber::text
