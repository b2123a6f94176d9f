#pragma once

#include <string>

#include "gateway/app/call_gateway.hpp"

// What is kept on the disk: asked of the running gateway, else looked at directly. That changes
// nothing of a store that is damaged or of another version; info and backup then say why not.
namespace kleber::app {

struct StoreOptions {
    WhichGateway which;
    bool is_json = false;
};
// How much there is of what.
int store_info(const StoreOptions& options);
// Reads everything; fails if something is wrong with it.
int store_check(const StoreOptions& options);

struct BackupOptions {
    WhichGateway which;
    std::string file;
};
// A consistent copy into a new file.
int backup(const BackupOptions& options);
// A backup in the place of the store, while no gateway runs.
int restore(const BackupOptions& options);

}  // namespace kleber::app
