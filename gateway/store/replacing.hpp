#pragma once

#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"

namespace kleber::store {

// How a new file takes the place of the store at `path`. It grows under the first name, gets the
// second once it is whole and synced, and then the name of the store. So what is interrupted leaves
// either the file of before, or a whole one. A failure is a sentence for people.

std::string growing_name(const std::string& path);
std::string whole_name(const std::string& path);

// An empty file under the growing name.
Status<std::string> begin_growing(const std::string& path);
// The growing file is whole and closed: it takes the place of what is there, which is set aside.
Status<std::string> end_growing(const std::string& path, const std::string& set_aside);
// The second half of it, for what has its second name already.
Status<std::string> take_place(const std::string& path, const std::string& set_aside);
// To be called where there is a file of the second name: what was interrupted is done. Where the
// store of before is now; empty if there was none.
Result<std::string, std::string> finish_replacing(const std::string& path, const Now& now);

}  // namespace kleber::store
