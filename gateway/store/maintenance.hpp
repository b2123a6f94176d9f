#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/store/report.hpp"

// What can be done with a store's file while no gateway has it open. Errors are sentences.
namespace kleber::store {

// Reads everything. A damaged file is a report with problems, and stays as it is; so does one of
// another version, with which it fails. What was found damaged the next Store::open() recovers.
Result<CheckReport, std::string> check_file(const std::string& path, const Now& now);

struct Restored {
    Counts kept;
    std::string set_aside;  // where the store of before is now; empty if there was none
};
// Puts a backup in the store's place, which is set aside as `PATH.replaced-...`. Whatever happens,
// there is a whole store afterwards: the one of before where the backup is not whole.
Result<Restored, std::string> restore_file(const std::string& backup, const std::string& path,
                                           const Now& now);

}  // namespace kleber::store
