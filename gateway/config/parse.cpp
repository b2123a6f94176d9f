#include <algorithm>
#include <filesystem>
#include <vector>

#include "gateway/config/keys.hpp"
#include "gateway/config/listener_checks.hpp"
#include "gateway/config/load.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

namespace {

// Gives each the port that it has without one of its own, and tells what cannot be together.
void settle_listeners(Config& config, const std::vector<text::Document>& documents,
                      text::Diagnostics& diagnostics) {
    const auto report = [&](const Listener& listener, const Problem& problem) {
        const auto document = std::find_if(
            documents.begin(), documents.end(),
            [&](const text::Document& one) { return one.name() == listener.place.file; });
        diagnostics.add(document->error({listener.place.line, listener.place.column},
                                        "listener: " + problem.message, problem.hint));
    };
    std::vector<const Listener*> settled;
    for (Listener& listener : config.listeners) {
        if (const auto problem = check_listener(listener)) {
            report(listener, *problem);
            continue;
        }
        if (!listener.port) listener.port = default_port(listener.kind);
        for (const Listener* other : settled) {
            const auto problem = check_rivals(*other, listener);
            if (!problem) continue;
            report(listener, *problem);
            break;
        }
        settled.push_back(&listener);
    }
}

// Users mean "beside this file", whatever folder the gateway is started from.
std::string beside(const std::string& file, const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path{file}.parent_path();
    return (folder / path).lexically_normal().string();
}

void set_paths_beside(const std::string& file, Config& config) {
    const auto set = [&](std::optional<std::string>& path) {
        if (path) *path = beside(file, *path);
    };
    config.gateway.state = beside(file, config.gateway.state);
    set(config.control.socket);
    set(config.auth.users);
    set(config.auth.acl);
    for (Listener& listener : config.listeners) {
        if (listener.kind == ListenerKind::Unix) set(listener.path);
        set(listener.files);
        for (const auto path : {&Tls::certificate, &Tls::key, &Tls::ca, &Tls::crl, &Tls::psk}) {
            set(listener.tls.*path);
        }
    }
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
    if (diagnostics.empty()) settle_listeners(config, documents, diagnostics);
    if (diagnostics.has_errors()) {
        diagnostics.sort();
        return fail(std::move(diagnostics));
    }

    if (config.listeners.empty()) config.listeners = demo_config().listeners;
    if (!sources.empty()) set_paths_beside(sources.front().name, config);
    return config;
}

}  // namespace kleber::config
