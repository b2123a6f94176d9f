#pragma once

#include <optional>
#include <string>

namespace kleber::app {

// Who the service runs as, where the system has one.
inline constexpr const char* kServiceUser = "kleber";

// As make_state_folder(); but a folder that root makes here is that user's, if there is one, so
// that the service can use it at its first start. The error is a sentence.
std::optional<std::string> make_service_folder(const std::string& folder,
                                               const char* user = kServiceUser);

}  // namespace kleber::app
