#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace kleber {

// A number that cannot be taken for another number: struct SessionIdTag; using SessionId =
// Strong<SessionIdTag, std::uint32_t>;
template <typename Tag, typename Rep>
struct Strong {
    Rep value{};

    constexpr Strong() = default;
    constexpr explicit Strong(Rep rep) : value(rep) {}
    constexpr auto operator<=>(const Strong&) const = default;
};

}  // namespace kleber

template <typename Tag, typename Rep>
struct std::hash<kleber::Strong<Tag, Rep>> {
    std::size_t operator()(kleber::Strong<Tag, Rep> id) const noexcept {
        return std::hash<Rep>{}(id.value);
    }
};
