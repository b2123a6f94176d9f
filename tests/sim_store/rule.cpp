#include "tests/sim_store/rule.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "tests/sim_store/letter.hpp"

namespace kleber::sim_store {
namespace {

constexpr const char* kKeys[] = {"since", "count", "lamp", "registrations"};

}  // namespace

Rule::Rule(int number, std::uint64_t seed, bool splits_steps, Coverage& coverage)
    : splits_steps_(splits_steps),
      name_("rule-" + std::to_string(number)),
      topic_("rule/" + std::to_string(number)),
      random_(seed + static_cast<std::uint64_t>(number)),
      model_(name_, coverage),
      token_{support::World::kServiceSlots + static_cast<std::uint32_t>(number), 0} {}

void Rule::act(support::World& world) {
    if (is_attaching_) return;
    const std::uint32_t dice = random_.below(100);
    if (!is_attached()) {
        attach(world, dice < 5);
    } else if (!rest_of_step_.empty()) {
        world.ask(std::exchange(rest_of_step_, {}));
    } else if (dice < 88) {
        step(world);
    } else if (dice < 92) {
        attach(world, dice < 89);  // in place of itself
    } else {
        port::Detach detach{.client = std::exchange(client_, {})};
        if (dice >= 98) {
            detach.session_expiry = Duration::zero();
            model_.end();
        }
        std::vector<port::Request> batch;
        batch.emplace_back(detach);
        world.ask(std::move(batch));
    }
}

void Rule::attach(support::World& world, bool is_clean) {
    auto details = std::make_unique<port::Attach::Details>();
    details->client_id = name_;
    details->clean_start = is_clean;
    details->session_expiry = port::kForever;
    if (is_clean) model_.end();
    client_ = {};
    is_attaching_ = true;
    ++token_.use;
    std::vector<port::Request> batch;
    batch.emplace_back(port::Attach{token_, std::move(details)});
    world.ask(std::move(batch));
}

void Rule::step(support::World& world) {
    const std::string number = std::to_string(model_.step_count() + 1);
    std::vector<std::string> changed{"step"};
    memories_["step"] = number;
    for (std::uint32_t left = random_.below(4); left > 0; --left) {
        const std::string key = random_.one_of(kKeys);
        changed.push_back(key);
        if (random_.chance(40)) {
            memories_.erase(key);
        } else {
            // Now and then more than a page of the database.
            memories_[key] =
                number + std::string(random_.chance(5) ? 6000 : random_.below(50), 'x');
        }
    }
    const std::uint64_t step = model_.step(memories_, number);
    const auto id = static_cast<std::uint16_t>(step);
    const bool is_memory_promised = random_.chance(20);
    const bool is_effect_promised = random_.chance(20);
    if (is_memory_promised || is_effect_promised) last_asked_ = step;

    std::vector<port::Request> memory;
    for (const std::string& key : changed) remember(memory, key);
    if (is_memory_promised) remember(memory, "step", id);
    std::vector<port::Request> batch;
    if (splits_steps_) {
        rest_of_step_ = std::move(memory);
    } else {
        batch = std::move(memory);
    }
    batch.emplace_back(port::Publish{
        .client = client_,
        .id = port::PacketId{is_effect_promised ? id : std::uint16_t{0}},
        .message =
            port::Message::make({.topic = topic_,
                                 .payload = as_bytes(number),
                                 .qos = is_effect_promised ? Qos::AtLeastOnce : Qos::AtMostOnce,
                                 .retain = true,
                                 .publisher = client_.session},
                                port::Sharing::OneThread)});
    world.ask(std::move(batch));
}

void Rule::remember(std::vector<port::Request>& batch, const std::string& key, std::uint16_t id) {
    auto details = std::make_unique<port::Remember::Details>();
    details->key = key;
    const auto found = memories_.find(key);
    if (found != memories_.end()) details->bytes = found->second;
    batch.emplace_back(port::Remember{client_, port::PacketId{id}, std::move(details)});
}

void Rule::hear(support::World& world) {
    for (port::Reply& reply : world.take_replies(token_.slot)) {
        if (reply.to == token_) hear_one(std::move(reply));
    }
}

void Rule::hear_one(port::Reply&& reply) {
    if (auto* attached = std::get_if<port::Attached>(&reply.body)) {
        client_ = attached->client;
        is_attaching_ = false;
        memories_.clear();
        if (attached->details) {
            for (port::Memory& memory : attached->details->memories) {
                memories_[memory.key] = std::move(memory.bytes);
            }
        }
        model_.found(memories_);
        last_settled_ = last_asked_;
    } else if (const auto* settled = std::get_if<port::Settled>(&reply.body)) {
        if (is_error(settled->reason)) throw Difference{name_ + " was refused"};
        // Effect or memory: where one of them is safe, the other is.
        last_settled_ = std::max<std::uint64_t>(last_settled_, settled->id.value);
        model_.settled(settled->id.value);
    } else {
        throw Difference{name_ + " heard what it did not ask for"};
    }
}

void Rule::restarted() {
    client_ = {};
    is_attaching_ = false;
    rest_of_step_.clear();
    model_.restarted();
}

bool Rule::finish(support::World& world) {
    hear(world);
    if (is_attached()) return last_settled_ >= last_asked_;
    if (!is_attaching_) attach(world, false);
    return false;
}

}  // namespace kleber::sim_store
