#include "tests/soak/home.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <variant>

#include "gateway/port/message_memory.hpp"
#include "tests/soak/gauge.hpp"

namespace kleber::soak {
namespace {

using namespace std::chrono_literals;

const Now kStart{
    .steady = SteadyTime{1h}, .wall = WallTime{1'800'000'000s}, .wall_is_trusted = true};
constexpr int kRoundsMax = 100;
constexpr port::Token kRule{support::World::kServiceSlots, 1};

void must_equal(const char* what, std::uint64_t in_file, std::uint64_t in_broker) {
    if (in_file == in_broker) return;
    throw std::runtime_error{std::string{what} + ": " + std::to_string(in_file) + " in the file, " +
                             std::to_string(in_broker) + " in the broker"};
}

std::unique_ptr<store::Store> open(const std::string& path) {
    // A sync a second is enough to be real, and fifty times as fast.
    auto opened = store::Store::open(path, {.durability = store::Durability::Process}, kStart);
    if (!opened) throw std::runtime_error{opened.error().reason};
    return std::move(*opened);
}

}  // namespace

Home::Home(const std::string& folder, Bug bug, std::uint64_t seed)
    : bug_(bug), store_(open(folder + "/kleber.db")), residents_(bug, seed) {
    world_ = std::make_unique<support::World>(
        support::World::Options{.limits = {},
                                .policy = {.session_expiry_max = port::kForever},
                                .seed = seed,
                                .journal = store_.get(),
                                .restore = {},
                                .commit_takes = 1ms,
                                .now = kStart});
    start_rule();
    residents_.move_in(*world_);
    pass(1s);
    for (const port::Reply& reply : world_->take_replies(kRule.slot)) {
        if (const auto* attached = std::get_if<port::Attached>(&reply.body)) {
            rule_ = attached->client;
        }
    }
    if (rule_.session == port::kNoSession) throw std::runtime_error{"the rule did not get in"};
}

void Home::start_rule() {
    auto details = std::make_unique<port::Attach::Details>();
    details->client_id = "rule";
    details->clean_start = false;
    details->session_expiry = port::kForever;
    std::vector<port::Request> batch;
    batch.emplace_back(port::Attach{kRule, std::move(details)});
    world_->ask(std::move(batch));
}

void Home::remember(const std::string& key, bool is_kept) {
    auto details = std::make_unique<port::Remember::Details>();
    details->key = key;
    if (is_kept) details->bytes = std::string(40, 't');
    std::vector<port::Request> batch;
    batch.emplace_back(port::Remember{rule_, {}, std::move(details)});
    world_->ask(std::move(batch));
}

void Home::set_timer() {
    remember("timer/" + std::to_string(++timer_count_), true);
    if (timer_count_ > kTimersMax) {
        remember("timer/" + std::to_string(timer_count_ - kTimersMax), false);
    }
}

void Home::live(Duration duration) {
    for (Duration done{0}; done < duration; done += kStep) {
        residents_.live(*world_, step_);
        if (step_ % 4 == 0) set_timer();
        finish_step();
    }
}

void Home::calm_down() {
    residents_.leave();
    const Duration until_quiet = std::chrono::seconds{Residents::kNewsExpiry} + 10min;
    for (Duration done{0}; done < until_quiet; done += kStep) {
        residents_.measure(step_);
        finish_step();
    }
}

// Everybody hears and answers, until the last acknowledgement has come; then time passes.
void Home::finish_step() {
    for (int round = 0; round < 5; ++round) {
        pass(10ms);
        residents_.hear();
    }
    pass(kStep - 50ms);
    ++step_;
}

void Home::pass(Duration duration) {
    const SteadyTime end = world_->now().steady + duration;
    while (true) {
        while (bug_ != Bug::NeverFolds &&
               store_->tend_at().value_or(port::kNever) <= world_->now().steady) {
            if (auto tended = store_->tend(world_->now()); !tended) {
                throw std::runtime_error{tended.error().reason};
            }
        }
        const SteadyTime now = world_->now().steady;
        if (now >= end) return;
        world_->advance(std::min<Duration>(end - now, 5s));
    }
}

Home::Figures Home::look() {
    // Nobody does anything, but the wills of those who went before.
    for (int round = 0; round == 0 || world_->broker().has_changes(); ++round) {
        if (round == kRoundsMax) throw std::runtime_error{"it never comes to rest"};
        pass(5s);
        residents_.hear();
    }
    Figures figures;
    figures.broker = world_->statistics();
    // Blocks that wait for the next messages are no leak; their number is limited.
    port::MessageMemory::of_this_thread().release();
    figures.heap_bytes = heap_bytes();
    const auto info = store_->info();
    if (!info) throw std::runtime_error{info.error().reason};
    figures.kept = info->kept;
    figures.file_bytes = info->file_bytes;
    figures.journal_bytes = info->journal_bytes;
    const port::BrokerStatistics& broker = figures.broker;
    must_equal("sessions", info->kept.sessions, broker.clients_online + broker.clients_offline);
    must_equal("subscriptions", info->kept.subscriptions, broker.subscriptions);
    must_equal("deliveries", info->kept.deliveries, broker.queued_messages);
    must_equal("retained messages", info->kept.retained, broker.retained_messages);
    must_equal("memories", info->kept.memories, std::min(timer_count_, kTimersMax));
    if (info->kept.messages > info->kept.deliveries) {
        throw std::runtime_error{"messages in the file that nobody waits for"};
    }
    return figures;
}

}  // namespace kleber::soak
