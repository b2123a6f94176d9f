#include "gateway/certificates/certificate.hpp"

namespace kleber::certificates {

Standing standing(const Certificate& certificate, WallTime now) {
    if (now < certificate.valid_from) return Standing::NotYet;
    // As OpenSSL has it: the last second is over.
    if (now >= certificate.valid_until) return Standing::Ended;
    return certificate.valid_until - now < kEndsSoon ? Standing::EndsSoon : Standing::Valid;
}

std::chrono::days days_left(const Certificate& certificate, WallTime now) {
    return std::chrono::floor<std::chrono::days>(certificate.valid_until - now);
}

}  // namespace kleber::certificates
