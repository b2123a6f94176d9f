#include "gateway/app/acl_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_acl.hpp"

namespace kleber::app {

void add_acl(CLI::App& app, int& status) {
    static ExplainOptions options;
    CLI::App* acl = app.add_subcommand("acl", "Who may do what");
    acl->require_subcommand(1);
    CLI::App* explain = acl->add_subcommand(
        "explain", "Say whether something is allowed, and which line of which file decides");
    explain->add_option("words", options.words, "The user; publish, subscribe or read; the topic")
        ->type_name("USER QUESTION TOPIC")
        ->required()
        ->expected(2, 3);
    explain->add_flag("--anonymous", options.is_anonymous, "Somebody without a user name");
    explain->add_option("--client-id", options.client_id, "The client's id")->type_name("ID");
    explain->add_option("--common-name", options.common_name, "The name in its certificate")
        ->type_name("NAME");
    explain->add_option("-c,--config", options.which.config, "Configuration file of the gateway")
        ->type_name("FILE");
    explain->add_option("--state", options.which.state, "State folder of the gateway")
        ->type_name("DIR");
    explain->footer(
        "Examples:\n"
        "  kleber acl explain anna publish home/kitchen/lamp/set\n"
        "  kleber acl explain anna subscribe 'home/#' --client-id phone\n"
        "  kleber acl explain --anonymous read '$SYS/broker/uptime'\n"
        "Reads the files as they are: a gateway that runs may have to be told to reload them.\n"
        "Exit status: 0 if it is allowed, 1 if not.");
    explain->callback([&status] { status = explain_access(options); });
}

}  // namespace kleber::app
