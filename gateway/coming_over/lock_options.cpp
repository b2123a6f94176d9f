#include "gateway/coming_over/lock_options.hpp"

#include <algorithm>
#include <array>

#include "gateway/coming_over/step.hpp"

namespace kleber::coming_over {
namespace {

// Mosquitto 2.1's plugin for what others call a store.
constexpr std::string_view kStorePlugin = "persist_sqlite";

bool is_plugin(const Option& option) {
    return option.name == "plugin" || option.name == "auth_plugin" ||
           option.name == "global_plugin" || option.name == "plugin_load";
}

void take_plugin(Step& step, std::string_view) {
    if (step.option.value.find(kStorePlugin) != std::string::npos) {
        return step.changed("the gateway's own store keeps what must survive");
    }
    step.lock_lost(
        "there are no plugins: nobody comes in without a name, and without an ACL file nobody may "
        "do anything");
}

void take_anonymous(Step& step, std::string_view) {
    if (step.truth()) step.taken("it is each listener's own setting");
}

constexpr std::array<OptionRow, 14> kRows = {{
    // See Locks.
    {"password_file", Scope::Lock, take_elsewhere},
    {"acl_file", Scope::Lock, take_elsewhere},
    {"psk_file", Scope::Lock, take_elsewhere},
    {"allow_anonymous", Scope::Lock, take_anonymous},
    {"allow_zero_length_clientid", Scope::Lock, take_unless_false,
     "a client without an id is given one, as MQTT says"},
    {"auto_id_prefix", Scope::Lock, take_nothing, "the ids that are given begin otherwise"},
    {"plugin", Scope::Lock, take_plugin, "", true},
    {"auth_plugin", Scope::Lock, take_plugin, "", true},
    {"global_plugin", Scope::Lock, take_plugin, "", true},
    {"plugin_load", Scope::Lock, take_plugin, "", true},
    {"plugin_use", Scope::Lock, take_not_supported, "a part of the plugin", true},
    {"auth_opt_*", Scope::Lock, take_not_supported, "a part of the plugin", true},
    {"plugin_opt_*", Scope::Lock, take_not_supported, "a part of the plugin", true},
    {"auth_plugin_deny_special_chars", Scope::Lock, take_not_supported, "a part of the plugin",
     true},
}};

}  // namespace

std::span<const OptionRow> lock_rows() {
    return kRows;
}

bool has_deciding_plugin(const OptionGroup& group) {
    return std::any_of(group.begin(), group.end(), [](const Option& option) {
        return is_plugin(option) && option.value.find(kStorePlugin) == std::string::npos;
    });
}

}  // namespace kleber::coming_over
