#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/config/load.hpp"

namespace kleber::config {

// The configuration in one file that must be right.
inline Config config_of(std::string text) {
    auto config = parse(std::vector<text::Source>{{"k.toml", std::move(text)}});
    EXPECT_TRUE(config) << text::render(config.error());
    return config ? std::move(config).value() : Config{};
}

// All that is said about files that must be wrong.
inline std::string errors_of(std::vector<text::Source> sources) {
    const auto config = parse(sources);
    EXPECT_FALSE(config);
    return config ? "" : text::render(config.error());
}
inline std::string errors_of(std::string text) {
    return errors_of(std::vector<text::Source>{{"k.toml", std::move(text)}});
}

}  // namespace kleber::config
