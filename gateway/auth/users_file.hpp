#pragma once

#include <functional>
#include <optional>
#include <string>

#include "gateway/auth/users.hpp"
#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"
#include "gateway/text/diagnostic.hpp"

// The users' table on the disk. The file belongs to whoever runs the gateway, and to nobody else:
// a symbolic link, another's file, or one that others may read is refused, with the command that
// mends it.
namespace kleber::auth {

// None if there is no such file.
Result<std::optional<Users>, text::Diagnostics> read_users_file(const std::string& path);

// What is to become of the table; none if there was no file. The error is a sentence; then nothing
// is written.
using UsersChange = std::function<Result<Users, std::string>(const std::optional<Users>& before)>;

// Reads the file, changes the table and puts a new file in the place of the old one, which is there
// whole until the new one is, whatever happens. Nobody else who writes this way comes in between,
// in this process or another. What could not be read again is not written. Waits for the disk, and
// as long as that for somebody else who changes it. The error is for people, perhaps several lines.
Result<Users, std::string> change_users_file(const std::string& path, const UsersChange& change,
                                             Duration patience = std::chrono::seconds{5});

}  // namespace kleber::auth
