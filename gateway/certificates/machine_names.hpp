#pragma once

#include <string>
#include <vector>

#include "gateway/certificates/subject_name.hpp"

namespace kleber::certificates {

// The first label of what this machine is called; "kleber" if it has no usable name.
std::string host_label();

// What clients may call this machine: its name, HOST.local, localhost, and its addresses. Left out
// are addresses of one link only (they come with a zone, which no certificate has; HOST.local finds
// them) and those that IPv6 makes up for a day.
std::vector<SubjectName> machine_names();

}  // namespace kleber::certificates
