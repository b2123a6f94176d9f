#pragma once

#include <cstddef>
#include <string>

#include "gateway/coming_over/findings.hpp"
#include "gateway/coming_over/mosquitto_passwords.hpp"

namespace kleber::coming_over {

struct PskText {
    std::string text;
    std::size_t count = 0;
};

// The file of pre-shared keys that a listener takes: what of it would be refused is left out, which
// is a finding.
PskText psk_text(const NamesAndSecrets& lines, Findings& findings);

}  // namespace kleber::coming_over
