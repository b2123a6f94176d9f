#pragma once

#include "gateway/config/config.hpp"
#include "gateway/config/key.hpp"

namespace kleber::config {

// The table of all keys. Order is that of the documentation.
const Keys<Config>& keys();

}  // namespace kleber::config
