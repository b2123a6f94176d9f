#include <algorithm>
#include <filesystem>
#include <vector>

#include "gateway/config/keys.hpp"
#include "gateway/config/load.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

namespace {

// Two listeners of one address and port: the second could not be opened.
void check_listeners(const Config& config, const std::vector<text::Document>& documents,
                     text::Diagnostics& diagnostics) {
    const auto document_of = [&](const Listener& listener) {
        return std::find_if(documents.begin(), documents.end(), [&](const text::Document& one) {
            return one.name() == listener.place.file;
        });
    };
    for (std::size_t later = 1; later < config.listeners.size(); ++later) {
        const Listener& second = config.listeners[later];
        if (second.port == 0) continue;
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const Listener& first = config.listeners[earlier];
            if (first.port != second.port || first.address != second.address) continue;
            diagnostics.add(document_of(second)->error(
                {second.place.line, second.place.column},
                "listener: " + second.address + " port " + std::to_string(second.port) +
                    " is taken by the one in " + to_string(first.place),
                "give it another port"));
            break;
        }
    }
}

// Users mean "beside this file", whatever folder the gateway is started from.
std::string beside(const std::string& file, const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path{file}.parent_path();
    return (folder / path).lexically_normal().string();
}

}  // namespace

Result<Config, text::Diagnostics> parse(std::span<const text::Source> sources) {
    Config config;
    text::Diagnostics diagnostics;
    SetPlaces set_places;
    std::vector<text::Document> documents;
    for (const text::Source& source : sources) {
        auto document = text::parse_toml(source);
        if (!document) {
            diagnostics.add(document.error());
            continue;
        }
        const Reader reader{*document, set_places, diagnostics};
        read_table(document->root(), keys(), reader, config);
        documents.push_back(std::move(*document));
    }
    // With errors in them they hold defaults that nobody wrote.
    if (diagnostics.empty()) check_listeners(config, documents, diagnostics);
    if (diagnostics.has_errors()) {
        diagnostics.sort();
        return fail(std::move(diagnostics));
    }

    if (config.listeners.empty()) config.listeners.emplace_back();
    if (!sources.empty()) {
        config.gateway.state = beside(sources.front().name, config.gateway.state);
        if (auto& socket = config.control.socket) *socket = beside(sources.front().name, *socket);
    }
    return config;
}

}  // namespace kleber::config
