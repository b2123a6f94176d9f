#include "tests/sim_store/simulation.hpp"

#include <algorithm>
#include <charconv>
#include <iostream>
#include <map>
#include <optional>

#include "gateway/codec/mqtt/encode.hpp"

namespace kleber::sim_store {

namespace mqtt = codec::mqtt;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kAll = 1'000'000;
constexpr int kRoundsMax = 10'000;

}  // namespace

Simulation::Simulation(std::uint64_t seed, Bug bug, bool is_verbose, Coverage& coverage)
    : random_(seed),
      coverage_(coverage),
      is_verbose_(is_verbose),
      machine_(seed, bug, random_, coverage),
      model_(kClients, machine_.has_small_queues(), coverage),
      now_{.steady = SteadyTime{1h}, .wall = WallTime{1'800'000'000s}, .wall_is_trusted = true} {
    for (int number = 0; number < kClients; ++number) {
        clients_.emplace_back(number, random_, model_, coverage, is_verbose);
    }
    for (int number = 0; number < kRules; ++number) {
        rules_.emplace_back(number, seed, bug == Bug::SplitsSteps, coverage);
    }
}

void Simulation::log(const std::string& text) const {
    if (is_verbose_) std::cout << now_.steady.time_since_epoch().count() << " ms: " << text << '\n';
}

void Simulation::run(std::uint32_t actions) {
    if (machine_.has_small_queues()) log("queues are small");
    start();
    for (; action_ < actions; ++action_) {
        rules_act();
        act();
        everybody_hears();
        pass(Duration{random_.below(20)});
    }
    finish();
}

void Simulation::act() {
    const std::uint32_t dice = random_.below(1000);
    if (dice < 880) {
        act_as(clients_[random_.below(clients_.size())]);
    } else if (dice < 930) {
        pass(Duration{random_.below(3000)});
    } else if (dice < 938) {
        pass(std::chrono::seconds{5 + random_.below(100)});
    } else if (dice < 953) {
        crash();
    } else if (dice < 968) {
        machine_.stop_soon();
    } else if (dice < 990) {
        machine_.fail_soon();
    } else if (dice < 994) {
        machine_.fill_up();
    } else {
        machine_.mend();
    }
    if (random_.chance(60)) {
        settle();
    } else if (random_.chance(50)) {
        turn();
    }
}

void Simulation::act_as(Client& client) {
    if (!client.is_connected()) {
        if (!client.has_link()) {
            client.connect(machine_.world(), false);
        } else if (random_.chance(10)) {
            client.lose_link();
        }
        return;
    }
    const std::uint32_t dice = random_.below(100);
    if (dice < 62) {
        client.publish();
    } else if (dice < 78) {
        client.subscribe();
    } else if (dice < 82) {
        client.unsubscribe();
    } else if (dice < 93) {
        client.answer_some();
    } else if (dice < 95) {
        client.answer_all();
    } else if (dice < 97) {
        client.lose_link();
    } else if (dice < 98) {
        client.connect(machine_.world(), false);  // the broker has not heard that it was gone
    } else {
        client.disconnect();
    }
}

void Simulation::everybody_hears() {
    for (Client& client : clients_) {
        if (random_.chance(60)) client.hear(random_.chance(80) ? kAll : 1 + random_.below(3));
    }
}

void Simulation::rules_act() {
    for (Rule& rule : rules_) {
        rule.hear(machine_.world());
        rule.act(machine_.world());
    }
}

void Simulation::crash() {
    // What it has written may still arrive; what is said to it then arrives nowhere.
    for (Client& client : clients_) {
        client.hear(random_.chance(50) ? kAll : random_.below(4));
        client.lose_link();
    }
    now_ = machine_.world().now();
    log("the gateway ends");
    machine_.end();
    if (random_.chance(50)) {
        const Duration off{random_.below(30'000)};
        now_.steady += off;
        now_.wall += off;
    }
    start();
}

void Simulation::start() {
    machine_.start(now_);
    log("the gateway starts");
    model_.set_now(now_.steady);
    model_.restarted();
    for (Rule& rule : rules_) rule.restarted();
    machine_.world().advance(Duration{0});  // what was due meanwhile comes before all else
    look_at_retained();
}

void Simulation::turn() {
    machine_.world().turn();
    if (machine_.is_alive()) {
        model_.turned(machine_.is_safe());
    } else {
        crash();
    }
}

void Simulation::settle() {
    machine_.world().settle();
    turn();
}

void Simulation::pass(Duration duration) {
    const SteadyTime end = machine_.world().now().steady + duration;
    while (machine_.world().now().steady <= end) {
        support::World& world = machine_.world();
        const SteadyTime now = world.now().steady;
        SteadyTime next = std::min(end, world.deadline().value_or(end));
        const std::optional<SteadyTime> tend_at = machine_.tend_at();
        if (tend_at && *tend_at <= now) machine_.tend();
        if (tend_at) next = std::min(next, *tend_at);
        world.advance(std::max(next - now, Duration{1}));
        now_ = world.now();
        model_.set_now(now_.steady);
        turn();
    }
}

// With the eyes of a new subscriber, while nothing is on its way.
void Simulation::look_at_retained() {
    const std::uint64_t crashes = model_.crash_count();
    settle();
    if (model_.crash_count() != crashes) return;  // it looked again then
    const std::unique_ptr<support::Link> link = machine_.world().dial();
    ByteBuffer bytes;
    ByteBuffer list;
    if (!mqtt::encode(bytes, mqtt::Connect{.client_id = "probe"}) ||
        !mqtt::append_subscription(list, {.filter = "#"}) ||
        !mqtt::encode(bytes, mqtt::ProtocolVersion::V5,
                      mqtt::Subscribe{.packet_id = 1,
                                      .subscriptions = mqtt::SubscriptionList{list.bytes()}})) {
        throw Difference{"a packet of the probe that cannot be encoded"};
    }
    link->send(bytes.bytes());
    machine_.world().settle();
    std::map<std::string, std::uint32_t> found;
    std::map<std::string, std::string> effects;
    for (auto wire = link->receive_bytes(); !wire.empty(); wire = link->receive_bytes()) {
        const auto packet =
            support::decode_server_packet(std::move(wire), mqtt::ProtocolVersion::V5);
        const auto* publish = packet ? packet->get<mqtt::Publish>() : nullptr;
        if (!publish || !publish->retain) continue;
        if (publish->topic.starts_with(kRuleTopics)) {
            effects[std::string{publish->topic}] = as_text(publish->payload);
            continue;
        }
        std::uint32_t number = 0;
        const std::string_view text = as_text(publish->payload);
        std::from_chars(text.data(), text.data() + text.size(), number);
        found[std::string{publish->topic}] = number;
    }
    model_.check_retained(found);
    for (Rule& rule : rules_) rule.model().found_effect(effects[rule.topic()]);
}

void Simulation::finish() {
    machine_.calm_down();
    crash();
    for (Client& client : clients_) client.become_prompt();
    // Whoever has no connection comes back; all that is under way ends.
    int rounds = 0;
    for (bool is_quiet = false; !is_quiet; ++rounds) {
        if (rounds == kRoundsMax) throw Difference{"it never comes to rest"};
        is_quiet = machine_.is_safe();
        for (Client& client : clients_) {
            if (!client.has_link()) client.connect(machine_.world(), true);
            is_quiet = client.hear(kAll) == 0 && is_quiet;
            if (client.is_connected()) client.answer_all();
            is_quiet = is_quiet && client.is_connected() && client.is_idle();
        }
        for (Rule& rule : rules_) is_quiet = rule.finish(machine_.world()) && is_quiet;
        pass(10ms);
    }
    look_at_retained();
    const std::uint64_t drops = machine_.drop_count();
    model_.check_nothing_owed(machine_.has_small_queues() ? drops : 0);
}

}  // namespace kleber::sim_store
