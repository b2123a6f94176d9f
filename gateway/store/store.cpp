#include "gateway/store/store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/failure.hpp"
#include "gateway/sqlite/files.hpp"
#include "gateway/sqlite/transaction.hpp"
#include "gateway/store/backup.hpp"
#include "gateway/store/checking.hpp"
#include "gateway/store/connection.hpp"
#include "gateway/store/file_lock.hpp"
#include "gateway/store/journal_rows.hpp"
#include "gateway/store/opening.hpp"

namespace kleber::store {
namespace {

using namespace std::chrono_literals;

// What a power cut may take with Durability::Process.
constexpr Duration kSyncEvery = 1s;
constexpr Duration kFoldEvery = 30s;
constexpr std::uint64_t kFoldAtBytes = 8 << 20;
// Two megabytes to move at most: how long a commit may have to wait for a checkpoint.
constexpr std::uint32_t kCheckpointAtPages = 512;
constexpr Duration kRetryAfter = 1s;

}  // namespace

struct Store::Parts {
    std::string path;
    Options options;
    Now opened_at;
    OpenReport report;
    std::unique_ptr<FileLock> lock;          // until all else is closed
    std::unique_ptr<Connection> connection;  // none where it could not be opened anew
    std::unique_ptr<Backup> backup;          // of this connection

    // After a failure of the disk nothing of what is open is trusted.
    bool is_suspect = false;
    bool has_unsynced = false;
    SteadyTime synced_at{};
    SteadyTime last_seen{};
    std::optional<SteadyTime> fold_at;
    std::optional<SteadyTime> retry_at;  // of tend()
    JournalRows rows;

    void append_rows() const;
    Status<Trouble> be_ready();
    Status<Trouble> tend_once(const Now& now);
    Status<Trouble> fold_once(const Now& now);
    Failure<Trouble> failed();
    Failure<Trouble> failed(const Refusal& refusal);
    Failure<Trouble> trouble(const std::string& what, const std::string& why) const;
};

Failure<port::Journal::Trouble> Store::Parts::trouble(const std::string& what,
                                                      const std::string& why) const {
    return fail(Trouble{what + " " + path + ": " + why});
}

// To be called after the database has failed.
Failure<port::Journal::Trouble> Store::Parts::failed() {
    return failed(refusal_of(connection->database().take_failure()));
}

// Whoever took the failure.
Failure<port::Journal::Trouble> Store::Parts::failed(const Refusal& refusal) {
    is_suspect = is_suspect || refusal.kind != Refusal::Kind::Full;
    if (refusal.is_of_contents()) {
        return trouble("cannot use",
                       refusal.reason + "; start again to recover what can be read of it");
    }
    return trouble("cannot write to", refusal.reason);
}

// A failed sync leaves pages that the system takes for written and the disk does not have; the next
// sync would succeed without them. So all that was written since the last one that succeeded (it is
// in the log, until a checkpoint has succeeded) is read, as far as its checksums fit, and written
// once more. Folding begins again: changes are absolute.
Status<port::Journal::Trouble> Store::Parts::be_ready() {
    if (!is_suspect && connection) return Success{};
    if (connection) {
        backup.reset();
        connection->database().keep_log_on_close();
        connection.reset();
    }
    auto opened = Connection::open(path, sqlite::OpenMode::Existing, options.vfs);
    if (!opened) {
        const bool is_damaged = opened.error().kind == Refusal::Kind::Damaged;
        return trouble("cannot use",
                       opened.error().reason + (is_damaged ? "; start again to recover it" : ""));
    }
    connection = std::move(*opened);
    is_suspect = false;
    return Success{};
}

// Nothing is kept where the database has failed.
void Store::Parts::append_rows() const {
    sqlite::Transaction transaction{connection->database()};
    for (const ByteBuffer& row : rows.view()) connection->journal().append(row.bytes());
    if (transaction.commit()) connection->journal().add_bytes(rows.bytes());
}

Status<port::Journal::Trouble> Store::Parts::tend_once(const Now& now) {
    if (auto ready = be_ready(); !ready) return ready;
    sqlite::Database& database = connection->database();
    if (has_unsynced && now.steady >= synced_at + kSyncEvery) {
        if (!database.sync_log()) return failed();
        has_unsynced = false;
        synced_at = now.steady;
    } else if (database.log_pages() >= kCheckpointAtPages) {
        if (!database.checkpoint()) return failed();
    } else if (connection->is_folding() || connection->journal().bytes() >= kFoldAtBytes ||
               (fold_at && *fold_at <= now.steady)) {
        return fold_once(now);
    }
    return Success{};
}

Status<port::Journal::Trouble> Store::Parts::fold_once(const Now& now) {
    if (!connection->is_folding()) fold_at.reset();
    const Folding::Outcome outcome = connection->fold_slice();
    if (outcome == Folding::Outcome::More) return Success{};
    // What came in the meantime has its time; what was there before has none any more.
    if (connection->journal().bytes() > 0 && !fold_at) fold_at = now.steady;
    if (outcome == Folding::Outcome::Failed) return failed();
    if (outcome == Folding::Outcome::Damaged) {
        fold_at = now.steady + kFoldEvery;
        return trouble("cannot use",
                       "a row of the journal cannot be read; start again to recover the others");
    }
    return Success{};
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Store::~Store() {
    // What is in doubt is not moved over what is not.
    if (parts_->connection && parts_->is_suspect) {
        parts_->connection->database().keep_log_on_close();
    }
}

Result<std::unique_ptr<Store>, port::Journal::Trouble> Store::open(const std::string& path,
                                                                   const Options& options,
                                                                   const Now& now) {
    auto opened = open_store(path, options, now);
    if (!opened) return fail(Trouble{"cannot use " + path + ": " + opened.error()});
    auto parts = std::make_unique<Parts>();
    parts->path = path;
    parts->options = options;
    parts->opened_at = now;
    parts->report = std::move(opened->report);
    parts->lock = std::move(opened->lock);
    parts->connection = std::move(opened->connection);
    parts->synced_at = now.steady;
    parts->last_seen = now.steady;
    return std::unique_ptr<Store>{new Store{std::move(parts)}};
}

const OpenReport& Store::report() const {
    return parts_->report;
}

Status<port::Journal::Trouble> Store::load(const Visit& visit) {
    if (auto ready = parts_->be_ready(); !ready) return ready;
    if (auto refusal =
            parts_->connection->read_all(parts_->opened_at, parts_->options.sharing, visit)) {
        return parts_->trouble("cannot read", refusal->reason);
    }
    return Success{};
}

Status<port::Journal::Trouble> Store::commit(const port::ChangeBatch& batch) {
    const SteadyTime now = batch.now.steady;
    parts_->last_seen = std::max(parts_->last_seen, now);
    parts_->rows.encode(batch);
    if (parts_->rows.view().empty()) return Success{};
    if (auto ready = parts_->be_ready(); !ready) return ready;

    sqlite::Database& database = parts_->connection->database();
    const bool is_synced =
        parts_->options.durability == Durability::Power || now >= parts_->synced_at + kSyncEvery;
    database.set_syncing(is_synced ? sqlite::Syncing::AtCommit : sqlite::Syncing::Deferred);
    parts_->append_rows();
    if (database.has_failed()) return parts_->failed();

    if (!parts_->fold_at) parts_->fold_at = now + kFoldEvery;
    parts_->has_unsynced = !is_synced;
    if (is_synced) parts_->synced_at = now;
    return Success{};
}

Status<port::Journal::Trouble> Store::tend(const Now& now) {
    parts_->last_seen = std::max(parts_->last_seen, now.steady);
    parts_->retry_at.reset();
    auto tended = parts_->tend_once(now);
    if (!tended) parts_->retry_at = now.steady + kRetryAfter;
    return tended;
}

std::optional<SteadyTime> Store::tend_at() const {
    const Parts& parts = *parts_;
    std::optional<SteadyTime> due = parts.fold_at;
    const auto not_after = [&due](SteadyTime time) { due = due ? std::min(*due, time) : time; };
    if (parts.has_unsynced) not_after(parts.synced_at + kSyncEvery);
    if (parts.is_suspect || !parts.connection || parts.connection->is_folding() ||
        parts.connection->journal().bytes() >= kFoldAtBytes ||
        parts.connection->database().log_pages() >= kCheckpointAtPages) {
        not_after(parts.last_seen);
    }
    if (due && parts.retry_at) due = std::max(*due, *parts.retry_at);
    return due;
}

Result<Info, port::Journal::Trouble> Store::info() {
    if (auto ready = parts_->be_ready(); !ready) return fail(ready.error());
    Connection& connection = *parts_->connection;
    Info info;
    info.journal_bytes = connection.journal().bytes();
    if (auto refusal = connection.fold_all()) return parts_->failed(*refusal);
    info.kept = connection.count_records();
    info.file_bytes = connection.database().file_bytes();
    if (connection.database().has_failed()) return parts_->failed();
    return info;
}

Result<CheckReport, port::Journal::Trouble> Store::check() {
    if (auto ready = parts_->be_ready(); !ready) return fail(ready.error());
    auto report = store::check(*parts_->connection, parts_->opened_at);
    if (!report) return parts_->failed(report.error());
    parts_->is_suspect = parts_->is_suspect || !report->problems.empty();
    return std::move(*report);
}

Status<port::Journal::Trouble> Store::begin_backup(const std::string& path) {
    if (auto ready = parts_->be_ready(); !ready) return ready;
    if (parts_->backup) return fail(Trouble{"a backup is under way"});
    auto begun = Backup::begin(parts_->connection->database(), path, parts_->options.vfs);
    if (!begun) return fail(Trouble{"cannot write the backup: " + begun.error()});
    parts_->backup = std::move(*begun);
    return Success{};
}

Result<bool, port::Journal::Trouble> Store::go_on_with_backup() {
    if (!parts_->backup) {
        return fail(Trouble{"the backup was given up, because the store is in trouble"});
    }
    auto is_whole = parts_->backup->go_on();
    if (is_whole && !*is_whole) return false;
    const std::string path = parts_->backup->path();
    parts_->backup.reset();
    if (!is_whole) {
        return fail(Trouble{"cannot write the backup " + path + ": " + is_whole.error()});
    }
    return true;
}

}  // namespace kleber::store
