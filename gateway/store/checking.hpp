#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/store/connection.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// SQLite's own integrity check: what it finds wrong is added to the problems, a line each. None if
// it could be made.
std::optional<Refusal> check_pages(sqlite::Database& database, std::vector<std::string>& problems);

// Reads everything: SQLite's own integrity check, and every record, with those of the journal.
// Damage is a problem in the report, and the journal is not folded where there are some; fails
// where the disk is in trouble, which says nothing of what the file holds.
Result<CheckReport, Refusal> check(Connection& connection, const Now& now);

}  // namespace kleber::store
