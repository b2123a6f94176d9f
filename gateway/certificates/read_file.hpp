#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "gateway/base/result.hpp"

namespace kleber::certificates {

// Room for all the authorities that a system trusts.
inline constexpr std::size_t kFileBytesMax = 1 << 20;

// Whether a file with this name may be a link to another one, and whether others may know what is
// in it.
enum class Links : std::uint8_t { Follow, Refuse };
enum class Contents : std::uint8_t { Public, Secret };

// All of a file. Refuses what is not a file, has more than kFileBytesMax, or is secret and others
// may read it. The name is relative to the open folder, which may be AT_FDCWD. The error is what
// follows the file's name in a sentence: "is a folder".
Result<std::string, std::string> read_file(int folder, const std::string& name, Links links,
                                           Contents contents);

}  // namespace kleber::certificates
