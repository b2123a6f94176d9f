#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"
#include "gateway/port/journal.hpp"
#include "gateway/store/options.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// Keeps the broker's changes in one SQLite file, and reads them back at start. Synchronous: it has
// neither thread nor clock. It may be handed from one thread to another, never used by two at once.
//
//     open() -> load() -> { commit() | tend() | info() | check() | begin_backup() ... } ...
//
// While the store is there, no other process can open the file: it is locked, and so is its place
// (`PATH.lock`).
class Store final : public port::Journal {
  public:
    using Visit = std::function<void(port::Change&&)>;

    // Opens the file, or makes it with mode 0600, and brings it to rest: what the journal holds is
    // folded into the tables, and every record is looked at.
    //
    // A file that is damaged or from a later version is never a reason to fail: it is set aside as
    // `PATH.damaged-YYYYMMDD-HHMMSS` (`.newer-...`), and report() says what was lost. Fails, with a
    // sentence for people, where the place cannot be used: a symbolic link, a file that others may
    // read or write or that another process holds, no permission, a full or read-only disk. With a
    // VFS of its own, damage fails too.
    static Result<std::unique_ptr<Store>, Trouble> open(const std::string& path,
                                                        const Options& options, const Now& now);
    ~Store() override;

    const OpenReport& report() const;

    // Visits a Put for each record, in an order in which each finds what it refers to: sessions,
    // subscriptions, messages, deliveries by session and serial, inbound ids, retained messages,
    // memories.
    // Instants are steady time of the clock that `now` in open() came from. To be called before the
    // first commit.
    Status<Trouble> load(const Visit& visit);

    // Appends the batch to the journal in one transaction. After a failure nothing of the batch is
    // kept as long as this process lives (after a crash it may be there: it was written, only not
    // promised). To commit a batch a second time does no harm.
    //
    // Where the file was damaged while in use, commits fail until the gateway is started again:
    // opening recovers what can be read.
    Status<Trouble> commit(const port::ChangeBatch& batch) override;

    // One slice of: the sync that Durability::Process owes, a checkpoint, folding the journal into
    // the tables (every 30 s, or at 8 MiB). A failure loses nothing; tend_at() says when to try
    // again.
    Status<Trouble> tend(const Now& now) override;
    // At or before the present while there is more to do: then tend() and commit() take turns.
    std::optional<SteadyTime> tend_at() const override;

    // Folds what the journal holds, then counts. Takes some 0.1 s for a million records.
    Result<Info, Trouble> info();
    // Reads everything: SQLite's own integrity check, and every record. Damage is in the report; it
    // fails where the disk is in trouble, as commit() does.
    Result<CheckReport, Trouble> check();
    // Begins a consistent copy in a new file (0600). Fails where there is a file already, or
    // another backup is under way.
    Status<Trouble> begin_backup(const std::string& path);
    // A slice of it, some milliseconds; with commit() and tend() in between, whose changes are in
    // it, too. True when it is whole; it is not synced. After a failure nothing is left of it.
    Result<bool, Trouble> go_on_with_backup();

  private:
    struct Parts;
    explicit Store(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace kleber::store
