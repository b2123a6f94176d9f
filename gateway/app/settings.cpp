#include "gateway/app/settings.hpp"

#include <utility>

#include "gateway/auth/acl_file.hpp"
#include "gateway/config/load.hpp"
#include "gateway/config/source_file.hpp"

namespace kleber::app {
namespace {

Result<auth::AccessRules, text::Diagnostics> load_access(const std::string& file) {
    auto source = config::read_source(file);
    if (source) return auth::parse_acl(std::move(*source));
    text::Diagnostics diagnostics;
    diagnostics.add(source.error());
    return fail(std::move(diagnostics));
}

}  // namespace

Result<Settings, text::Diagnostics> load_settings(const std::string& file) {
    auto config = config::load(file);
    if (!config) return fail(config.error());
    Settings settings{.config = std::move(*config), .access = std::nullopt};
    if (const auto& acl = settings.config.auth.acl) {
        auto access = load_access(*acl);
        if (!access) return fail(access.error());
        settings.access = std::move(*access);
    }
    return settings;
}

}  // namespace kleber::app
