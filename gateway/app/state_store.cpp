#include "gateway/app/state_store.hpp"

#include <filesystem>
#include <utility>

#include "gateway/app/control_place.hpp"
#include "gateway/app/for_people.hpp"
#include "gateway/runtime/clock.hpp"

namespace kleber::app {
namespace {

std::string describe(const store::OpenReport& report) {
    switch (report.opening) {
        case store::Opening::Created:
        case store::Opening::Opened:
            return {};
        case store::Opening::TooNew:
            return "the store was written by a later version of Kleber; it is set aside as " +
                   report.set_aside + ", and this one begins anew";
        case store::Opening::Damaged:
            break;
    }
    std::string text = "the store was damaged (" + report.reason + "); it is set aside as " +
                       report.set_aside +
                       ". Recovered: " + counted(report.kept.sessions, "session") + ", " +
                       counted(report.kept.retained, "retained message") + ", " +
                       counted(report.kept.deliveries, "waiting message") +
                       ". Lost: " + counted(report.lost, "record");
    if (report.is_loss_unknown) text += ", and perhaps more that could not be seen";
    return text;
}

}  // namespace

std::optional<std::string> StateStore::open(const config::Config& config,
                                            runtime::Runtime& runtime) {
    if (config.store.durability == config::Durability::Memory) return std::nullopt;
    const std::string& folder = config.gateway.state;
    const std::string advice =
        "; choose another folder with --state, or keep nothing with [store] durability = "
        "\"memory\"";
    if (const auto error = make_state_folder(folder)) return *error + advice;
    const store::Options options{.durability = config.store.durability == config::Durability::Power
                                                   ? store::Durability::Power
                                                   : store::Durability::Process,
                                 .sharing = runtime.sharing(),
                                 .vfs = {}};
    const Now now = runtime::read_clock();
    auto opened = store::Store::open(path_in(folder), options, now);
    if (!opened) return opened.error().reason + advice;
    store_ = std::move(*opened);
    // Only now: until then another program could be writing it.
    std::error_code ignored;  // there is none, mostly
    std::filesystem::remove(backup_path_in(folder), ignored);
    warning_ = describe(store_->report());

    broker::Broker& broker = runtime.broker();
    broker.keep();
    const auto loaded =
        store_->load([&](port::Change&& change) { broker.restore(std::move(change)); });
    if (!loaded) return loaded.error().reason + advice;
    broker.finish_restore(now);
    runtime.keep(*store_);
    keeper_ = runtime.keeper();

    const port::BrokerStatistics& there = broker.statistics();
    summary_ = counted(there.clients_offline, "session") + ", " +
               counted(there.retained_messages, "retained message") + ", " +
               counted(there.queued_messages, "waiting message");
    return std::nullopt;
}

std::string StateStore::path_in(const std::string& folder) {
    return folder + "/kleber.db";
}

std::string StateStore::backup_path_in(const std::string& folder) {
    return path_in(folder) + ".backup";
}

bool StateStore::ask(std::function<bool(store::Store&)> job) {
    return keeper_->ask([store = store_.get(), job = std::move(job)] { return job(*store); });
}

}  // namespace kleber::app
