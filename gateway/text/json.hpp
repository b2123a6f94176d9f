#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/base/result.hpp"

namespace kleber::text {

// A JSON value that was read. Objects keep the order of their members; of two members with one name
// the last one counts.
class Json {
  public:
    using Member = std::pair<std::string, Json>;
    using Array = std::vector<Json>;
    using Object = std::vector<Member>;
    // Whole numbers that fit into 64 bits stay whole.
    using Any =
        std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object>;

    bool is_null() const { return std::holds_alternative<std::nullptr_t>(any_); }
    const bool* boolean() const { return std::get_if<bool>(&any_); }
    const std::int64_t* integer() const { return std::get_if<std::int64_t>(&any_); }
    std::optional<double> number() const;  // whole or not
    const std::string* string() const { return std::get_if<std::string>(&any_); }
    const Array* array() const { return std::get_if<Array>(&any_); }
    const Object* object() const { return std::get_if<Object>(&any_); }

    // The member of an object, or null if there is none or this is no object.
    const Json* find(std::string_view name) const;
    // The same, but only if it is text, a whole number, or a truth value.
    const std::string* string_at(std::string_view name) const;
    const std::int64_t* integer_at(std::string_view name) const;
    const bool* boolean_at(std::string_view name) const;

    const Any& any() const { return any_; }
    Any& any() { return any_; }

  private:
    Any any_ = nullptr;
};

struct JsonLimits {
    std::size_t bytes_max = 64 << 10;
    std::size_t depth_max = 32;
};

// One JSON value and nothing after it but white space. The error is a sentence for the sender.
Result<Json, std::string> parse_json(std::string_view text, JsonLimits limits = {});

// Compact JSON again.
std::string to_string(const Json& json);

}  // namespace kleber::text
