#pragma once

// NOLINTNEXTLINE(readability-identifier-naming): it is CLI11's name.
namespace CLI {
class App;
}

namespace kleber::app {

// `kleber import ...`; `status` is where it leaves its exit status.
void add_import(CLI::App& app, int& status);

}  // namespace kleber::app
