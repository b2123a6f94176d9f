#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/runtime/runtime.hpp"
#include "gateway/store/store.hpp"

namespace kleber::app {

// What survives of the broker's state: the store in the state folder, if the configuration wants
// one. Outlives the runtime, whose journal it is.
class StateStore {
  public:
    // Opens the store, gives the broker what it holds, and the runtime what is to be kept from now
    // on. Before the runtime runs. The error is a sentence; then nothing is kept.
    std::optional<std::string> open(const config::Config& config, runtime::Runtime& runtime);

    // What opening found that somebody should know; empty if all is well.
    const std::string& warning() const { return warning_; }
    // For people: "3 sessions, 12 retained messages and 40 that wait".
    const std::string& summary() const { return summary_; }
    bool is_open() const { return store_ != nullptr; }

    // Where it is, and where a backup grows before it leaves the folder.
    static std::string path_in(const std::string& folder);
    static std::string backup_path_in(const std::string& folder);

    // Something for the store's own thread, in slices: called until it says true. Only while open.
    // False where too much waits for that thread.
    [[nodiscard]] bool ask(std::function<bool(store::Store&)> job);

  private:
    runtime::Keeper* keeper_ = nullptr;
    std::unique_ptr<store::Store> store_;
    std::string warning_;
    std::string summary_;
};

}  // namespace kleber::app
