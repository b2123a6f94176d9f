#pragma once

#include "gateway/base/time.hpp"
#include "gateway/store/connection.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// Reads everything: SQLite's own integrity check, and every record, with those of the journal.
CheckReport check(Connection& connection, const Now& now);

}  // namespace kleber::store
