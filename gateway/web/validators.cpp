#include "gateway/web/validators.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

#include "gateway/codec/http/date.hpp"

namespace kleber::web {
namespace {

using codec::http::RequestHead;

constexpr std::string_view kWeak = "W/";

enum class Comparison : std::uint8_t { Strong, Weak };

// Whether a list of entity tags has ours, or is a star. Tags may have commas in them.
bool has_tag(std::string_view list, std::string_view tag, Comparison comparison) {
    if (list == "*") return true;
    while (true) {
        list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
        const bool is_weak = list.starts_with(kWeak);
        if (is_weak) list.remove_prefix(kWeak.size());
        if (!list.starts_with('"')) return false;
        const std::size_t end = list.find('"', 1);
        if (end == std::string_view::npos) return false;
        const bool may_match = !is_weak || comparison == Comparison::Weak;
        if (may_match && list.substr(0, end + 1) == tag) return true;
        list.remove_prefix(end + 1);
    }
}

// None without such a field; false if none of them has it.
std::optional<bool> names_tag(const RequestHead& request, std::string_view name,
                              std::string_view tag, Comparison comparison) {
    std::optional<bool> names;
    for (const codec::http::Field& field : request.fields) {
        if (!codec::http::is_same_name(field.name, name)) continue;
        names = names.value_or(false) || has_tag(field.value, tag, comparison);
    }
    return names;
}

std::optional<std::chrono::sys_seconds> date_of(const RequestHead& request, std::string_view name) {
    const auto value = request.field(name);
    return value ? codec::http::date_from(*value) : std::nullopt;
}

}  // namespace

Verdict verdict_of(const RequestHead& request, const Validators& validators) {
    const std::string_view tag = validators.entity_tag;
    if (const auto match = names_tag(request, "if-match", tag, Comparison::Strong)) {
        if (!*match) return Verdict::Failed;
    } else if (const auto date = date_of(request, "if-unmodified-since")) {
        if (validators.modified > *date) return Verdict::Failed;
    }
    if (const auto match = names_tag(request, "if-none-match", tag, Comparison::Weak)) {
        return *match ? Verdict::NotModified : Verdict::Proceed;
    }
    const auto date = date_of(request, "if-modified-since");
    return date && validators.modified <= *date ? Verdict::NotModified : Verdict::Proceed;
}

bool is_range_wanted(const RequestHead& request, const Validators& validators) {
    const auto value = request.field("if-range");
    // The very date, not one after it: what it names must be the same to the byte.
    return !value || *value == validators.entity_tag ||
           codec::http::date_from(*value) == validators.modified;
}

}  // namespace kleber::web
