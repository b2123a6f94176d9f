#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kleber::support {

// A simulation as the program that runs it for many seeds sees it.
struct Simulated {
    // Where a run went wrong, and how.
    struct Failure {
        std::uint32_t action = 0;
        std::string text;
    };
    struct Run {
        std::uint64_t seed = 0;
        std::uint32_t actions = 0;
        std::size_t bug = 0;  // a planted one; 0: none
        bool is_verbose = false;
    };
    std::string_view program;
    std::uint32_t actions = 0;           // of a run, unless told otherwise
    std::uint64_t seeds_for_sights = 0;  // so many must have seen everything that there is to see
    std::span<const std::string_view> bugs;
    std::span<const std::string_view> sights;
    // Adds to each sight how often it was seen.
    std::function<std::optional<Failure>(const Run& run, std::span<std::uint64_t> seen)> run;
};

// The whole program: [--first SEED] [--seeds COUNT] [--actions COUNT] [--verbose] [--planted-bugs].
// Runs one seed after the other until one fails, and says how to replay that; with --planted-bugs
// fails unless each bug is found. Returns the exit status.
int run_seeds(const Simulated& simulated, int argc, char** argv);

}  // namespace kleber::support
