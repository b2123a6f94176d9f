#pragma once

#include <string>
#include <vector>

#include "gateway/base/result.hpp"
#include "gateway/coming_over/findings.hpp"
#include "gateway/coming_over/locks.hpp"
#include "gateway/coming_over/source_files.hpp"
#include "gateway/text/diagnostic.hpp"

namespace kleber::coming_over {

struct Imported {
    // kleber.toml, and those of users.toml, acl.toml and psk.txt that it names. The gateway takes
    // them. Empty if no listener is left: a gateway without one would open one of its own.
    std::vector<NewFile> files;
    Findings findings;
};

// What is to be done to have in a gateway of ours what `file`, a mosquitto.conf, says. The errors
// are what mosquitto would not start with, or more than the gateway takes.
Result<Imported, text::Diagnostics> import_mosquitto(const std::string& file, SourceFiles& files);

}  // namespace kleber::coming_over
