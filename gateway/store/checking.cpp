#include "gateway/store/checking.hpp"

#include <optional>

#include "gateway/sqlite/statement.hpp"

namespace kleber::store {

CheckReport check(Connection& connection, const Now& now) {
    CheckReport report;
    const auto add = [&report](const std::optional<Refusal>& refusal) {
        if (refusal) report.problems.push_back(refusal->reason);
    };
    sqlite::Database& database = connection.database();
    const auto add_failure = [&] {
        if (database.has_failed()) add(refusal_of(database.take_failure()));
    };
    {
        sqlite::Statement rows{database, "PRAGMA integrity_check(20)"};
        while (rows.step()) {
            if (rows.text(0) != "ok") report.problems.emplace_back(rows.text(0));
        }
    }
    add_failure();
    add(connection.fold_all());
    add(connection.read_all(now, port::Sharing::OneThread, [](port::Change&&) {}));
    report.kept = connection.count_records();
    add_failure();
    return report;
}

}  // namespace kleber::store
