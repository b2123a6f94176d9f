#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/auth/access_table.hpp"
#include "gateway/auth/acl_file.hpp"
#include "gateway/base/assert.hpp"
#include "gateway/coming_over/acl_conversion.hpp"
#include "gateway/coming_over/mosquitto_import.hpp"
#include "tests/unit/coming_over/mosquitto_rights.hpp"
#include "tests/unit/coming_over/support.hpp"

// Any bytes are a mosquitto set-up, or errors that can be shown: mosquitto.conf, the files of
// rights, passwords and pre-shared keys, and an included one, with NULs between them. What is made
// is taken by the gateway, and lets nobody do what mosquitto would not.
namespace kleber::coming_over {
namespace {

constexpr std::size_t kRightsMax = 2'000;  // bytes: each line meets each other one
constexpr std::size_t kTopicsMax = 16;

std::vector<std::string> parts_of(std::string_view input) {
    constexpr std::size_t kParts = 5;
    std::vector<std::string> parts;
    for (std::size_t part = 0; part < kParts; ++part) {
        const std::string_view one = input.substr(0, input.find('\0'));
        parts.emplace_back(one);
        input.remove_prefix(std::min(input.size(), one.size() + 1));
    }
    return parts;
}

void check_import(const std::vector<std::string>& parts) {
    MemoryFiles files{{{"/m.conf", parts[0]},
                       {"/acl", parts[1]},
                       {"/passwords", parts[2]},
                       {"/psk", parts[3]},
                       {"/d/x.conf", parts[4]}}};
    const auto imported = import_mosquitto("/m.conf", files);
    if (!imported) {
        KLEBER_ASSERT(!imported.error().empty() && !text::render(imported.error()).empty());
        for (const text::Diagnostic& diagnostic : imported.error()) {
            // These hold only what was understood.
            KLEBER_ASSERT(diagnostic.file != "users.toml" && diagnostic.file != "acl.toml");
        }
        return;
    }
    KLEBER_ASSERT(!text_of(imported->findings).empty());
}

// A topic that the filter matches.
std::string topic_in(std::string_view filter, std::string_view user) {
    std::string topic;
    for (std::size_t at = 0; at < filter.size(); ++at) {
        if (filter.substr(at, 2) == "%u" || filter.substr(at, 2) == "%c") {
            topic += filter[++at] == 'u' ? user : "phone";
        } else {
            topic += filter[at] == '+' || filter[at] == '#' ? 'x' : filter[at];
        }
    }
    return topic;
}

void check_rights(const std::string& text) {
    if (text.size() > kRightsMax) return;
    const auto lines = parse_mosquitto_acl("acl", text);
    if (!lines) return;
    Findings findings;
    auto rules = auth::parse_acl({"acl.toml", acl_toml(*lines, {"anna"}, {"acl", 0}, findings)});
    KLEBER_ASSERT(rules.has_value());
    if (findings.has_lost_locks()) return;
    const auth::AccessTable table{1, std::move(*rules), {}};
    constexpr std::array<port::Principal, 2> kWho = {
        {{.user = "anna", .client_id = "phone"}, {.client_id = "phone"}}};
    for (const port::Principal& who : kWho) {
        std::vector<std::string> topics{"a", "a/b"};
        for (const AclLine& line : *lines) {
            if (topics.size() < kTopicsMax) topics.push_back(topic_in(line.filter, who.user));
        }
        for (const std::string& topic : topics) {
            if (!topic::is_valid_name(topic)) continue;
            KLEBER_ASSERT(!table.may_read(who, topic) ||
                          mosquitto_allows(*lines, who, topic, false));
            KLEBER_ASSERT(!table.may_publish(who, topic) ||
                          mosquitto_allows(*lines, who, topic, true));
        }
    }
}

}  // namespace
}  // namespace kleber::coming_over

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 16'384) return 0;
    const auto parts = kleber::coming_over::parts_of({reinterpret_cast<const char*>(data), size});
    kleber::coming_over::check_import(parts);
    kleber::coming_over::check_rights(parts[1]);
    return 0;
}
