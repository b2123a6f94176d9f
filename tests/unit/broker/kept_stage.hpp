#pragma once

#include <memory>
#include <string_view>

#include "tests/support/memory_journal.hpp"
#include "tests/unit/broker/stage.hpp"

namespace kleber::broker {

// A stage whose broker keeps what must survive in a journal, and which can be started anew with
// what that holds.
class KeptStage {
  public:
    explicit KeptStage(const Limits& limits = {}) : limits_(limits) { start(); }

    Stage* operator->() { return stage_.get(); }
    Stage& operator*() { return *stage_; }

    // Attaches and lets it become true; the replies are gone.
    Stage::Client attach(Stage::Options options);
    Stage::Client attach(std::string_view client_id) {
        return attach({.client_id = std::string{client_id}});
    }
    // Everything recorded so far becomes safe, one batch after the other; what leaves then.
    Lines commit();
    // A batch goes out; it is not safe before finish_commit().
    void begin_commit();
    Lines finish_commit();
    // Time passes, and batches become safe when they are due.
    Lines pass(Duration duration);
    // The gateway crashes and starts again: what is not safe is lost.
    void crash();

    support::MemoryJournal journal;

  private:
    void start();

    const Limits limits_;
    Now now_{.steady = {}, .wall = {}, .wall_is_trusted = true};
    std::unique_ptr<Stage> stage_;
    std::unique_ptr<port::ChangeBatch> out_;
};

}  // namespace kleber::broker
