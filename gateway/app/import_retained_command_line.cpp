#include "gateway/app/import_retained_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_import_retained.hpp"

namespace kleber::app {

// The letters are those of `pub` and `sub`; so -h is the host, not help.
void add_import_retained(CLI::App& import, int& status) {
    static ImportRetainedOptions options;
    CLI::App* command = import.add_subcommand(
        "retained", "Copy the retained messages of a running broker into the running gateway");
    command->set_help_flag();
    const auto add = [command](const char* group, const char* type, const char* names, auto& value,
                               const char* what) {
        return command->add_option(names, value, what)->type_name(type)->group(group);
    };
    const char* old = "The old broker";
    add(old, "HOST", "-h,--host", options.from.host, "Where it is")->required();
    add(old, "PORT", "-p,--port", options.from.port, "Its port")->capture_default_str();
    add(old, "NAME", "-u,--user", options.from.user, "A user who may read everything");
    add(old, "TEXT", "-P,--password", options.from.password,
        "Password; others can see it in the list of processes");
    add(old, "FILE", "--password-file", options.from.password_file,
        "Password: first line of this file; else $KLEBER_PASSWORD");
    command
        ->add_flag("--password-stdin", options.reads_password,
                   "The standard input's first line is the password")
        ->group(old);
    add(old, "VERSION", "-V,--protocol", options.from.protocol, "MQTT version: 5, 3.1.1 or 3.1")
        ->capture_default_str();
    add(old, "FILTER", "--topic", options.filter, "What is copied")->capture_default_str();
    command
        ->add_flag("--unmarked", options.takes_unmarked,
                   "Take messages without RETAIN, too: Mosca sends no others; stop what publishes")
        ->group(old);
    const char* gateway = "The gateway";
    add(gateway, "HOST", "--to", options.to.host, "Where it is")->capture_default_str();
    add(gateway, "PORT", "--to-port", options.to.port, "Its port")->capture_default_str();
    add(gateway, "NAME", "--to-user", options.to.user, "A user who may publish everything");
    add(gateway, "FILE", "--to-password-file", options.to.password_file,
        "Password: first line of this file; else $KLEBER_PASSWORD");
    add("Time", "SECONDS", "-W,--timeout", options.timeout_seconds,
        "Give up after this time, with exit status 27")
        ->check(CLI::Range(0.0, 1e6).description(""));
    command->set_help_flag("--help", "Print this help and exit")->group("Help");
    command->footer(
        "Copies what is there now, with QoS 1 and MQTT 5's properties; $SYS is left out, and "
        "nothing is\n"
        "changed at the old broker. May be said again: a message takes the place of the one with "
        "its topic.\n"
        "Exit status: 0 when the gateway has taken everything, 1 when not, 27 after -W.\n"
        "Examples:\n"
        "  kleber import retained -h old-pi.local\n"
        "  kleber import retained -h localhost -p 11883 -u anna --password-stdin --topic 'home/#'");
    command->callback([&status] { status = import_retained(options); });
}

}  // namespace kleber::app
