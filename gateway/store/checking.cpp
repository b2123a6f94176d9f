#include "gateway/store/checking.hpp"

#include <optional>
#include <utility>

#include "gateway/sqlite/statement.hpp"

namespace kleber::store {
namespace {

// None if SQLite finds nothing wrong; else it is among the problems, or a failure.
std::optional<Refusal> check_pages(sqlite::Database& database, CheckReport& report) {
    {
        sqlite::Statement rows{database, "PRAGMA integrity_check(20)"};
        while (rows.step()) {
            if (rows.text(0) != "ok") report.problems.emplace_back(rows.text(0));
        }
    }
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

std::optional<Refusal> check_all(Connection& connection, const Now& now, CheckReport& report) {
    sqlite::Database& database = connection.database();
    auto refusal = check_pages(database, report);
    if (refusal || !report.problems.empty()) return refusal;
    if (auto unfolded = connection.fold_all()) return unfolded;
    refusal = connection.read_all(now, port::Sharing::OneThread, [](port::Change&&) {});
    if (refusal) return refusal;
    report.kept = connection.count_records();
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

}  // namespace

Result<CheckReport, Refusal> check(Connection& connection, const Now& now) {
    CheckReport report;
    if (auto refusal = check_all(connection, now, report)) {
        if (refusal->kind != Refusal::Kind::Damaged) return fail(std::move(*refusal));
        report.problems.push_back(std::move(refusal->reason));
    }
    return report;
}

}  // namespace kleber::store
