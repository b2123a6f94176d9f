#include "tests/support/seeds.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace kleber::support {
namespace {

struct Options {
    std::uint64_t first = 1;
    std::uint64_t seeds = 1000;
    std::uint32_t actions = 0;
    bool is_verbose = false;
    bool plants_bugs = false;
};

struct Found {
    std::uint64_t seed = 0;
    Simulated::Failure failure;
};

using Seen = std::vector<std::uint64_t>;

std::optional<Found> run_all(const Simulated& simulated, const Options& options, std::size_t bug,
                             Seen& seen) {
    for (std::uint64_t seed = options.first; seed < options.first + options.seeds; ++seed) {
        if (auto failure = simulated.run({seed, options.actions, bug, options.is_verbose}, seen)) {
            return Found{seed, std::move(*failure)};
        }
    }
    return std::nullopt;
}

// A simulation that finds nothing proves something only if it finds what is wrong.
int find_planted_bugs(const Simulated& simulated, const Options& options) {
    int missed = 0;
    for (std::size_t bug = 1; bug < simulated.bugs.size(); ++bug) {
        Seen seen(simulated.sights.size());
        const auto found = run_all(simulated, options, bug, seen);
        std::cout << simulated.bugs[bug] << ": ";
        if (found) {
            std::cout << "found by seed " << found->seed << ", action " << found->failure.action
                      << ": " << found->failure.text << '\n';
        } else {
            std::cout << "NOT FOUND\n";
            ++missed;
        }
    }
    return missed == 0 ? 0 : 1;
}

// Or a failure could not be replayed.
bool is_repeatable(const Simulated& simulated, const Options& options) {
    Seen once(simulated.sights.size());
    Seen again(simulated.sights.size());
    for (Seen* seen : {&once, &again}) simulated.run({options.first, options.actions}, *seen);
    return once == again;
}

int find_bugs(const Simulated& simulated, const Options& options) {
    Seen seen(simulated.sights.size());
    if (const auto found = run_all(simulated, options, 0, seen)) {
        std::cout << "seed " << found->seed << ", action " << found->failure.action << ": "
                  << found->failure.text << "\nreplay: " << simulated.program << " --first "
                  << found->seed << " --seeds 1 --actions " << options.actions << " --verbose\n";
        return 1;
    }
    if (!is_repeatable(simulated, options)) {
        std::cout << "the same seed was not the same run\n";
        return 1;
    }
    for (std::size_t what = 0; what < seen.size(); ++what) {
        std::cout << simulated.sights[what] << ": " << seen[what] << '\n';
    }
    std::cout << options.seeds << " seeds of " << options.actions << " actions\n";
    // One seed cannot see everything.
    if (std::count(seen.begin(), seen.end(), 0U) > 0 &&
        options.seeds >= simulated.seeds_for_sights) {
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

std::optional<Options> parse(const Simulated& simulated, int argc, char** argv) {
    Options options;
    options.actions = simulated.actions;
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
            std::cerr << "usage: " << simulated.program
                      << " [--first SEED] [--seeds COUNT] [--actions COUNT] [--verbose] "
                         "[--planted-bugs]\n";
            return std::nullopt;
        }
    }
    return options;
}

}  // namespace

int run_seeds(const Simulated& simulated, int argc, char** argv) {
    const auto options = parse(simulated, argc, argv);
    if (!options) return 2;
    return options->plants_bugs ? find_planted_bugs(simulated, *options)
                                : find_bugs(simulated, *options);
}

}  // namespace kleber::support
