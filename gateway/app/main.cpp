// The `kleber` command line: one function a command.

#include <CLI/CLI.hpp>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "gateway/app/acl_command_line.hpp"
#include "gateway/app/cert_command_line.hpp"
#include "gateway/app/command_clients.hpp"
#include "gateway/app/command_history.hpp"
#include "gateway/app/command_kick.hpp"
#include "gateway/app/command_pub.hpp"
#include "gateway/app/command_reload.hpp"
#include "gateway/app/command_run.hpp"
#include "gateway/app/command_status.hpp"
#include "gateway/app/command_store.hpp"
#include "gateway/app/command_sub.hpp"
#include "gateway/app/hidden_words.hpp"
#include "gateway/app/import_command_line.hpp"
#include "gateway/app/user_command_line.hpp"
#include "gateway/app/version.hpp"

namespace {

using namespace kleber::app;

void add_run(CLI::App& app, int& status) {
    static RunOptions options;
    CLI::App* command = app.add_subcommand("run", "Run the gateway (stops with Ctrl-C)");
    CLI::Option* config = command->add_option("-c,--config", options.config, "Configuration file");
    config->type_name("FILE");
    command
        ->add_option("--mosquitto-conf", options.mosquitto_conf,
                     "Start from mosquitto's configuration file instead, if nobody may more than "
                     "there")
        ->type_name("FILE")
        ->excludes(config);
    command
        ->add_option("--state", options.overrides.state,
                     "Folder for state, instead of the configured one")
        ->type_name("DIR");
    command
        ->add_option("-p,--port-base", options.overrides.port_base,
                     "Move the listeners to this port and those after it")
        ->type_name("N");
    command->callback([&status] { status = run(options); });
}

void add_check(CLI::App& app, int& status) {
    static CheckOptions options;
    CLI::App* command =
        app.add_subcommand("check", "Check the configuration and show all that is wrong with it");
    command->add_option("-c,--config", options.config, "Configuration file")->type_name("FILE");
    command->callback([&status] { status = check(options); });
}

// Which running gateway is meant.
void add_which(CLI::App& command, WhichGateway& which) {
    command.add_option("-c,--config", which.config, "Configuration file of the running gateway")
        ->type_name("FILE");
    command.add_option("--state", which.state, "State folder of the running gateway")
        ->type_name("DIR");
}

void add_status(CLI::App& app, int& exit_status) {
    static StatusOptions options;
    CLI::App* command = app.add_subcommand("status", "Show how the running gateway is doing");
    add_which(*command, options.which);
    command->add_flag("--json", options.is_json, "For programs: one line of JSON");
    command->callback([&exit_status] { exit_status = status(options); });
}

void add_clients(CLI::App& app, int& status) {
    static ClientsOptions options;
    CLI::App* command = app.add_subcommand("clients", "List the clients of the running gateway");
    add_which(*command, options.which);
    command->add_flag("--json", options.is_json, "For programs: one line of JSON");
    command->callback([&status] { status = clients(options); });
}

void add_history(CLI::App& app, int& status) {
    static HistoryOptions options;
    CLI::App* command = app.add_subcommand("history", "Show a topic's numbers over time");
    command->add_option("topic", options.topic, "The topic; without one, those that have a history")
        ->type_name("TOPIC");
    command->add_option("--since", options.since, "How long ago, or a date")
        ->type_name("TIME")
        ->capture_default_str();
    command->add_option("--until", options.until, "The same; by default now")->type_name("TIME");
    CLI::Option* csv =
        command->add_flag("--csv", options.is_csv, "For spreadsheets; times are UTC");
    command->add_flag("--json", options.is_json, "For programs: one line of JSON")->excludes(csv);
    add_which(*command, options.which);
    command->footer(
        "Examples:\n"
        "  kleber history home/kitchen/temperature --since 7d\n"
        "  kleber history power/total --since 2026-11-01 --until 2026-11-02T12:00 --csv\n"
        "Times are 90m, 24h or 7d ago, or a date, with Z behind it in UTC. Values of the last 24 "
        "hours are\n"
        "single ones, then come means of minutes, after 30 days of quarters of an hour.");
    command->callback([&status] { status = history(options); });
}

void add_kick(CLI::App& app, int& status) {
    static KickOptions options;
    CLI::App* command = app.add_subcommand("kick", "End a client's connection");
    command->add_option("id", options.client_id, "The client's id")->type_name("ID")->required();
    add_which(*command, options.which);
    command->callback([&status] { status = kick(options); });
}

void add_reload(CLI::App& app, int& status) {
    static ReloadOptions options;
    CLI::App* command =
        app.add_subcommand("reload", "Make the running gateway read its configuration again");
    add_which(*command, options.which);
    command->callback([&status] { status = reload(options); });
}

void add_store(CLI::App& app, int& status) {
    static StoreOptions options;
    CLI::App* store = app.add_subcommand("store", "Look at what is kept on the disk");
    store->require_subcommand(1);
    const auto add = [&status, store](const char* name, const char* what,
                                      int (*command)(const StoreOptions&)) {
        CLI::App* added = store->add_subcommand(name, what);
        add_which(*added, options.which);
        added->add_flag("--json", options.is_json, "For programs: one line of JSON");
        added->callback([&status, command] { status = command(options); });
    };
    add("info", "How much there is: sessions, waiting and retained messages, bytes", store_info);
    add("check", "Read everything and say what is damaged; exit status 1 if something is",
        store_check);
}

void add_backup(CLI::App& app, int& status) {
    static BackupOptions options;
    const auto add = [&](const char* name, const char* what, const char* file,
                         int (*command)(const BackupOptions&)) {
        CLI::App* added = app.add_subcommand(name, what);
        added->add_option("file", options.file, file)->type_name("FILE")->required();
        add_which(*added, options.which);
        added->callback([&status, command] { status = command(options); });
    };
    add("backup", "Copy sessions, waiting and retained messages into a new file (not recorder.db)",
        "The new file", backup);
    add("restore", "Put a backup in the place of what is kept, while no gateway runs",
        "A file that `kleber backup` has made", restore);
}

constexpr double kSecondsMax = 1e6;
constexpr double kCountMax = 4e9;

// Says what is allowed only to those who give something else.
template <typename Number>
CLI::Validator in_range(Number least, Number most) {
    return CLI::Range(least, most).description("");
}

// The letters are those that fingers know from mosquitto's tools; so -h is the host, not help.
void add_client(CLI::App& command, ClientArguments& client) {
    const auto option = [&command](const char* group, const char* type, const char* names,
                                   auto& value, std::string description) {
        return command.add_option(names, value, std::move(description))
            ->type_name(type)
            ->group(group);
    };
    command.set_help_flag();
    const char* server = "Server";
    option(server, "HOST", "-h,--host", client.host, "Where the server is")->capture_default_str();
    option(server, "PORT", "-p,--port", client.port, "Its port")->capture_default_str();
    option(server, "NAME", "-u,--user", client.user, "User name");
    option(server, "TEXT", "-P,--password", client.password,
           "Password; others can see it in the list of processes");
    option(server, "FILE", "--password-file", client.password_file,
           std::string{"Password: first line of this file; else $"} + kPasswordVariable);
    option(server, "VERSION", "-V,--protocol", client.protocol,
           "MQTT version: 5, 3.1.1 or 3.1; or mqttv5, mqttv311, mqttv31")
        ->capture_default_str();
    option(server, "SECONDS", "-k,--keepalive", client.keep_alive_seconds,
           "How long the server may hear nothing; 0: as long as it likes")
        ->capture_default_str();
    option(server, "SECONDS", "-W,--timeout", client.timeout_seconds,
           "Give up after this time, with exit status 27")
        ->check(in_range(0.0, kSecondsMax));

    const char* session = "Session";
    option(session, "ID", "-i,--id", client.client_id,
           "Client identifier, instead of a made-up one");
    command.add_flag("-c,--keep-session", client.keep_session, "Keep the session after the end")
        ->group(session);
    option(session, "SECONDS", "-x,--session-expiry", client.session_expiry,
           "Keep it for so long (MQTT 5); -1: for ever");
    const char* will = "Will: what the server publishes if the connection is lost";
    option(will, "TOPIC", "--will-topic", client.will.topic, "Its topic");
    option(will, "TEXT", "--will-payload", client.will.payload, "Its message");
    option(will, "QOS", "--will-qos", client.will.qos, "Its quality of service")
        ->check(in_range(0, 2));
    command.add_flag("--will-retain", client.will.retain, "Have it retained")->group(will);
    command.set_help_flag("--help", "Print this help and exit")->group("Help");
}

CLI::Option* add_qos(CLI::App& command, int& qos, const char* description) {
    return command.add_option("-q,--qos", qos, description)
        ->type_name("QOS")
        ->check(in_range(0, 2))
        ->capture_default_str();
}

void add_pub(CLI::App& app, int& status) {
    static PubOptions options;
    CLI::App* command = app.add_subcommand("pub", "Publish messages");
    const char* message = "Message";
    command->add_option("-t,--topic", options.topic, "Topic to publish to")
        ->type_name("TOPIC")
        ->required()
        ->group(message);
    command->add_option("-m,--message", options.message, "The message")
        ->type_name("TEXT")
        ->group(message);
    command->add_option("-f,--file", options.file, "A file with the message")
        ->type_name("FILE")
        ->group(message);
    command->add_flag("-s,--stdin-file", options.reads_input, "The standard input is the message")
        ->group(message);
    command
        ->add_flag("-l,--stdin-line", options.reads_lines,
                   "Each line of the standard input is a message (empty ones are left out)")
        ->group(message);
    command->add_flag("-n,--null-message", options.is_empty, "An empty message")->group(message);
    add_qos(*command, options.qos, "0: at most once, 1: at least once, 2: exactly once")
        ->group(message);
    command->add_flag("-r,--retain", options.retain, "The server keeps it for those who come later")
        ->group(message);
    command->add_option("--repeat", options.repeat_count, "Publish it N times")
        ->type_name("N")
        ->check(in_range(1.0, kCountMax))
        ->group(message);
    command->add_option("--repeat-delay", options.repeat_delay_seconds, "Wait in between")
        ->type_name("SECONDS")
        ->check(in_range(0.0, kSecondsMax))
        ->group(message);
    command
        ->add_option("-M,--max-inflight", options.in_flight_max,
                     "How many may wait for their acknowledgement")
        ->type_name("N")
        ->check(in_range(1.0, kCountMax))
        ->capture_default_str()
        ->group(message);
    add_client(*command, options.client);
    command->footer(
        "Examples:\n"
        "  kleber pub -t home/kitchen/lamp -m on\n"
        "  kleber pub -h pi.local -u anna --password-file secret -t home/door -m open -q 1 -r\n"
        "  kleber pub -t home/kitchen/lamp -n -r        forget the retained message\n"
        "  vmstat 1 | kleber pub -t pi/vmstat -l        a message a line\n"
        "Exit status: 0 when the server has taken everything, 1 when not, 27 after -W.");
    command->callback([&status] { status = pub(options); });
}

void add_sub(CLI::App& app, int& status) {
    static SubOptions options;
    CLI::App* command = app.add_subcommand("sub", "Print what is published (stops with Ctrl-C)");
    const char* messages = "Messages";
    command->add_option("-t,--topic", options.topics, "Topic or filter; may be given several times")
        ->type_name("FILTER")
        ->required()
        ->allow_extra_args(false)
        ->group(messages);
    add_qos(*command, options.qos, "The most that messages are to come with")->group(messages);
    command->add_flag("-v,--verbose", options.is_verbose, "Print the topic before each message")
        ->group(messages);
    command->add_flag("-N", options.leaves_out_line_end, "No line end after each message")
        ->group(messages);
    command->add_option("-C,--count", options.count, "Stop after N messages")
        ->type_name("N")
        ->check(in_range(1.0, kCountMax))
        ->group(messages);
    command
        ->add_flag("-R,--no-retained", options.leaves_out_retained, "Leave out retained messages")
        ->group(messages);
    command
        ->add_flag("--retained-only", options.wants_retained_only,
                   "Print retained messages, stop at the first that is not")
        ->group(messages);
    command
        ->add_flag("-E,--exit-when-subscribed", options.ends_when_subscribed,
                   "Stop when the server has the subscription (with -c: to fetch later)")
        ->group(messages);
    add_client(*command, options.client);
    command->footer(
        "Examples:\n"
        "  kleber sub -t 'home/#' -v\n"
        "  kleber sub -h pi.local -t home/door -C 1 -W 5     one message, or give up\n"
        "  kleber sub -i logger -c -q 1 -t 'home/#'          misses nothing while it is away\n"
        "A lost connection is made again. Exit status: 0 when stopped or done, 1 for an error,\n"
        "27 after -W.");
    command->callback([&status] { status = sub(options); });
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Kleber: the hub for a home's sensors. An MQTT broker for a Raspberry Pi.",
                 "kleber"};
    app.set_version_flag("-V,--version", std::string{"kleber "} + kVersion);
    app.require_subcommand(1);
    int status = 0;
    add_run(app, status);
    add_check(app, status);
    add_pub(app, status);
    add_sub(app, status);
    add_status(app, status);
    add_clients(app, status);
    add_history(app, status);
    add_kick(app, status);
    add_reload(app, status);
    add_user(app, status);
    add_acl(app, status);
    add_store(app, status);
    add_backup(app, status);
    add_cert(app, status);
    add_import(app, status);
    // As CLI11 wants them: the last one first.
    std::vector<std::string> words{std::make_reverse_iterator(argv + argc),
                                   std::make_reverse_iterator(argv + 1)};
    hide_passwords(argc, argv);
    try {
        app.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    }
    return status;
}
