#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/base/assert.hpp"
#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/config/config.hpp"
#include "gateway/config/reader.hpp"
#include "gateway/text/toml.hpp"

// The kinds of values that keys have. Each one reads a TOML value (or says what is wrong with it),
// writes a value as TOML, and describes itself for the reference.
namespace kleber::config {

// Whether 0 is allowed below the smallest value; it then means "off" or "no limit".
enum class Zero : std::uint8_t { AsAnyOther, Allowed };

struct Range {
    std::uint64_t min = 0;
    std::uint64_t max = 0;
    Zero zero = Zero::AsAnyOther;

    bool contains(std::uint64_t value) const {
        return (value >= min && value <= max) || (value == 0 && zero == Zero::Allowed);
    }
};

// A whole number.
class Count {
  public:
    explicit Count(Range range) : range_(range) {}

    template <typename Field>
    Result<Field, Problem> read(const text::Value& value, const Field&) const {
        KLEBER_ASSERT(range_.max <= std::numeric_limits<Field>::max());
        const auto number = read_number(value);
        if (!number) return fail(number.error());
        return static_cast<Field>(*number);
    }
    template <typename Field>
    Result<std::optional<Field>, Problem> read(const text::Value& value,
                                               const std::optional<Field>&) const {
        auto number = read(value, Field{});
        if (!number) return fail(number.error());
        return std::optional<Field>{*number};
    }
    std::string write(std::uint64_t number) const { return std::to_string(number); }
    template <typename Field>
    std::string write(const std::optional<Field>& number) const {
        return number ? write(std::uint64_t{*number}) : std::string{};
    }
    std::string description() const;

  private:
    Result<std::uint64_t, Problem> read_number(const text::Value& value) const;

    Range range_;
};

// A number of bytes: text with a unit, or a whole number.
class Size {
  public:
    explicit Size(Range range) : range_(range) {}

    template <typename Field>
    Result<Field, Problem> read(const text::Value& value, const Field&) const {
        KLEBER_ASSERT(range_.max <= std::numeric_limits<Field>::max());
        const auto bytes = read_bytes(value);
        if (!bytes) return fail(bytes.error());
        return static_cast<Field>(*bytes);
    }
    std::string write(std::uint64_t bytes) const;
    std::string description() const;

  private:
    Result<std::uint64_t, Problem> read_bytes(const text::Value& value) const;

    Range range_;
};

// A duration: text with a unit.
class Time {
  public:
    Time(Duration min, Duration max, Zero zero = Zero::AsAnyOther)
        : range_{static_cast<std::uint64_t>(min.count()), static_cast<std::uint64_t>(max.count()),
                 zero} {}

    Result<Duration, Problem> read(const text::Value& value, const Duration&) const;
    std::string write(Duration duration) const;
    std::string description() const;

  private:
    Range range_;
};

// Any text that a function finds nothing wrong with.
class Text {
  public:
    // Returns what is wrong, or nothing.
    using Check = std::optional<Problem> (*)(std::string_view);

    Text(std::string_view description, Check check) : description_(description), check_(check) {}

    Result<std::string, Problem> read(const text::Value& value, const std::string&) const;
    Result<std::optional<std::string>, Problem> read(const text::Value& value,
                                                     const std::optional<std::string>&) const;
    std::string write(const std::string& text) const;
    std::string write(const std::optional<std::string>& text) const {
        return text ? write(*text) : std::string{};
    }
    std::string description() const { return std::string{description_}; }

  private:
    std::string_view description_;
    Check check_;
};

// The words of an enumeration, as users write them.
std::string list_of(const std::vector<std::string_view>& words);
Result<std::size_t, Problem> read_word(const text::Value& value,
                                       const std::vector<std::string_view>& words);
std::string write_word(std::string_view word);

// One of a few words.
template <typename Enum>
class Word {
  public:
    explicit Word(std::vector<std::pair<std::string_view, Enum>> meanings)
        : meanings_(std::move(meanings)) {}

    Result<Enum, Problem> read(const text::Value& value, const Enum&) const {
        const auto index = read_word(value, words());
        if (!index) return fail(index.error());
        return meanings_[*index].second;
    }
    std::string write(Enum meaning) const {
        for (const auto& [word, one] : meanings_) {
            if (one == meaning) return write_word(word);
        }
        return {};
    }
    std::string description() const { return list_of(words()); }

  private:
    std::vector<std::string_view> words() const {
        std::vector<std::string_view> words;
        for (const auto& [word, meaning] : meanings_) words.push_back(word);
        return words;
    }

    std::vector<std::pair<std::string_view, Enum>> meanings_;
};

// true, false, or "local".
struct Anonymous {
    Result<AllowAnonymous, Problem> read(const text::Value& value, const AllowAnonymous&) const;
    std::string write(AllowAnonymous allowed) const;
    std::string description() const { return "true, false or \"local\""; }
};

// A list of texts that a function finds nothing wrong with.
struct TextList {
    using Texts = std::vector<std::string>;
    static constexpr std::size_t kTextsMax = 100;

    std::string_view noun;      // "topic filter"
    std::string_view hint;      // how such a list is written
    std::string_view too_many;  // what to do instead
    Text::Check check;

    Result<Texts, Problem> read(const text::Value& value, const Texts&) const;
    std::string write(const Texts& texts) const;
    std::string description() const;
};

// A list of protocol versions.
struct VersionList {
    Result<Versions, Problem> read(const text::Value& value, const Versions&) const;
    std::string write(const Versions& versions) const;
    std::string description() const { return "list of \"3.1\", \"3.1.1\", \"5\""; }
};

}  // namespace kleber::config
