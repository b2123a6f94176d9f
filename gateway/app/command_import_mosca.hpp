#pragma once

#include <string>

namespace kleber::app {

struct ImportMoscaOptions {
    std::string file = "credentials.json";
    std::string output = "kleber-import";  // a folder
    bool replaces = false;
};
int import_mosca(const ImportMoscaOptions& options);

}  // namespace kleber::app
