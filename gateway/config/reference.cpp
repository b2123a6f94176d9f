#include "gateway/config/reference.hpp"

#include "gateway/config/keys.hpp"

namespace kleber::config {

std::vector<KeyReference> key_references() {
    std::vector<KeyReference> references;
    for (const auto& key : keys()) key.list("", "", Config{}, references);
    return references;
}

std::string reference_text() {
    std::string out;
    std::string table;
    for (const KeyReference& reference : key_references()) {
        if (reference.table != table) {
            out += (out.empty() ? "" : "\n") + reference.table + '\n';
            table = reference.table;
        }
        out += "  " + reference.name;
        if (!reference.written.empty()) out += " = " + reference.written;
        out += "    (" + reference.type + ")\n      " + reference.documentation + '\n';
    }
    return out;
}

}  // namespace kleber::config
