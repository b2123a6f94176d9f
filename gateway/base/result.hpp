#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "gateway/base/assert.hpp"

namespace kleber {

// What fail() returns: an error on its way into a Result.
template <typename E>
struct Failure {
    E error;
};

template <typename E>
Failure<std::decay_t<E>> fail(E&& error) {
    return {std::forward<E>(error)};
}

struct Success {};

// A value, or the error why there is none. `if (!result) return fail(result.error());`
template <typename T, typename E>
class [[nodiscard]] Result {
  public:
    // NOLINTBEGIN(google-explicit-constructor): to return a value or a failure is what it is for.
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}
    // NOLINTEND(google-explicit-constructor)

    bool has_value() const { return state_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() & {
        KLEBER_ASSERT(has_value());
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        KLEBER_ASSERT(has_value());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        KLEBER_ASSERT(has_value());
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    const E& error() const {
        KLEBER_ASSERT(!has_value());
        return *std::get_if<1>(&state_);
    }

  private:
    std::variant<T, E> state_;
};

// Done, or the error why not: `return Success{};`
template <typename E>
using Status = Result<Success, E>;

}  // namespace kleber
