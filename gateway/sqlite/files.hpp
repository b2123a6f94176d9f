#pragma once

#include <optional>
#include <string>

#include "gateway/base/result.hpp"
#include "gateway/base/time.hpp"

namespace kleber::sqlite {

// What the users of a database do with names of files. A failure is a sentence for people.

bool has_file(const std::string& path);
// Why this file is not to be used: a symbolic link, not a file, or others may read or write it.
// None if it is fit, or not there.
std::optional<std::string> objection_to(const std::string& path);

// With mode 0600, empty; fails if there is something of this name. If root makes it, who works for
// somebody else, it is his whose folder it is in.
Status<std::string> create_private_file(const std::string& path);
// The same, with what is in another file. Not synced; whatever fails, there is no such file then.
Status<std::string> copy_to_private_file(const std::string& from, const std::string& path);
Status<std::string> sync_file(const std::string& path);
Status<std::string> sync_folder_of(const std::string& path);
Status<std::string> rename_file(const std::string& from, const std::string& to);

// A database, with what SQLite keeps beside it. Not being there is no failure.
Status<std::string> remove_database(const std::string& path);
// Its companions first: a log that stands beside a database it does not belong to would spoil it.
Status<std::string> rename_database(const std::string& from, const std::string& to);

// "PATH.WORD-20261120-051224", with a number behind it if there is such a file already.
std::string dated_name(const std::string& path, const std::string& word, WallTime time);

}  // namespace kleber::sqlite
