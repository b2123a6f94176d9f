#include "gateway/store/opening.hpp"

#include <optional>
#include <utility>

#include "gateway/sqlite/database.hpp"
#include "gateway/sqlite/files.hpp"
#include "gateway/store/checking.hpp"
#include "gateway/store/looking.hpp"
#include "gateway/store/replacing.hpp"
#include "gateway/store/salvage.hpp"

namespace kleber::store {
namespace {

using Kind = Refusal::Kind;

Status<std::string> create(const std::string& path) {
    const std::string growing = growing_name(path);
    if (auto begun = begin_growing(path); !begun) return begun;
    {
        auto opened = Connection::open(growing, sqlite::OpenMode::Create, {});
        if (!opened) return fail(opened.error().reason);
        sqlite::Database& database = (*opened)->database();
        if (!database.checkpoint()) return fail(database.take_failure().text);
    }
    // A log without its database is of no use, and would spoil another one.
    if (auto removed = sqlite::remove_database(path); !removed) return removed;
    if (auto renamed = sqlite::rename_file(growing, path); !renamed) return renamed;
    return sqlite::sync_folder_of(path);
}

// Sets aside what is there for this reason, and makes a new file of what it holds.
Status<std::string> replace(const std::string& path, Refusal refusal, const Now& now,
                            OpenReport& report) {
    const bool is_damaged = refusal.kind == Kind::Damaged;
    report.opening = is_damaged ? Opening::Damaged : Opening::TooNew;
    report.reason = std::move(refusal.reason);
    report.set_aside = sqlite::dated_name(path, is_damaged ? "damaged" : "newer", now.wall);
    const std::string growing = growing_name(path);
    if (auto begun = begin_growing(path); !begun) return begun;
    const std::string source = is_damaged ? path : std::string{};
    if (auto salvaged = salvage(source, growing, now, report); !salvaged) return salvaged;
    return end_growing(path, report.set_aside);
}

// Where the new file was whole when something ended before.
Status<std::string> finish(const std::string& path, const Now& now, OpenReport& report) {
    auto finished = finish_replacing(path, now);
    if (!finished) return fail(finished.error());
    report.opening = Opening::Damaged;
    report.reason = "a recovered or restored one was to take its place, and that was interrupted";
    report.is_loss_unknown = true;
    report.set_aside = std::move(*finished);
    return Success{};
}

// Why nothing is to be done with what is there, which stays as it is; none if it is whole.
std::optional<std::string> objection_to_contents(const std::string& path, const Now& now) {
    if (sqlite::has_file(whole_name(path))) {
        return "a recovered or restored one is yet to take its place; start the gateway for that";
    }
    const auto problems = look_at(path, now);
    if (!problems) return problems.error().reason;
    if (problems->empty()) return std::nullopt;
    return "it is damaged (" + problems->front() + "); start the gateway to recover it";
}

Result<Opened, std::string> open_in_vfs(const std::string& path, const Options& options,
                                        const Now& now) {
    auto connection = open_at_rest(path, sqlite::OpenMode::Create, options, now);
    if (!connection) return fail(connection.error().reason);
    Opened opened{nullptr, std::move(*connection), {}};
    opened.report.opening = opened.connection->was_empty() ? Opening::Created : Opening::Opened;
    return opened;
}

}  // namespace

Result<std::unique_ptr<Connection>, Refusal> open_at_rest(const std::string& path,
                                                          sqlite::OpenMode mode,
                                                          const Options& options, const Now& now) {
    auto opened = Connection::open(path, mode, options.vfs);
    if (!opened) return opened;
    Connection& connection = **opened;
    // What a check finds is found here, too: so what it says of the next start is true.
    std::optional<Refusal> refusal;
    auto report = check(connection, now);
    if (!report) {
        refusal = report.error();
    } else if (!report->problems.empty()) {
        refusal = Refusal{Kind::Damaged, report->problems.front()};
    }
    if (!refusal && !connection.database().checkpoint()) {
        refusal = refusal_of(connection.database().take_failure());
    }
    if (!refusal) return opened;
    connection.database().keep_log_on_close();
    return fail(std::move(*refusal));
}

Result<Opened, std::string> open_store(const std::string& path, const Options& options,
                                       const Now& now) {
    if (!options.vfs.empty()) return open_in_vfs(path, options, now);
    if (auto objection = sqlite::objection_to(path)) return fail(std::move(*objection));

    if (!options.may_replace && !sqlite::has_file(path)) {
        return fail(std::string{"there is no such file"});
    }
    auto lock = FileLock::take(path);
    if (!lock) return fail(lock.error());
    if (!options.may_replace) {
        if (auto objection = objection_to_contents(path, now)) return fail(std::move(*objection));
    }

    OpenReport report;
    report.opening = sqlite::has_file(path) ? Opening::Opened : Opening::Created;
    Status<std::string> ready = Success{};
    if (sqlite::has_file(whole_name(path))) {
        ready = finish(path, now, report);
    } else if (report.opening == Opening::Created) {
        ready = create(path);
    }
    if (!ready) return fail(ready.error());

    auto connection = open_at_rest(path, sqlite::OpenMode::Existing, options, now);
    const bool is_replaced =
        !connection && connection.error().is_of_contents() && options.may_replace;
    if (is_replaced) {
        ready = replace(path, connection.error(), now, report);
        if (!ready) return fail(ready.error());
        connection = open_at_rest(path, sqlite::OpenMode::Existing, options, now);
    }
    if (!connection) return fail(connection.error().reason);
    if (report.opening == Opening::Damaged) report.kept = (*connection)->count_records();
    return Opened{std::move(*lock), std::move(*connection), std::move(report)};
}

}  // namespace kleber::store
