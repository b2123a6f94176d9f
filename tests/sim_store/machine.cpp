#include "tests/sim_store/machine.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <variant>

#include "tests/sim_store/letter.hpp"

namespace kleber::sim_store {
namespace {

using namespace std::chrono_literals;
using support::DiskFailure;
using support::DiskOperation;

constexpr const char* kPath = "state/kleber.db";

}  // namespace

Machine::Machine(std::uint64_t seed, Bug bug, sim::Random& random, Coverage& coverage)
    : random_(random),
      coverage_(coverage),
      bug_(bug),
      durability_(random.chance(15) ? store::Durability::Process : store::Durability::Power),
      has_power_cuts_(durability_ == store::Durability::Power),
      has_small_queues_(random.chance(10)),
      disk_(seed),
      vfs_(disk_, "sim_store", static_cast<int>(seed)) {
    if (bug == Bug::SyncsLater) durability_ = store::Durability::Process;
    if (has_small_queues_) policy_.queue.messages_max = 5;
}

Status<port::Journal::Trouble> Machine::Watch::commit(const port::ChangeBatch& batch) {
    auto committed = machine_.store_->commit(batch);
    if (committed) return committed;
    if (machine_.is_alive()) {
        machine_.coverage_.add(Seen::FailedCommits);
        return committed;
    }
    machine_.coverage_.add(Seen::StopsInCommit);
    // It did not wait for the answer.
    if (machine_.bug_ == Bug::AcknowledgesBeforeCommit) return Success{};
    return committed;
}

void Machine::tend() {
    if (auto tended = store_->tend(world_->now()); !tended) {
        coverage_.add(is_alive() ? Seen::FailedTends : Seen::StopsInTend);
    } else {
        coverage_.add(Seen::Tends);
    }
}

// Also of a process that the disk has stopped: only then is it decided how.
void Machine::end_process() {
    if (has_power_cuts_ && random_.chance(60)) {
        coverage_.add(Seen::PowerCuts);
        disk_.cut_power(random_);
    } else {
        coverage_.add(Seen::Kills);
        disk_.kill();
    }
    mend();
}

void Machine::end() {
    drops_before_ = drop_count();
    end_process();
    world_.reset();
    store_.reset();
    disk_.start();
}

void Machine::start(const Now& now) {
    if (!is_calm_ && random_.chance(30)) fail_soon();
    if (!is_calm_ && random_.chance(20)) stop_soon();
    for (int tries = 0; !open(now); ++tries) {
        if (is_alive()) {
            coverage_.add(Seen::FailedOpenings);
        } else {
            coverage_.add(Seen::StopsInOpening);
            end_process();
            disk_.start();
        }
        if (tries >= 2) mend();
    }
    static constexpr Duration kCommits[] = {0ms, 0ms, 1ms, 10ms, 200ms, 4s, 30s};
    const Duration commit_takes = is_calm_ ? Duration{0} : random_.one_of(kCommits);
    if (commit_takes >= 4s) coverage_.add(Seen::StalledCommits);
    std::vector<port::Change> changes;
    auto loaded =
        store_->load([&](port::Change&& change) { changes.push_back(std::move(change)); });
    while (!loaded && is_alive()) {
        coverage_.add(Seen::FailedOpenings);
        mend();
        changes.clear();
        loaded = store_->load([&](port::Change&& change) { changes.push_back(std::move(change)); });
    }
    if (bug_ == Bug::RevivesMemory) revive(changes);
    world_ = std::make_unique<support::World>(
        support::World::Options{.limits = {},
                                .policy = policy_,
                                .seed = random_.next(),
                                .journal = &watch_,
                                .restore =
                                    [&](broker::Broker& broker, const Now&) {
                                        for (port::Change& change : changes) {
                                            if (!is_lost(change)) broker.restore(std::move(change));
                                        }
                                    },
                                .commit_takes = commit_takes,
                                .now = now});
}

bool Machine::open(const Now& now) {
    const store::Options options{.durability = durability_, .vfs = vfs_.name()};
    auto opened = store::Store::open(kPath, options, now);
    if (!opened) {
        const std::string& reason = opened.error().reason;
        if (disk_.faults().empty() && is_alive())
            throw Difference{"the store does not open: " + reason};
        return false;
    }
    store_ = std::move(*opened);
    return true;
}

void Machine::revive(std::vector<port::Change>& changes) {
    std::vector<std::pair<port::SessionId, port::Memory>> memories;
    std::set<port::SessionId> sessions;
    for (const port::Change& change : changes) {
        if (const auto* put = std::get_if<port::MemoryPut>(&change)) {
            memories.emplace_back(put->session, *put->record);
        } else if (const auto* session = std::get_if<port::SessionPut>(&change)) {
            sessions.insert(session->session);
        }
    }
    const auto is_there = [&](const auto& old) {
        return std::any_of(memories.begin(), memories.end(), [&](const auto& memory) {
            return memory.first == old.first && memory.second.key == old.second.key;
        });
    };
    for (const auto& old : std::exchange(memories_before_, {})) {
        if (!sessions.contains(old.first) || is_there(old)) continue;
        changes.push_back(port::MemoryPut{old.first, std::make_unique<port::Memory>(old.second)});
    }
    memories_before_ = std::move(memories);
}

bool Machine::is_lost(port::Change& change) {
    if (bug_ < Bug::LosesSession || !random_.chance(10)) return false;
    switch (bug_) {
        case Bug::LosesSession:
            return std::holds_alternative<port::SessionPut>(change);
        case Bug::LosesSubscription:
            return std::holds_alternative<port::SubscriptionPut>(change);
        case Bug::LosesDelivery:
            return std::holds_alternative<port::DeliveryPut>(change);
        case Bug::LosesInbound:
            return std::holds_alternative<port::InboundPut>(change);
        case Bug::LosesRetained:
            return std::holds_alternative<port::RetainedPut>(change);
        case Bug::LosesMemory:
            return std::holds_alternative<port::MemoryPut>(change);
        case Bug::RevivesMemory:
        case Bug::SplitsSteps:
            return false;
        default:
            break;
    }
    if (auto* delivery = std::get_if<port::DeliveryPut>(&change)) {
        if (delivery->state == port::KeptState::Sent) delivery->state = port::KeptState::Waiting;
    }
    return false;
}

void Machine::stop_soon() {
    disk_.faults().add({.failure = DiskFailure::Stop, .after_count = random_.below(30)});
}

void Machine::fail_soon() {
    static constexpr DiskOperation kOperations[] = {DiskOperation::Change, DiskOperation::Write,
                                                    DiskOperation::Sync, DiskOperation::Open,
                                                    DiskOperation::Read};
    disk_.faults().add({.operation = random_.one_of(kOperations),
                        .failure = random_.chance(25) ? DiskFailure::Full : DiskFailure::IoError,
                        .after_count = random_.below(12),
                        .fail_count = 1 + random_.below(3)});
}

void Machine::fill_up() {
    coverage_.add(Seen::FullDisks);
    disk_.set_capacity_bytes(disk_.used_bytes() + random_.below(20'000));
}

void Machine::mend() {
    disk_.faults().clear();
    disk_.set_capacity_bytes(std::nullopt);
}

std::uint64_t Machine::drop_count() {
    std::uint64_t drops = drops_before_;
    const port::BrokerStatistics& statistics = world_->statistics();
    const std::uint64_t full =
        statistics.dropped[static_cast<std::size_t>(port::DropReason::QueueFull)];
    coverage_.add(Seen::DropsQueueFull, full);
    return drops + full +
           statistics.dropped[static_cast<std::size_t>(port::DropReason::NoReceiver)];
}

}  // namespace kleber::sim_store
