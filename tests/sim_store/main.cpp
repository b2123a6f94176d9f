// Runs simulations of a gateway that dies, one for each seed, until one fails; see README.md.

#include <charconv>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string_view>

#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/simulation.hpp"

namespace kleber::sim_store {
namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 1000;
    std::uint32_t actions = 400;
    bool is_verbose = false;
    bool plants_bugs = false;
};

struct Failure {
    std::uint64_t seed = 0;
    std::uint32_t action = 0;
    std::string text;
};

std::optional<Failure> run(std::uint64_t seed, const Options& options, Bug bug,
                           Coverage& coverage) {
    Simulation simulation{seed, bug, options.is_verbose, coverage};
    try {
        simulation.run(options.actions);
    } catch (const Difference& difference) {
        return Failure{seed, simulation.action(), difference.text};
    }
    return std::nullopt;
}

std::optional<Failure> run_all(const Options& options, Bug bug, Coverage& coverage) {
    for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed) {
        if (auto failure = run(seed, options, bug, coverage)) return failure;
    }
    return std::nullopt;
}

// A simulation that finds nothing proves something only if it finds what is wrong.
int find_planted_bugs(const Options& options) {
    int missed = 0;
    for (std::size_t bug = 1; bug < kBugNames.size(); ++bug) {
        Coverage coverage;
        const auto failure = run_all(options, static_cast<Bug>(bug), coverage);
        std::cout << kBugNames[bug] << ": ";
        if (failure) {
            std::cout << "found by seed " << failure->seed << ", action " << failure->action << ": "
                      << failure->text << '\n';
        } else {
            std::cout << "NOT FOUND\n";
            ++missed;
        }
    }
    return missed == 0 ? 0 : 1;
}

int find_bugs(const Options& options) {
    Coverage coverage;
    if (const auto failure = run_all(options, Bug::None, coverage)) {
        std::cout << "seed " << failure->seed << ", action " << failure->action << ": "
                  << failure->text << "\nreplay: sim_store --first " << failure->seed
                  << " --seeds 1 --actions " << options.actions << " --verbose\n";
        return 1;
    }
    // Or a failure could not be replayed.
    Coverage once;
    Coverage again;
    run(options.first, options, Bug::None, once);
    run(options.first, options, Bug::None, again);
    if (!(once == again)) {
        std::cout << "the same seed was not the same run\n";
        return 1;
    }
    int missing = 0;
    for (std::size_t what = 0; what < Coverage::kNames.size(); ++what) {
        std::cout << Coverage::kNames[what] << ": " << coverage[what] << '\n';
        if (coverage[what] == 0) ++missing;
    }
    std::cout << options.seeds << " seeds of " << options.actions << " actions\n";
    // One seed cannot see everything.
    if (missing > 0 && options.seeds >= 100) {
        std::cout << "something was never seen: then it was not tested\n";
        return 1;
    }
    return 0;
}

template <typename Number>
bool parse(std::string_view text, Number& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<Options> parse(int argc, char** argv) {
    Options options;
    for (int at = 1; at < argc; ++at) {
        const std::string_view name = argv[at];
        const std::string_view value = at + 1 < argc ? argv[at + 1] : "";
        if (name == "--verbose") {
            options.is_verbose = true;
        } else if (name == "--planted-bugs") {
            options.plants_bugs = true;
        } else if ((name == "--first" && parse(value, options.first)) ||
                   (name == "--seeds" && parse(value, options.seeds)) ||
                   (name == "--actions" && parse(value, options.actions))) {
            ++at;
        } else {
            std::cerr << "usage: sim_store [--first SEED] [--seeds COUNT] [--actions COUNT] "
                         "[--verbose] [--planted-bugs]\n";
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace
}  // namespace kleber::sim_store

int main(int argc, char** argv) {
    const auto options = kleber::sim_store::parse(argc, argv);
    if (!options) return 2;
    return options->plants_bugs ? kleber::sim_store::find_planted_bugs(*options)
                                : kleber::sim_store::find_bugs(*options);
}
