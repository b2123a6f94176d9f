#include "gateway/web/content_type.hpp"

#include <gtest/gtest.h>

namespace kleber::web {
namespace {

TEST(ContentType, follows_from_the_extension) {
    const std::pair<const char*, const char*> rows[] = {
        {"index.html", "text/html; charset=utf-8"},
        {"INDEX.HTM", "text/html; charset=utf-8"},
        {"mqtt.min.js", "text/javascript; charset=utf-8"},
        {"app.mjs", "text/javascript; charset=utf-8"},
        {"a.css", "text/css; charset=utf-8"},
        {"a.json", "application/json"},
        {"a.js.map", "application/json"},
        {"a.wasm", "application/wasm"},
        {"a.svg", "image/svg+xml"},
        {"a.PNG", "image/png"},
        {"favicon.ico", "image/x-icon"},
        {"a.woff2", "font/woff2"},
        {"a.webmanifest", "application/manifest+json"},
        {"a.txt", "text/plain; charset=utf-8"},
        {"a.js.gz", "application/gzip"},
        {"ca.crt", "application/x-x509-ca-cert"},
        {"a.unknown", "application/octet-stream"},
        {"README", "application/octet-stream"},
        {"a.", "application/octet-stream"},
        {"", "application/octet-stream"},
        {"html", "application/octet-stream"},
        {"a.htmlx", "application/octet-stream"},
    };
    for (const auto& [name, type] : rows) EXPECT_EQ(content_type_of(name), type) << name;
}

}  // namespace
}  // namespace kleber::web
