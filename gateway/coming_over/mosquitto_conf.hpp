#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/coming_over/option.hpp"
#include "gateway/coming_over/source_files.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::coming_over {

constexpr std::size_t kOptionsMax = 100'000;
constexpr std::size_t kIncludedMax = 1'000;  // files

// The options of a mosquitto.conf in the order in which mosquitto obeys them: those of the folders
// that `include_dir` names stand where it does. Whether mosquitto knows them, and whether their
// values mean something, is not looked at. All that is wrong is told, without text of the file,
// which may be a password.
Result<std::vector<Option>, text::Diagnostics> read_mosquitto_conf(const std::string& file,
                                                                   SourceFiles& files);

// Whether a file of an include_dir is read before another: by letters, upper case just before the
// lower case of the same letter.
bool is_before(std::string_view one, std::string_view other);

// "FILE:LINE: error: MESSAGE", without the line.
text::Diagnostic complaint(const Place& place, std::string message, std::string hint = {});

// A blank line's and a line end's bytes, on both sides.
std::string_view trimmed(std::string_view text);

}  // namespace kleber::coming_over
