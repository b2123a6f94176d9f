#pragma once

namespace kleber::app {

// KLEBER_VERSION comes from the project's version in CMakeLists.txt.
inline constexpr const char* kVersion = KLEBER_VERSION;

}  // namespace kleber::app
