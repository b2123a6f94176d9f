#pragma once

#include "gateway/base/secret.hpp"

namespace kleber::auth {

// A password for a device, of 26 letters and digits that a person can read to another: at least 128
// random bits.
Secret make_password();

}  // namespace kleber::auth
