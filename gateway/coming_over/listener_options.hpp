#pragma once

#include <span>
#include <string>

#include "gateway/coming_over/mosquitto_options.hpp"
#include "gateway/coming_over/set_up.hpp"

namespace kleber::coming_over {

// The rows of what is about a listener; those about TLS are in tls_options.
std::span<const OptionRow> listener_rows();

// What a listener of mosquitto's is, in our words: "mqtts".
std::string kind_of(const MosquittoListener& listener);

}  // namespace kleber::coming_over
