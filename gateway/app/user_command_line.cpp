#include "gateway/app/user_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_user.hpp"

namespace kleber::app {

void add_user(CLI::App& app, int& status) {
    static UserOptions options;
    CLI::App* user = app.add_subcommand("user", "Say who may connect with a name and a password");
    user->require_subcommand(1);
    const auto add = [&status, user](const char* name, const char* what,
                                     int (*command)(const UserOptions&)) {
        CLI::App* added = user->add_subcommand(name, what);
        added->add_option("-c,--config", options.which.config, "Configuration file of the gateway")
            ->type_name("FILE");
        added->add_option("--state", options.which.state, "State folder of the gateway")
            ->type_name("DIR");
        added->callback([&status, command] { status = command(options); });
        return added;
    };
    const auto add_name = [](CLI::App* command) {
        command->add_option("name", options.name, "The user's name")->type_name("NAME")->required();
    };
    const auto add_password = [](CLI::App* command) {
        CLI::Option* line = command->add_flag("--password-stdin", options.reads_password,
                                              "The standard input's first line is the password");
        command
            ->add_flag("--generate", options.generates_password,
                       "Make a password for a device, and print it once")
            ->excludes(line);
    };
    CLI::App* added = add("add", "Add a user; asks for the password", user_add);
    add_name(added);
    add_password(added);
    added->add_flag("--admin", options.admin, "May do everything");
    const auto add_list = [added](const char* names, const char* type, auto& list,
                                  const char* what) {
        added->add_option(names, list, what)->type_name(type)->allow_extra_args(false);
    };
    add_list("--group", "GROUP", options.groups, "Member of it; may be given several times");
    add_list("--publish", "FILTER", options.publish, "May publish there; so may this");
    add_list("--subscribe", "FILTER", options.subscribe, "May subscribe to it; so may this");
    added->footer(
        "Examples:\n"
        "  kleber user add anna --admin\n"
        "  kleber user add hall-lamp --generate --publish 'home/hall/#' --subscribe 'home/hall/#'\n"
        "It takes effect at once. Without a running gateway the file is written for the next "
        "start.");
    CLI::App* changed = add("passwd", "Set another password; connections stay", user_passwd);
    add_name(changed);
    add_password(changed);
    add_name(add("remove", "Remove a user, and end its connections", user_remove));
    for (CLI::App* shown : {add("list", "List the users", user_list),
                            add("show", "Show all that is said of a user", user_show)}) {
        shown->add_flag("--json", options.is_json, "For programs: one line of JSON");
        if (shown->get_name() == "show") add_name(shown);
    }
}

}  // namespace kleber::app
