#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/base/log.hpp"
#include "gateway/broker/limits.hpp"
#include "gateway/port/authorizer.hpp"
#include "gateway/port/traffic.hpp"
#include "gateway/runtime/hub.hpp"
#include "gateway/runtime/lane.hpp"

namespace kleber::runtime {

// The threads of the gateway: the first lane runs with the broker on the thread that calls run(),
// each further lane on its own.
class Runtime {
  public:
    struct Options {
        broker::Limits limits;
        std::size_t lane_count = 1;
        std::uint64_t seed = 0;
        LogLevel log_level = LogLevel::Info;
        std::uint32_t log_lines_per_second_max = 100;
    };
    // Lines from several lanes come to the sink one at a time only if it sees to it.
    Runtime(const Options& options, LogSink& sink);
    ~Runtime();

    // Participants may be added to a lane before run(), later by the lane's own thread alone.
    Lane& first_lane() { return *lanes_.front(); }
    Lane& lane(std::size_t index) { return *lanes_[index]; }
    std::size_t lane_count() const { return lanes_.size(); }
    broker::Broker& broker() { return hub_.broker(); }
    port::Sharing sharing() const {
        return lanes_.size() > 1 ? port::Sharing::ManyThreads : port::Sharing::OneThread;
    }

    // Before run(): what must survive goes to the journal, which outlives this.
    void keep(port::Journal& journal) { hub_.keep(journal); }
    // Null if nothing is kept.
    Keeper* keeper() { return hub_.keeper(); }

    // Until stop(); the other lanes have ended when it returns.
    void run();
    // From any thread.
    void stop();

    // On every lane, soon.
    void set_log_level(LogLevel level);
    // Before run(), or from the first lane's thread: the broker and its lane obey from now on, the
    // other lanes soon. Null: everybody may do everything.
    void set_authorizer(const port::AuthorizerRef& authorizer);
    // From there, too: calls `task` on the first lane's thread once all lanes have done what was
    // posted to them before, as to obey an authorizer. At once where there is nothing to wait for.
    void when_lanes_have_heard(std::function<void()> task);

  private:
    Hub hub_;
    std::vector<std::unique_ptr<Log>> logs_;  // one a lane
    std::vector<std::unique_ptr<Lane>> lanes_;
    std::vector<std::thread> threads_;
    std::atomic<std::size_t> other_lanes_left_;
};

}  // namespace kleber::runtime
