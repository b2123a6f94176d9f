#include "tests/bench/doors/pairs.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/bench/doors/load_client.hpp"
#include "tests/bench/doors/numbered_payload.hpp"
#include "tests/bench/doors/process_usage.hpp"

namespace kleber::bench {
namespace {

using namespace std::chrono_literals;

using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 60s;

// One publisher, one subscriber.
class Pair {
  public:
    Pair(LoadPoll& poll, const Options& options, const Place& place, std::uint32_t number)
        : window_(options.window),
          qos_(options.qos),
          topic_("home/room" + std::to_string(number / 8) + "/sensor" + std::to_string(number % 8)),
          payload_(options.payload_bytes),
          publisher_(poll, place, "publisher-" + std::to_string(number), publisher_ticket_),
          subscriber_(poll, place, "subscriber-" + std::to_string(number), subscriber_ticket_) {}

    bool is_in() const { return publisher_.is_in() && subscriber_.is_in(); }
    void subscribe() {
        subscriber_.subscribe(topic_, qos_, [this](Bytes payload) {
            if (payload_.read(payload) != delivered_count_++) {
                throw std::runtime_error{"a message is lost, doubled or out of order"};
            }
        });
    }
    bool is_subscribed() const { return subscriber_.is_subscribed(); }
    // As many as the window still takes.
    void publish() {
        for (; sent_count_ < done_count() + window_; ++sent_count_) {
            publisher_.publish(topic_, payload_.make(sent_count_), qos_);
        }
    }
    bool is_quiet() const { return sent_count_ == done_count(); }
    std::uint64_t delivered_count() const { return delivered_count_; }

  private:
    // Delivered, and acknowledged where that is to be expected.
    std::uint64_t done_count() const {
        if (qos_ == Qos::AtMostOnce) return delivered_count_;
        return std::min(delivered_count_, publisher_.acknowledged_count());
    }

    const std::uint32_t window_;
    const Qos qos_;
    const std::string topic_;
    NumberedPayload payload_;
    TlsTicket publisher_ticket_;
    TlsTicket subscriber_ticket_;
    LoadClient publisher_;
    LoadClient subscriber_;
    std::uint64_t sent_count_ = 0;
    std::uint64_t delivered_count_ = 0;
};

class Pairs {
  public:
    Pairs(const Options& options, const Place& place) {
        for (std::uint32_t number = 0; number < options.pairs; ++number) {
            pairs_.push_back(std::make_unique<Pair>(poll_, options, place, number));
        }
        wait_for_all(&Pair::is_in);
        for (const auto& pair : pairs_) pair->subscribe();
        wait_for_all(&Pair::is_subscribed);
    }

    void flow(double seconds) {
        const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                            std::chrono::duration<double>{seconds});
        while (Clock::now() < end) {
            for (const auto& pair : pairs_) pair->publish();
            poll_.turn(100ms);
        }
    }
    // Nothing is under way any more.
    void drain() { wait_for_all(&Pair::is_quiet); }
    std::uint64_t delivered_count() const {
        std::uint64_t count = 0;
        for (const auto& pair : pairs_) count += pair->delivered_count();
        return count;
    }

  private:
    void wait_for_all(bool (Pair::*is_done)() const) {
        const auto are_done = [&] {
            return std::all_of(pairs_.begin(), pairs_.end(),
                               [&](const auto& pair) { return ((*pair).*is_done)(); });
        };
        poll_.turn_until(are_done, kPatience);
    }

    LoadPoll poll_;
    std::vector<std::unique_ptr<Pair>> pairs_;
};

}  // namespace

Report run_pairs(const Options& options, const Place& place) {
    Pairs pairs{options, place};
    pairs.flow(options.warm_seconds);

    const std::uint64_t delivered_before = pairs.delivered_count();
    const double broker_before = cpu_seconds(options.broker);
    const double own_before = own_cpu_seconds();
    const auto begin = Clock::now();
    pairs.flow(options.seconds);
    const std::chrono::duration<double> time = Clock::now() - begin;
    const double own = own_cpu_seconds() - own_before;
    const double broker = cpu_seconds(options.broker) - broker_before;
    const auto delivered = static_cast<double>(pairs.delivered_count() - delivered_before);
    pairs.drain();
    if (delivered == 0) throw std::runtime_error{"nothing came through"};

    Report report;
    report.add("messages_per_s", delivered / time.count());
    report.add("cpu_us_per_message", broker / delivered * 1e6);
    report.add("generator_cpu_us_per_message", own / delivered * 1e6);
    return report;
}

}  // namespace kleber::bench
