#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/certificates/certificate.hpp"

namespace kleber::certificates {

// All certificates of a PEM file, in their order, at least one. The error is a sentence with the
// file's name, which may need to be made printable.
Result<std::vector<Certificate>, std::string> inspect(const std::string& file);

// The key that lies beside a certificate: NAME.key beside NAME.pem.
struct KeyBeside {
    // Hidden: whoever asks may not read it.
    enum class State : std::uint8_t { None, Hidden, Unusable, Differs, Fits };
    State state = State::None;
    std::string file;  // where there is one
    std::string why;   // where it is unusable; follows the file's name in a sentence
};
KeyBeside key_beside(const std::string& file);

}  // namespace kleber::certificates
