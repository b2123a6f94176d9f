#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gateway/coming_over/mosquitto_import.hpp"
#include "gateway/coming_over/mosquitto_options.hpp"
#include "tests/unit/coming_over/support.hpp"

namespace kleber::coming_over {
namespace {

// Something that mosquitto takes.
std::string value_for(std::string_view name) {
    static const std::map<std::string, std::string, std::less<>> values = {
        {"protocol", "websockets"},
        {"socket_domain", "ipv4"},
        {"log_type", "error"},
        {"log_dest", "stdout"},
        {"tls_version", "tlsv1.2"},
        {"tls_keyform", "pem"},
        {"include_dir", "/d"},
        {"persistent_client_expiration", "2w"},
        {"accept_protocol_versions", "3"},
        {"max_packet_size", "2000"},
        {"listener", "3"},
        {"port", "3"},
        {"bind_address", "::1"}};
    if (const auto found = values.find(name); found != values.end()) return found->second;
    if (name.ends_with("_file") || name.ends_with("file") || name.ends_with("path")) return "/file";
    return "1";
}

// What must stand above it, or it is refused.
std::string frame_for(const OptionRow& row) {
    if (row.name == "psk_hint") return "psk_file /file\nlistener 1\nuse_identity_as_username 1\n";
    if (row.scope == Scope::Listener) return "listener 1\n";
    if (row.scope == Scope::Bridge && row.name != "connection") return "connection x\n";
    return "";
}

// "FILE:LINE" of each finding.
std::set<std::string> places_of(const Findings& findings) {
    std::set<std::string> places;
    for (const Finding& finding : findings.all()) places.insert(to_string(finding.place));
    return places;
}

TEST(MosquittoOptions, EachIsInAListWhateverIsAroundIt) {
    for (const OptionRow* row : all_rows()) {
        std::string name{row->name};
        if (name.ends_with('*')) name.back() = 'x';
        const std::string frame = frame_for(*row);
        const auto lines = static_cast<int>(std::count(frame.begin(), frame.end(), '\n'));
        for (const char* mode : {"", "per_listener_settings true\nlistener 7\n"}) {
            const int above = *mode ? 2 : 0;
            if (row->name == "per_listener_settings") continue;
            MemoryFiles files{{{"/m.conf", mode + frame + name + ' ' + value_for(name) + '\n'},
                               {"/file", "# nothing\n"},
                               {"/d/x.conf", ""}}};
            const auto imported = import_mosquitto("/m.conf", files);
            ASSERT_TRUE(imported) << name << '\n' << text::render(imported.error());
            EXPECT_TRUE(places_of(imported->findings)
                            .contains("/m.conf:" + std::to_string(lines + above + 1)))
                << name << '\n'
                << text_of(imported->findings);
        }
    }
}

TEST(MosquittoOptions, NamesAreThereOnce) {
    std::set<std::string_view> names;
    for (const OptionRow* row : all_rows()) {
        EXPECT_TRUE(names.insert(row->name).second) << row->name;
        EXPECT_EQ(find_row(row->name), row);
    }
    EXPECT_EQ(find_row("listeners"), nullptr);
    ASSERT_NE(find_row("plugin_opt_anything"), nullptr);
    EXPECT_EQ(find_row("plugin_opt_anything")->name, "plugin_opt_*");
}

}  // namespace
}  // namespace kleber::coming_over
