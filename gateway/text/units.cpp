#include "gateway/text/units.hpp"

#include <array>
#include <limits>
#include <optional>
#include <span>

#include "gateway/text/characters.hpp"
#include "gateway/text/nearest.hpp"

namespace kleber::text {

namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

// The larger first, as format_ goes through them.
constexpr std::array kTimes = {
    Unit{"w", 604'800'000}, Unit{"d", 86'400'000}, Unit{"h", 3'600'000},
    Unit{"m", 60'000},      Unit{"s", 1000},       Unit{"ms", 1},
};
constexpr std::array kSizes = {
    Unit{"GiB", 1ULL << 30},
    Unit{"GB", 1'000'000'000},
    Unit{"MiB", 1ULL << 20},
    Unit{"MB", 1'000'000},
    Unit{"KiB", 1ULL << 10},
    Unit{"kB", 1000},
    Unit{"B", 1},
};
constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kFractionMax = 9;  // digits

bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}
bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

std::string_view take_while(std::string_view& text, bool (*wanted)(char)) {
    std::size_t size = 0;
    while (size < text.size() && wanted(text[size])) ++size;
    const std::string_view taken = text.substr(0, size);
    text.remove_prefix(size);
    return taken;
}

void skip_spaces(std::string_view& text) {
    take_while(text, [](char letter) { return letter == ' '; });
}

std::optional<std::uint64_t> multiply(std::uint64_t left, std::uint64_t right) {
    if (right != 0 && left > kMax / right) return std::nullopt;
    return left * right;
}

std::optional<std::uint64_t> add(std::uint64_t left, std::uint64_t right) {
    if (left > kMax - right) return std::nullopt;
    return left + right;
}

// Digits to a number; the caller checked that they are digits.
std::optional<std::uint64_t> whole(std::string_view digits) {
    std::optional<std::uint64_t> value = 0;
    for (const char digit : digits) {
        value = multiply(*value, 10);
        if (value) value = add(*value, static_cast<std::uint64_t>(digit - '0'));
        if (!value) return std::nullopt;
    }
    return value;
}

// What a reader of "number unit" needs to know of its kind of quantity.
struct Quantity {
    std::span<const Unit> units;
    std::string_view what;     // "a duration"
    std::string_view example;  // "10s, 5m or 30d"
    bool needs_unit;
};
constexpr Quantity kDuration = {kTimes, "a duration",
                                "\"500ms\", \"10s\", \"5m\", \"1h\" or \"30d\"", true};
constexpr Quantity kSize = {kSizes, "a size", "\"64 KiB\", \"8 MiB\" or \"1 GB\"", false};

Failure<std::string> malformed(const Quantity& quantity, std::string_view text) {
    return fail('"' + excerpt(text) + "\" is not " + std::string{quantity.what} + " such as " +
                std::string{quantity.example});
}

Failure<std::string> too_large(std::string_view text) {
    return fail('"' + excerpt(text) + "\" is too large");
}

const Unit* find_unit(const Quantity& quantity, std::string_view name) {
    for (const Unit& unit : quantity.units) {
        if (unit.name == name) return &unit;
    }
    // Capitals carry no second meaning in any of the units.
    for (const Unit& unit : quantity.units) {
        if (edit_distance(unit.name, name) == 0) return &unit;
    }
    return nullptr;
}

// One "1.5 GiB" off the front of `rest`; `text` is the whole of it for messages.
Result<std::uint64_t, std::string> take_part(const Quantity& quantity, std::string_view& rest,
                                             std::string_view text) {
    const std::string_view digits = take_while(rest, is_digit);
    if (digits.empty()) return malformed(quantity, text);
    std::string_view fraction;
    if (rest.starts_with('.')) {
        rest.remove_prefix(1);
        fraction = take_while(rest, is_digit);
        if (fraction.empty() || fraction.size() > kFractionMax) return malformed(quantity, text);
    }
    skip_spaces(rest);
    const std::string_view name = take_while(rest, is_letter);

    const auto number = whole(digits);
    if (!number) return too_large(text);
    if (name.empty()) {
        if (!fraction.empty()) return malformed(quantity, text);
        if (quantity.needs_unit && *number != 0) {
            return fail('"' + excerpt(text) + "\" has no unit: write " +
                        std::string{quantity.example});
        }
        return *number;
    }
    const Unit* unit = find_unit(quantity, name);
    if (!unit) {
        std::string known;
        for (const Unit& one : quantity.units) {
            known = std::string{one.name} + (known.empty() ? "" : ", ") + known;
        }
        return fail("unknown unit " + excerpt(name) + "; there are " + known);
    }
    const auto value = multiply(*number, unit->factor);
    if (!value) return too_large(text);
    if (fraction.empty()) return *value;

    std::uint64_t scale = 1;
    for (std::size_t i = 0; i < fraction.size(); ++i) scale *= 10;
    const auto scaled = multiply(*whole(fraction), unit->factor);  // 1e9 * 604,800,000 fits
    if (!scaled || *scaled % scale != 0) {
        return fail('"' + excerpt(text) + "\" is finer than it is counted: no fraction of " +
                    std::string{quantity.units.back().name});
    }
    const auto sum = add(*value, *scaled / scale);
    if (!sum) return too_large(text);
    return *sum;
}

std::string_view trimmed(std::string_view text) {
    skip_spaces(text);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string format(std::uint64_t value, std::span<const Unit> units, std::string_view space) {
    for (const Unit& unit : units) {
        if (value != 0 && value % unit.factor == 0) {
            return std::to_string(value / unit.factor) + std::string{space} +
                   std::string{unit.name};
        }
    }
    return std::to_string(value);
}

}  // namespace

Result<Duration, std::string> parse_duration(std::string_view text) {
    std::string_view rest = trimmed(text);
    std::uint64_t sum = 0;
    do {
        const auto part = take_part(kDuration, rest, text);
        if (!part) return fail(part.error());
        const auto more = add(sum, *part);
        if (!more) return too_large(text);
        sum = *more;
        skip_spaces(rest);
    } while (!rest.empty());
    return Duration{static_cast<std::int64_t>(sum)};
}

Result<std::uint64_t, std::string> parse_size(std::string_view text) {
    std::string_view rest = trimmed(text);
    const auto size = take_part(kSize, rest, text);
    if (!size) return fail(size.error());
    if (!rest.empty()) return malformed(kSize, text);
    return *size;
}

std::string format_duration(Duration duration) {
    if (duration <= Duration::zero()) return "0s";
    // Weeks are understood but not written: 30d and 7d should look alike.
    return format(static_cast<std::uint64_t>(duration.count()), std::span{kTimes}.subspan(1), "");
}

std::string format_size(std::uint64_t bytes) {
    return bytes == 0 ? "0 B" : format(bytes, kSizes, " ");
}

}  // namespace kleber::text
