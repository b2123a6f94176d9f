// Runs simulations of a gateway that dies, one for each seed, until one fails; see README.md.

#include <algorithm>
#include <functional>

#include "tests/sim_store/coverage.hpp"
#include "tests/sim_store/simulation.hpp"
#include "tests/support/seeds.hpp"

namespace kleber::sim_store {
namespace {

using support::Simulated;

std::optional<Simulated::Failure> run(const Simulated::Run& run, std::span<std::uint64_t> seen) {
    Coverage coverage;
    Simulation simulation{run.seed, static_cast<Bug>(run.bug), run.is_verbose, coverage};
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
}  // namespace kleber::sim_store

int main(int argc, char** argv) {
    return kleber::support::run_seeds({.program = "sim_store",
                                       .actions = 400,
                                       .seeds_for_sights = 100,
                                       .bugs = kleber::sim_store::kBugNames,
                                       .sights = kleber::sim_store::kSights,
                                       .run = kleber::sim_store::run},
                                      argc, argv);
}
