#include "tests/bench/doors/idle.hpp"

#include "tests/bench/doors/crowd.hpp"
#include "tests/bench/doors/process_usage.hpp"

namespace kleber::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t kAtOnce = 50;
// So that the first one of all, for whom libraries are read, is not counted.
constexpr std::uint32_t kFirst = 10;
// What a broker does when a crowd has come, it has done then.
constexpr auto kSettling = 1500ms;

}  // namespace

Report run_idle(const Options& options, const Place& place) {
    Crowd first{place, kFirst};
    first.come(1);
    first.wait(kSettling);

    const std::uint64_t memory_before = pss_bytes(options.broker);
    const double cpu_before = cpu_seconds(options.broker);
    const double own_before = own_cpu_seconds();
    Crowd crowd{place, options.connections};
    crowd.come(kAtOnce);
    const double cpu = cpu_seconds(options.broker) - cpu_before;
    const double own = own_cpu_seconds() - own_before;
    crowd.wait(kSettling);
    const auto memory =
        static_cast<double>(pss_bytes(options.broker)) - static_cast<double>(memory_before);

    Report report;
    report.add("bytes_per_connection", memory / options.connections);
    report.add("cpu_us_per_connect", cpu / options.connections * 1e6);
    report.add("generator_cpu_us_per_connect", own / options.connections * 1e6);
    return report;
}

}  // namespace kleber::bench
