#include "gateway/coming_over/mosquitto_passwords.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/base/utf8.hpp"
#include "gateway/coming_over/mosquitto_conf.hpp"

namespace kleber::coming_over {

NamesAndSecrets parse_mosquitto_passwords(const std::string& file, std::string_view text) {
    NamesAndSecrets found;
    std::map<std::string, std::size_t, std::less<>> by_name;
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.starts_with('#') || trimmed(line).empty()) continue;
        const Place place{file, number};
        const std::size_t colon = line.find(':');
        const std::string_view name = trimmed(line.substr(0, colon));
        // What follows a second colon is nothing to mosquitto.
        const std::string_view after =
            colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
        const std::string_view secret = trimmed(after.substr(0, after.find(':')));
        if (name.empty() || secret.empty() || !is_mqtt_utf8(line)) {
            found.not_taken.push_back(place);
            continue;
        }
        NameAndSecret one{std::string{name}, std::string{secret}, place};
        const auto [at, is_new] = by_name.emplace(one.name, found.all.size());
        if (!is_new) {
            found.not_taken.push_back(found.all[at->second].place);
            found.all[at->second] = std::move(one);
        } else if (found.all.size() < kNamesMax) {
            found.all.push_back(std::move(one));
        } else {
            found.is_too_long = true;
            by_name.erase(at);
        }
    }
    return found;
}

}  // namespace kleber::coming_over
