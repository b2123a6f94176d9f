#include "gateway/app/import_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_import.hpp"
#include "gateway/app/import_mosca_command_line.hpp"
#include "gateway/app/import_retained_command_line.hpp"

namespace kleber::app {
namespace {

void add_mosquitto(CLI::App& import, int& status) {
    static ImportOptions options;
    CLI::App* command = import.add_subcommand(
        "mosquitto", "Make configuration, users and rights of mosquitto's, which stay as they are");
    command->add_option("file", options.file, "Its configuration file")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--output", options.output, "Folder for what is made")
        ->type_name("DIR")
        ->capture_default_str();
    command->add_flag("--force", options.replaces, "Replace files that are there");
    command->footer(
        "Follows include_dir and reads the files of passwords, rights and pre-shared keys. Prints "
        "what is\n"
        "taken over, what changes in meaning, and what is not supported and why. Certificates stay "
        "where\n"
        "they are.\n"
        "Exit status: 0 when nobody may more than before; 3 when something is missing that keeps "
        "somebody\n"
        "out, or something from somebody, in mosquitto (marked with !; a listener that would be "
        "wider than it\n"
        "was is left out); 2 when mosquitto itself would not start with it; 1 when nothing was "
        "written.\n"
        "`kleber run --mosquitto-conf FILE -p 11883` tries it at once.");
    command->callback([&status] { status = import_mosquitto(options); });
}

}  // namespace

void add_import(CLI::App& app, int& status) {
    CLI::App* import = app.add_subcommand("import", "Come over from another broker");
    import->require_subcommand(1);
    add_mosquitto(*import, status);
    add_import_mosca(*import, status);
    add_import_retained(*import, status);
}

}  // namespace kleber::app
