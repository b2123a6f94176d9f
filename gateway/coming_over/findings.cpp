#include "gateway/coming_over/findings.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <string_view>
#include <tuple>

#include "gateway/text/characters.hpp"

namespace kleber::coming_over {
namespace {

std::string line_of(const Finding& finding) {
    std::string line = finding.is_lock ? "! " : "  ";
    line += text::printable(to_string(finding.place));
    if (!finding.what.empty()) line += ": " + text::printable(finding.what);
    if (!finding.how.empty()) line += "\n      " + text::printable(finding.how);
    return line + '\n';
}

std::string list_of(const Findings& findings, std::string_view title,
                    const std::function<bool(const Finding&)>& is_wanted) {
    std::string list;
    for (const Finding& finding : findings.all()) {
        if (is_wanted(finding)) list += line_of(finding);
    }
    if (list.empty()) return std::string{title} + ": nothing\n";
    return std::string{title} + ":\n" + list;
}

auto has_fate(Fate fate) {
    return [fate](const Finding& finding) { return finding.fate == fate; };
}

}  // namespace

bool Findings::has_lost_locks() const {
    return std::any_of(all_.begin(), all_.end(),
                       [](const Finding& finding) { return finding.is_lock; });
}

void Findings::withdraw(const Place& place) {
    for (Finding& finding : all_) {
        if (finding.place != place || finding.fate == Fate::NotSupported) continue;
        finding.fate = Fate::NotSupported;
        finding.how = "its listener is left out";
    }
}

void Findings::sort() {
    std::map<std::string, std::size_t, std::less<>> ranks;
    for (const Finding& finding : all_) ranks.emplace(finding.place.file, ranks.size());
    const auto key_of = [&](const Finding& finding) {
        const std::string& file = finding.place.file;
        return std::tuple{file.empty(), ranks.find(file)->second, finding.place.line};
    };
    std::stable_sort(all_.begin(), all_.end(), [&](const Finding& one, const Finding& other) {
        return key_of(one) < key_of(other);
    });
}

std::string text_of(const Findings& findings) {
    const std::string not_supported = findings.has_lost_locks()
                                          ? "Not supported (! keeps somebody out, or something "
                                            "from somebody, there)"
                                          : "Not supported";
    return list_of(findings, "Taken over", has_fate(Fate::Taken)) + '\n' +
           list_of(findings, "Changed in meaning", has_fate(Fate::Changed)) + '\n' +
           list_of(findings, not_supported, has_fate(Fate::NotSupported));
}

std::string text_of_lost_locks(const Findings& findings) {
    return list_of(findings, "Not supported, though it keeps somebody out in mosquitto",
                   [](const Finding& finding) { return finding.is_lock; });
}

}  // namespace kleber::coming_over
