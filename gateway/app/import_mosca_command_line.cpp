#include "gateway/app/import_mosca_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_import_mosca.hpp"

namespace kleber::app {

void add_import_mosca(CLI::App& import, int& status) {
    static ImportMoscaOptions options;
    CLI::App* command = import.add_subcommand(
        "mosca", "Make a users' file of Mosca's credentials, which stay as they are");
    command->add_option("file", options.file, "What `mosca adduser` writes")
        ->type_name("FILE")
        ->capture_default_str();
    command->add_option("--output", options.output, "Folder for users.toml")
        ->type_name("DIR")
        ->capture_default_str();
    command->add_flag("--force", options.replaces, "Replace a users.toml that is there");
    command->footer(
        "Passwords stay as they are. Of the globs, ** becomes #, * becomes +, and braces become "
        "several\n"
        "filters; what no filter says is allowed to nobody. Prints what is taken over, what "
        "changes in\n"
        "meaning, and what is not supported and why.\n"
        "Exit status: 0 when nobody may more than before; 3 when something is missing that keeps "
        "something\n"
        "from somebody in Mosca (marked with !); 2 when the file is none of Mosca's; 1 when "
        "nothing was\n"
        "written.\n"
        "Examples:\n"
        "  kleber import mosca\n"
        "  sudo kleber import mosca /opt/mosca/credentials.json --output /tmp/users");
    command->callback([&status] { status = import_mosca(options); });
}

}  // namespace kleber::app
