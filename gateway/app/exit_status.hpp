#pragma once

namespace kleber::app {

// What commands end with; where mosquitto's tools have a number for it, theirs.
inline constexpr int kExitFailure = 1;
inline constexpr int kExitBadConfiguration = 2;
inline constexpr int kExitEndsSoon = 3;   // of a certificate: renew it
inline constexpr int kExitLocksLost = 3;  // of an import: somebody could come in
inline constexpr int kExitTimedOut = 27;
inline constexpr int kExitInterrupted = 130;  // as a shell says it of SIGINT

}  // namespace kleber::app
