#pragma once

#include <optional>
#include <string>

#include "gateway/auth/access_rules.hpp"
#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::app {

// What somebody has written, in all files that belong together.
struct Settings {
    config::Config config;
    std::optional<auth::AccessRules> access;  // of the ACL file; none if there is to be none
};

// Reads the configuration and the files that it names: all of them, or what is wrong.
Result<Settings, text::Diagnostics> load_settings(const std::string& file);

}  // namespace kleber::app
