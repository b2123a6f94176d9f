#include "tests/bench/doors/burst.hpp"

#include <atomic>
#include <exception>
#include <stdexcept>
#include <thread>

#include "tests/bench/doors/crowd.hpp"
#include "tests/bench/doors/flow.hpp"
#include "tests/bench/doors/process_usage.hpp"

namespace kleber::bench {
namespace {

using Clock = Flow::Clock;

constexpr std::uint32_t kFirstAtOnce = 50;

// The flow, on a thread of its own until the end.
class FlowThread {
  public:
    explicit FlowThread(Flow& flow) : thread_([this, &flow] { run(flow); }) {}
    ~FlowThread() { join(); }
    FlowThread(const FlowThread&) = delete;
    FlowThread& operator=(const FlowThread&) = delete;

    // Throws what it has thrown.
    void end() {
        join();
        if (failure_) std::rethrow_exception(failure_);
    }

  private:
    void run(Flow& flow) {
        try {
            flow.run(is_over_);
        } catch (...) {
            failure_ = std::current_exception();
        }
    }
    void join() {
        is_over_ = true;
        if (thread_.joinable()) thread_.join();
    }

    std::atomic<bool> is_over_{false};
    std::exception_ptr failure_;
    std::thread thread_;  // last: it uses the others
};

}  // namespace

Report run_burst(const Options& options, const Place& place) {
    if (options.flow_port == 0) throw std::invalid_argument{"--flow-port is wanted"};
    Crowd crowd{place, options.connections};
    crowd.come(kFirstAtOnce);
    if (!options.resumes) crowd.forget_tickets();
    const std::chrono::duration<double> quiet{options.seconds};
    crowd.wait(quiet);

    Flow flow{options.flow_port, options.rate, options.payload_bytes};
    FlowThread thread{flow};
    const auto begin = Clock::now();
    crowd.wait(quiet);

    const double broker_before = cpu_seconds(options.broker);
    const double own_before = own_cpu_seconds();
    const auto burst = Clock::now();
    crowd.leave();
    crowd.come(options.connections);
    const auto all_in = Clock::now();
    const double own = own_cpu_seconds() - own_before;
    const double broker = cpu_seconds(options.broker) - broker_before;
    const std::uint32_t resumed_count = crowd.resumed_count();

    crowd.wait(quiet);
    thread.end();

    Report report;
    flow.between(begin, burst).report("before", report);
    flow.between(burst, all_in).report("during", report);
    flow.between(all_in, Clock::now()).report("after", report);
    flow.lateness(burst, all_in).report("generator_late", report);
    report.add("all_in_ms", std::chrono::duration<double, std::milli>(all_in - burst).count());
    report.add("resumed_count", resumed_count);
    report.add("cpu_us_per_connect", broker / options.connections * 1e6);
    report.add("generator_cpu_us_per_connect", own / options.connections * 1e6);
    return report;
}

}  // namespace kleber::bench
