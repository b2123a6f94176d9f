#include "gateway/app/answer_fields.hpp"

#include "gateway/text/characters.hpp"

namespace kleber::app {

std::uint64_t number_at(const text::Json& object, std::string_view name) {
    const std::int64_t* number = object.integer_at(name);
    return number && *number > 0 ? static_cast<std::uint64_t>(*number) : 0;
}

std::string text_at(const text::Json& object, std::string_view name) {
    const std::string* value = object.string_at(name);
    return value ? text::printable(*value) : std::string{};
}

}  // namespace kleber::app
