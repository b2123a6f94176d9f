#include "gateway/store/checking.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/sqlite/statement.hpp"

namespace kleber::store {
namespace {

// SQLite's words begin with a line that says which database they are about.
void add_lines(std::string_view text, std::vector<std::string>& problems) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        if (!line.empty() && !line.starts_with("***")) problems.emplace_back(line);
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
}

std::optional<Refusal> check_all(Connection& connection, const Now& now, CheckReport& report) {
    sqlite::Database& database = connection.database();
    auto refusal = check_pages(database, report.problems);
    if (refusal || !report.problems.empty()) return refusal;
    if (auto unfolded = connection.fold_all()) return unfolded;
    refusal = connection.read_all(now, port::Sharing::OneThread, [](port::Change&&) {});
    if (refusal) return refusal;
    report.kept = connection.count_records();
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_pages(sqlite::Database& database, std::vector<std::string>& problems) {
    {
        sqlite::Statement rows{database, "PRAGMA integrity_check(20)"};
        while (rows.step()) {
            if (rows.text(0) != "ok") add_lines(rows.text(0), problems);
        }
    }
    if (database.has_failed()) return refusal_of(database.take_failure());
    return std::nullopt;
}

Result<CheckReport, Refusal> check(Connection& connection, const Now& now) {
    CheckReport report;
    if (auto refusal = check_all(connection, now, report)) {
        if (refusal->kind != Refusal::Kind::Damaged) return fail(std::move(*refusal));
        report.problems.push_back(std::move(refusal->reason));
    }
    return report;
}

}  // namespace kleber::store
