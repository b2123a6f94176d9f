#pragma once

// NOLINTNEXTLINE(readability-identifier-naming): it is CLI11's name.
namespace CLI {
class App;
}

namespace kleber::app {

// `kleber import retained`.
void add_import_retained(CLI::App& import, int& status);

}  // namespace kleber::app
