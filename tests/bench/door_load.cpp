// A load for the doors, and what it costs the broker; a line of JSON, see README.md:
//   door_load pairs|idle|burst --door tcp|tls|ws|wss --port PORT --pid BROKER [--authority FILE]
//   pairs  [--pairs 50] [--window 16] [--qos 0|1] [--size 64] [--warm 0.5] [--seconds 2]
//   idle   [--connections 1000]
//   burst  --flow-port PORT [--connections 1000] [--resume 0|1] [--rate 1000] [--seconds 2]
#include <sys/resource.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/bench/doors/burst.hpp"
#include "tests/bench/doors/idle.hpp"
#include "tests/bench/doors/pairs.hpp"

namespace {

namespace bench = kleber::bench;

// A crowd is as many descriptors.
void raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

bench::Report run(std::string_view scenario, const bench::Options& options) {
    std::optional<bench::TlsClients> tls;
    if (!options.authority.empty()) tls.emplace(options.authority);
    const bool is_tls = options.door == bench::Door::Tls || options.door == bench::Door::Wss;
    const bench::Place place{options.door, options.port, is_tls ? &*tls : nullptr};
    if (scenario == "pairs") return bench::run_pairs(options, place);
    if (scenario == "idle") return bench::run_idle(options, place);
    if (scenario == "burst") return bench::run_burst(options, place);
    throw std::invalid_argument{"no such scenario: " + std::string{scenario}};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) return std::fprintf(stderr, "door_load pairs|idle|burst ...\n"), 2;
    raise_descriptor_limit();
    try {
        const bench::Report report = run(argv[1], bench::options_of(argc - 2, argv + 2));
        std::printf("%s\n", report.text().c_str());
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "door_load: %s\n", error.what());
        return 1;
    }
}
