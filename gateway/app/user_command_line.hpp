#pragma once

// NOLINTNEXTLINE(readability-identifier-naming): it is CLI11's name.
namespace CLI {
class App;
}

namespace kleber::app {

// `kleber user ...`; `status` is where it leaves its exit status.
void add_user(CLI::App& app, int& status);

}  // namespace kleber::app
