#include "tests/bench/doors/numbered_payload.hpp"

#include <cstring>
#include <stdexcept>

namespace kleber::bench {

Bytes NumberedPayload::make(std::uint64_t number) {
    std::memcpy(bytes_.data(), &number, sizeof number);
    return bytes_;
}

std::uint64_t NumberedPayload::read(Bytes payload) const {
    if (payload.size() != bytes_.size()) throw std::runtime_error{"a payload has another size"};
    std::uint64_t number = 0;
    std::memcpy(&number, payload.data(), sizeof number);
    return number;
}

}  // namespace kleber::bench
