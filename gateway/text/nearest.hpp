#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kleber::text {

// How many letters to insert, drop, change or swap with their neighbour to get from one to the
// other; upper and lower case are the same, and so are '-' and '_'.
std::size_t edit_distance(std::string_view from, std::string_view to);

// The candidate that somebody who wrote `name` most likely meant, or nothing if none is near.
// Of equally near ones the first.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

// "did you mean lanes?", or nothing.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace kleber::text
