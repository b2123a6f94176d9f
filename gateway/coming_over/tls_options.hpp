#pragma once

#include <span>

#include "gateway/coming_over/mosquitto_options.hpp"
#include "gateway/coming_over/option.hpp"

namespace kleber::coming_over {

// Whether a listener with these options speaks TLS.
bool speaks_tls(const OptionGroup& listener);
// Whether a certificate or a key says who its client is, and nothing else does.
bool has_proven_users(const OptionGroup& listener);

std::span<const OptionRow> tls_rows();

}  // namespace kleber::coming_over
