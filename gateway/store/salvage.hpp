#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/store/report.hpp"

namespace kleber::store {

// Reads what can be read of a damaged file, which stays as it is, and writes it to a new one (which
// is there, empty): table by table from both ends, row by row, what decodes of the journal on top
// of that. What then refers to something that was lost is left out, so that the new file is sound.
// Without a damaged file, it makes an empty one. Fills in kept, lost and is_loss_unknown. The new
// file is closed and synced.
//
// Fails, with a sentence for people, only where the new file cannot be written.
Status<std::string> salvage(const std::string& damaged, const std::string& to, const Now& now,
                            OpenReport& report);

}  // namespace kleber::store
