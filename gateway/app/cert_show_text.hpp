#pragma once

#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/certificates/inspect.hpp"

// What `kleber cert show` says. Of what stands in a certificate nothing gets to a terminal that is
// not fit for one.
namespace kleber::app {

struct Inspected {
    std::string file;
    std::vector<certificates::Certificate> certificates;
    certificates::KeyBeside key;  // of the first one
};

std::string inspected_text(const Inspected& inspected, WallTime now);
// An array with an object a certificate.
std::string inspected_json(const std::vector<Inspected>& all, WallTime now);

}  // namespace kleber::app
