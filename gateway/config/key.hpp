#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/reader.hpp"
#include "gateway/config/reference.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

// One key of the table that becomes a `Section`: how to read what a user wrote into the section,
// and how to list it (or all that is below it) with the defaults that a section has.
template <typename Section>
struct Key {
    using References = std::vector<KeyReference>;

    std::string_view name;
    std::function<void(const text::Entry&, const Reader&, Section&)> read;
    // `table` is the heading, `prefix` the way from there: "queue."
    std::function<void(const std::string& table, const std::string& prefix, const Section&,
                       References&)>
        list;
};

constexpr std::size_t kTablesMax = 1000;  // of one [[name]]

template <typename Section>
using Keys = std::vector<Key<Section>>;

template <typename Section>
void read_table(const text::Table& table, const Keys<Section>& keys, const Reader& reader,
                Section& section) {
    for (const text::Entry& entry : table) {
        const auto key = std::find_if(keys.begin(), keys.end(),
                                      [&](const auto& one) { return one.name == entry.key; });
        if (key != keys.end()) {
            key->read(entry, reader, section);
            continue;
        }
        std::vector<std::string_view> known;
        for (const auto& one : keys) known.push_back(one.name);
        reader.report_unknown(entry, known);
    }
}

// A key with a value of its own.
template <typename Section, typename Field, typename Kind>
Key<Section> plain(std::string_view name, Field Section::*field, Kind kind,
                   std::string_view documentation) {
    const auto read = [=](const text::Entry& entry, const Reader& reader, Section& section) {
        if (!reader.claim(entry)) return;
        auto value = kind.read(entry.value, section.*field);
        if (value) {
            section.*field = std::move(*value);
        } else {
            reader.report(entry, value.error());
        }
    };
    const auto list = [=](const std::string& table, const std::string& prefix,
                          const Section& section, std::vector<KeyReference>& out) {
        out.push_back({table, prefix + std::string{name}, kind.description(),
                       kind.write(section.*field), std::string{documentation}});
    };
    return {name, read, list};
}

// A table within: [limits], or queue = { ... } in it.
template <typename Section, typename Inner>
Key<Section> table(std::string_view name, Inner Section::*field, Keys<Inner> keys) {
    const auto read = [=](const text::Entry& entry, const Reader& reader, Section& section) {
        if (const auto* inner = entry.value.table()) {
            read_table(*inner, keys, reader.within(name), section.*field);
            return;
        }
        reader.report(entry,
                      {"expected a table, found " + std::string{entry.value.kind_name()},
                       entry.value.array() ? "write [" + std::string{name} + "], once" : ""});
    };
    const auto list = [=](const std::string& heading, const std::string& prefix,
                          const Section& section, std::vector<KeyReference>& out) {
        const bool is_top = heading.empty();
        for (const auto& key : keys) {
            key.list(is_top ? '[' + std::string{name} + ']' : heading,
                     is_top ? "" : prefix + std::string{name} + '.', section.*field, out);
        }
    };
    return {name, read, list};
}

// A list of tables: each [[listener]] is one more.
template <typename Section, typename Inner>
Key<Section> tables(std::string_view name, std::vector<Inner> Section::*field, Keys<Inner> keys) {
    const std::string hint = "write [[" + std::string{name} + "]] above each one";
    const auto read = [=](const text::Entry& entry, const Reader& reader, Section& section) {
        const auto* array = entry.value.array();
        if (!array) {
            const std::string found{entry.value.kind_name()};
            return reader.report(entry, {"expected a list of tables, found " + found, hint});
        }
        if (array->empty()) return reader.report(entry, {"the list is empty", hint});
        for (const text::Value& element : *array) {
            if ((section.*field).size() == kTablesMax) {
                const std::string max = std::to_string(kTablesMax);
                return reader.report(entry, {"more than " + max, "", element.position()});
            }
            const auto* inner = element.table();
            if (!inner) {
                reader.report(entry, {"expected a table, found " + std::string{element.kind_name()},
                                      hint, element.position()});
                continue;
            }
            Inner& added = (section.*field).emplace_back();
            added.place = reader.place_of(element.position());
            read_table(*inner, keys, reader.within_list(name), added);
        }
    };
    const auto list = [=](const std::string&, const std::string&, const Section&,
                          std::vector<KeyReference>& out) {
        for (const auto& key : keys) key.list("[[" + std::string{name} + "]]", "", Inner{}, out);
    };
    return {name, read, list};
}

}  // namespace kleber::config
