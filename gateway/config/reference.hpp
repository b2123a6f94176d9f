#pragma once

#include <string>
#include <vector>

namespace kleber::config {

// One key as the documentation shows it.
struct KeyReference {
    std::string table;          // "[limits]", "[[listener]]"
    std::string name;           // "queue.messages"
    std::string type;           // "count, 1 to 1000000"
    std::string written;        // the default as it would be written: "\"30d\"", or "" for none
    std::string documentation;  // one line
};

// Every key of the configuration, in the order of the documentation.
std::vector<KeyReference> key_references();

// All of them as text for a terminal, a line or two a key.
std::string reference_text();

}  // namespace kleber::config
