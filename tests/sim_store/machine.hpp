#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/port/journal.hpp"
#include "gateway/store/store.hpp"
#include "tests/sim/random.hpp"
#include "tests/sim_store/coverage.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/support/world.hpp"

namespace kleber::sim_store {

// What is wrong on purpose: a simulation that does not find it proves nothing.
enum class Bug : std::uint8_t {
    None,
    AcknowledgesBeforeCommit,
    SyncsLater,
    LosesSession,
    LosesSubscription,
    LosesDelivery,
    LosesInbound,
    LosesRetained,
    ForgetsPacketIds,
    LosesMemory,
    RevivesMemory,
    SplitsSteps,
    Count,
};
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Bug::Count)> kBugNames{
    "none",
    "acknowledges before the commit",
    "durability process under power cuts",
    "loses a session at a start",
    "loses a subscription at a start",
    "loses a delivery at a start",
    "loses the id of a QoS 2 publish at a start",
    "loses a retained message at a start",
    "forgets the packet ids of deliveries at a start",
    "loses what was remembered at a start",
    "brings back what was forgotten",
    "asks for effect and memory in two batches",
};

// A gateway without sockets that dies and starts again: the real broker and connections, the real
// store, and a disk that forgets.
class Machine {
  public:
    Machine(std::uint64_t seed, Bug bug, sim::Random& random, Coverage& coverage);

    // The process begins; the disk may fail meanwhile, and the process may die of it. Throws a
    // Difference where a disk in good order does not give back the store.
    void start(const Now& now);
    // It ends, by a signal or with the power; at once if the disk has stopped it already.
    void end();

    support::World& world() { return *world_; }
    // No longer once the disk has stopped the process.
    bool is_alive() const { return disk_.is_running(); }
    // Everything that the broker changed was committed.
    bool is_safe() { return !world_->broker().has_changes(); }
    // When the store wants to tend.
    std::optional<SteadyTime> tend_at() const { return store_->tend_at(); }
    void tend();

    // -- what goes wrong: at some operation to come

    void stop_soon();
    void fail_soon();
    void fill_up();
    // No longer does anything go wrong.
    void mend();
    // Nor in later lives, in which each commit is quick.
    void calm_down() { is_calm_ = true; }

    bool has_small_queues() const { return has_small_queues_; }
    // Of all lives.
    std::uint64_t drop_count();

  private:
    // Counts, and keeps the store and its broker apart.
    class Watch final : public port::Journal {
      public:
        explicit Watch(Machine& machine) : machine_(machine) {}
        Status<Trouble> commit(const port::ChangeBatch& batch) override;
        Status<Trouble> tend(const Now& now) override { return machine_.store_->tend(now); }
        std::optional<SteadyTime> tend_at() const override { return machine_.store_->tend_at(); }

      private:
        Machine& machine_;
    };

    bool open(const Now& now);
    void end_process();
    bool is_lost(port::Change& change);
    void revive(std::vector<port::Change>& changes);

    sim::Random& random_;
    Coverage& coverage_;
    Bug bug_;
    store::Durability durability_;
    bool has_power_cuts_;
    bool has_small_queues_;
    support::CrashDisk disk_;
    support::CrashVfs vfs_;
    Watch watch_{*this};
    std::unique_ptr<store::Store> store_;
    connection::MqttPolicy policy_;
    std::unique_ptr<support::World> world_;
    std::uint64_t drops_before_ = 0;
    // For the bug of this name: all memories of the start before.
    std::vector<std::pair<port::SessionId, port::Memory>> memories_before_;
    bool is_calm_ = false;
};

}  // namespace kleber::sim_store
