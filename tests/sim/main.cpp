// Runs simulations, one for each seed, until one fails; see README.md.

#include <algorithm>
#include <functional>

#include "tests/sim/coverage.hpp"
#include "tests/sim/simulation.hpp"
#include "tests/support/seeds.hpp"

namespace kleber::sim {
namespace {

using support::Simulated;

std::optional<Simulated::Failure> run(const Simulated::Run& run, std::span<std::uint64_t> seen) {
    Coverage coverage;
    Simulation simulation{run.seed, static_cast<Bug>(run.bug),
                          run.is_verbose ? Verbosity::EveryPacket : Verbosity::Silent, coverage};
    std::optional<Simulated::Failure> failure;
    try {
        simulation.run(run.actions);
    } catch (const Difference& difference) {
        failure = {simulation.action(), difference.text};
    }
    std::transform(seen.begin(), seen.end(), coverage.counts().begin(), seen.begin(),
                   std::plus<>{});
    return failure;
}

}  // namespace
}  // namespace kleber::sim

int main(int argc, char** argv) {
    return kleber::support::run_seeds({.program = "sim",
                                       .actions = 2000,
                                       .seeds_for_sights = 50,
                                       .bugs = kleber::sim::kBugNames,
                                       .sights = kleber::sim::kSights,
                                       .run = kleber::sim::run},
                                      argc, argv);
}
