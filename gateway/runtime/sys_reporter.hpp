#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/port/report.hpp"
#include "gateway/runtime/load_average.hpp"
#include "gateway/runtime/traffic_totals.hpp"

namespace kleber::runtime {

// All that is counted, at one instant.
struct SysSample {
    port::BrokerStatistics broker;
    TrafficTotals traffic;
    std::uint64_t heap_bytes = 0;
    std::uint64_t log_lines_suppressed = 0;
    std::uint64_t logins_failed = 0;
    std::uint64_t hosts_banned = 0;  // at present
    bool has_store = false;
    std::string store_trouble;   // why nothing can be made safe at present; empty: all is well
    std::string store_recovery;  // what was found damaged at the start, and lost; mostly empty

    // Messages that did not reach somebody they were meant for, for any reason.
    std::uint64_t dropped_count() const;
};

// One retained message below $SYS/broker/.
struct SysValue {
    std::string topic;
    std::string payload;

    bool operator==(const SysValue&) const = default;
};

// Of what there is a load average.
enum class SysLoad : std::uint8_t {
    MessagesReceived,
    MessagesSent,
    PublishDropped,
    PublishReceived,
    PublishSent,
    BytesReceived,
    BytesSent,
    Sockets,
    Connections,
};
inline constexpr std::size_t kSysLoadCount = 9;

// Turns counters into the numbers below $SYS/broker/, with mosquitto's names, units and meaning.
// What mosquitto does not have is below $SYS/broker/kleber/. Pure: samples and time in, values out.
class SysReporter {
  public:
    // `version` as a person reads it: "kleber version 1.2.3".
    SysReporter(std::string_view version, SteadyTime started);

    // The values that are not what they were at the last report; all of them the first time.
    std::vector<SysValue> report(const SysSample& sample, SteadyTime now);
    // Nobody reports for a while: empty values, which remove all that was reported.
    std::vector<SysValue> withdraw();

    const LoadAverage& load(SysLoad what) const {
        return loads_[static_cast<std::size_t>(what)].average;
    }
    std::uint64_t heap_bytes_max() const { return heap_bytes_max_; }

  private:
    struct Load {
        std::uint64_t total = 0;  // at the last report
        LoadAverage average;
    };

    void measure(const SysSample& sample, SteadyTime now);
    void put_clients(const port::BrokerStatistics& broker);
    void put_traffic(const TrafficTotals& traffic);
    void put_stored(const port::BrokerStatistics& broker);
    void put_loads();
    void put_own(const SysSample& sample);
    void put(std::string_view name, std::string payload);
    void put(std::string_view name, std::uint64_t number);

    const std::string version_;
    const SteadyTime started_;
    SteadyTime measured_;
    std::uint64_t heap_bytes_max_ = 0;
    std::array<Load, kSysLoadCount> loads_;
    // In the order in which they are put, which is always the same.
    std::vector<SysValue> values_;
    std::size_t put_count_ = 0;
    std::vector<SysValue> changed_;
};

}  // namespace kleber::runtime
