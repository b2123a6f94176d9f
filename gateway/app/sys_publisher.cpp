#include "gateway/app/sys_publisher.hpp"

#include <malloc.h>

#include <algorithm>
#include <memory>
#include <string>

#include "gateway/app/version.hpp"
#include "gateway/base/byte_reader.hpp"

namespace kleber::app {
namespace {

// What the program holds of the heap, all threads together.
std::uint64_t heap_bytes() {
    const auto info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
}

}  // namespace

class SysPublisher::Timer : public runtime::Participant {
  public:
    Timer(SysPublisher& publisher, runtime::Lane& lane, port::Token token)
        : publisher_(publisher), lane_(lane), token_(token) {}

    void on_deadline() override { publisher_.publish(); }
    void on_stop() override { lane_.remove(token_); }

  private:
    SysPublisher& publisher_;
    runtime::Lane& lane_;
    const port::Token token_;
};

SysPublisher::SysPublisher(runtime::Runtime& runtime, const StateStore& store,
                           const auth::FailedLogins& failed_logins)
    : runtime_(runtime),
      store_(store),
      failed_logins_(failed_logins),
      started_(runtime.first_lane().now().steady),
      reporter_(std::string{"kleber version "} + kVersion, started_),
      timer_(runtime.first_lane().next_token()) {
    runtime::Lane& lane = runtime_.first_lane();
    lane.add(std::make_unique<Timer>(*this, lane, timer_));
}

void SysPublisher::set_interval(Duration interval) {
    if (interval == interval_) return;
    interval_ = interval;
    runtime::Lane& lane = runtime_.first_lane();
    if (interval_ == Duration::zero()) {
        lane.set_deadline(timer_, std::nullopt);
        send(reporter_.withdraw());
        return;
    }
    due_ = lane.now().steady;
    lane.set_deadline(timer_, due_);
}

void SysPublisher::publish() {
    runtime::Lane& lane = runtime_.first_lane();
    const SteadyTime now = lane.now().steady;
    send(reporter_.report(sample(), now));
    // Even steps, however late one of them is.
    due_ = std::max(due_ + interval_, now);
    lane.set_deadline(timer_, due_);
}

runtime::SysSample SysPublisher::sample() {
    runtime::SysSample sample;
    sample.broker = runtime_.broker().statistics();
    sample.heap_bytes = heap_bytes();
    if (const runtime::Keeper* keeper = runtime_.keeper()) {
        sample.has_store = true;
        sample.store_trouble = keeper->trouble(runtime_.first_lane().now().steady).value_or("");
        sample.store_recovery = store_.warning();
    }
    const auto logins = failed_logins_.totals(runtime_.first_lane().now().steady);
    sample.logins_failed = logins.failed;
    sample.hosts_banned = logins.banned;
    for (std::size_t index = 0; index < runtime_.lane_count(); ++index) {
        runtime::Lane& lane = runtime_.lane(index);
        sample.traffic.add(lane.traffic());
        sample.log_lines_suppressed += lane.log().suppressed_count();
    }
    return sample;
}

void SysPublisher::send(const std::vector<runtime::SysValue>& values) {
    for (const runtime::SysValue& value : values) {
        const port::MessageFields fields{
            .topic = value.topic, .payload = as_bytes(value.payload), .retain = true};
        // The gateway itself has no session.
        runtime_.first_lane().requests().push_back(port::Publish{
            .client = {}, .id = {}, .message = port::Message::make(fields, runtime_.sharing())});
    }
}

}  // namespace kleber::app
