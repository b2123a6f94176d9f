#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/sim/random.hpp"
#include "tests/support/crash_vfs.hpp"
#include "tests/unit/store/fixture.hpp"

namespace kleber::store {
namespace {

constexpr int kSeeds = 60;
constexpr int kSteps = 300;

port::Change random_change(sim::Random& random) {
    const std::uint32_t session = 1 + random.below(4);
    const std::uint32_t number = random.below(20);
    const std::string topic = "home/" + std::to_string(random.below(10));
    const std::string payload = std::to_string(random.next());
    switch (random.below(15)) {
        case 0:
            return session_put(session, "client " + payload);
        case 1:
            return random.chance(30) ? session_erased(session) : port::Change{};
        case 2:
            return subscription_put(session, topic);
        case 3:
            return subscription_erased(session, topic);
        case 4:
            return message_put(number, {.payload = payload});
        case 5:
            return message_erased(number);
        case 6:
            return delivery_put(session, number, number);
        case 7:
            return delivery_put(session, number, number, port::KeptState::Sent);
        case 8:
            return delivery_erased(session, number);
        case 9:
            return inbound_put(session, static_cast<std::uint16_t>(1 + number));
        case 10:
            return inbound_erased(session, static_cast<std::uint16_t>(1 + number));
        case 11:
            return retained_put({.topic = topic, .payload = payload});
        case 12:
            return memory_put(session, topic, payload);
        case 13:
            return memory_erased(session, topic);
        default:
            return retained_erased(topic);
    }
}

// Any row of changes, with slices, failures, crashes and power cuts between: what comes back is
// what was committed, and of a commit that failed at the end all or nothing.
TEST(RandomStore, gives_back_what_a_map_would) {
    for (int seed = 0; seed < kSeeds; ++seed) {
        sim::Random random{static_cast<std::uint64_t>(seed)};
        support::CrashDisk disk{static_cast<std::uint64_t>(seed)};
        support::CrashVfs vfs{disk, "random_store_disk", seed};
        const Options options{.durability = Durability::Power, .vfs = vfs.name()};
        Model model;
        auto store = Store::open("kleber.db", options, at(0)).value();
        std::int64_t time = 0;
        for (int step = 0; step < kSteps; ++step) {
            time += random.below(2000);
            if (random.chance(5)) {
                disk.faults().add({.operation = support::DiskOperation::Change,
                                   .failure = random.chance(50) ? support::DiskFailure::IoError
                                                                : support::DiskFailure::Full,
                                   .after_count = random.below(20)});
            }
            port::ChangeBatch changes = batch(at(time));
            for (std::uint32_t left = random.below(12); left > 0; --left) {
                changes.changes.push_back(random_change(random));
            }
            int tries = 0;
            while (!store->commit(changes).has_value()) ASSERT_LT(++tries, 50) << "seed " << seed;
            model.apply(changes);
            for (int slices = 0; slices < 3; ++slices) {
                if (store->tend_at().value_or(port::kNever) > steady(time)) break;
                // It may fail: then it is tried again later.
                (void)store->tend(at(time)).has_value();
            }
            if (!random.chance(3)) continue;
            disk.faults().clear();
            if (random.chance(50)) {
                random.chance(50) ? disk.cut_power(random) : disk.kill();
                store.reset();
                disk.start();
            }
            store.reset();
            auto opened = Store::open("kleber.db", options, at(time));
            ASSERT_TRUE(opened.has_value()) << "seed " << seed << ": " << opened.error().reason;
            store = std::move(*opened);
            ASSERT_EQ(loaded(*store), model.all()) << "seed " << seed << " step " << step;
        }
    }
}

}  // namespace
}  // namespace kleber::store
