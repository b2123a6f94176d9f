#pragma once

// NOLINTNEXTLINE(readability-identifier-naming): it is CLI11's name.
namespace CLI {
class App;
}

namespace kleber::app {

// `kleber import mosca`.
void add_import_mosca(CLI::App& import, int& status);

}  // namespace kleber::app
