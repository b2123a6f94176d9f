#include "gateway/config/reference.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include "gateway/text/toml.hpp"
#include "tests/unit/config/support.hpp"

namespace kleber::config {
namespace {

std::string example(const std::string& name) {
    std::ifstream file{std::string{KLEBER_ETC_DIRECTORY} + '/' + name};
    EXPECT_TRUE(file) << name;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// "[[listener]]" and "queue.bytes" as the way down through a document.
std::vector<std::string> way_to(const KeyReference& reference) {
    std::string name = reference.table + '.' + reference.name;
    std::erase_if(name, [](char letter) { return letter == '[' || letter == ']'; });
    std::vector<std::string> way;
    std::istringstream parts{name};
    for (std::string part; std::getline(parts, part, '.');) way.push_back(part);
    return way;
}

bool is_set(const text::Document& document, const KeyReference& reference) {
    const text::Table* table = &document.root();
    const text::Entry* entry = nullptr;
    for (const std::string& part : way_to(reference)) {
        if (!table) return false;
        entry = find(*table, part);
        if (!entry) return false;
        const auto* array = entry->value.array();
        table = array && !array->empty() ? array->front().table() : entry->value.table();
    }
    return entry != nullptr;
}

TEST(Reference, EveryKeyIsDocumented) {
    std::set<std::string> names;
    for (const KeyReference& reference : key_references()) {
        EXPECT_TRUE(names.insert(reference.table + reference.name).second) << reference.name;
        EXPECT_FALSE(reference.type.empty()) << reference.name;
        EXPECT_TRUE(reference.documentation.ends_with('.')) << reference.name;
        EXPECT_EQ(reference.documentation.find('\n'), std::string::npos) << reference.name;
    }
    EXPECT_GE(names.size(), 32U);
}

TEST(Reference, EveryDefaultIsWhatItSays) {
    for (const KeyReference& reference : key_references()) {
        if (reference.written.empty()) continue;
        EXPECT_EQ(config_of(reference.table + '\n' + reference.name + " = " + reference.written),
                  demo_config())
            << reference.name;
    }
}

TEST(Reference, TheTextShowsEveryKeyAndItsDefault) {
    const std::string text = reference_text();
    EXPECT_NE(text.find("[limits]\n  packet = \"1 MiB\"    (size, 1 kB to 256 MiB)\n      The "),
              std::string::npos);
    for (const KeyReference& reference : key_references()) {
        EXPECT_NE(text.find("  " + reference.name + ' '), std::string::npos) << reference.name;
    }
}

TEST(Reference, TheExampleHasEveryKeyWithItsDefault) {
    const std::string text = example("kleber.toml");
    EXPECT_EQ(config_of(text), demo_config());
    const auto document = text::parse_toml({"kleber.toml", text});
    ASSERT_TRUE(document);
    for (const KeyReference& reference : key_references()) {
        const bool is_without_default = reference.written.empty();
        EXPECT_TRUE(is_without_default
                        ? text.find("\n# " + reference.name + " = ") != std::string::npos
                        : is_set(*document, reference))
            << reference.table << ' ' << reference.name;
    }
}

TEST(Reference, TheDemoIsTheBuiltInOne) {
    EXPECT_EQ(config_of(example("kleber.demo.toml")), demo_config());
}

}  // namespace
}  // namespace kleber::config
