#include "gateway/app/cert_command_line.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/command_cert.hpp"

namespace kleber::app {
namespace {

// Where the certificates are.
template <typename Options>
void add_where(CLI::App& command, Options& options) {
    command
        .add_option("--directory", options.directory,
                    "Folder of the certificates; without it, `certificates` in the state folder")
        ->type_name("DIR");
    command.add_option("-c,--config", options.which.config, "Configuration file of the gateway")
        ->type_name("FILE");
    command.add_option("--state", options.which.state, "State folder of the gateway")
        ->type_name("DIR");
}

void add_create(CLI::App& cert, int& status) {
    static CertCreateOptions options;
    CLI::App* command = cert.add_subcommand(
        "create",
        "Make a certificate for this gateway, or renew it; an authority if there is none");
    CLI::Option* client =
        command->add_option("--client", options.client, "Make one for a client of this name")
            ->type_name("NAME");
    command
        ->add_option("--name", options.names,
                     "One more name or address of this gateway; may be given several times")
        ->type_name("NAME")
        ->allow_extra_args(false)
        ->excludes(client);
    command
        ->add_option(
            "--days", options.days,
            "How long it is valid: 800 for a gateway, for a client as long as the authority")
        ->type_name("N");
    command->add_flag("--new-key", options.makes_new_key,
                      "Replace the key, too, and revoke the old one: somebody else has had it");
    command
        ->add_flag("--forget-names", options.forgets_names,
                   "Leave out names that only the old certificate has")
        ->excludes(client);
    add_where(*command, options);
    command->footer(
        "Examples:\n"
        "  kleber cert create                         for this gateway; again: renew it\n"
        "  kleber cert create --name mqtt.example.org\n"
        "  kleber cert create --client sensor-7\n"
        "The authority (ca.pem, ca.key) is made once and never replaced. Names are this machine's\n"
        "name, NAME.local, localhost and its addresses. Phones trust no gateway's certificate of\n"
        "more than 825 days.");
    command->callback([&status] { status = cert_create(options); });
}

void add_revoke(CLI::App& cert, int& status) {
    static CertRevokeOptions options;
    CLI::App* command = cert.add_subcommand(
        "revoke", "Have the gateway refuse a certificate, and all that were made for its key");
    command->add_option("file", options.file, "The certificate: client-NAME.pem")
        ->type_name("FILE")
        ->required();
    add_where(*command, options);
    command->callback([&status] { status = cert_revoke(options); });
}

void add_show(CLI::App& cert, int& status) {
    static CertShowOptions options;
    CLI::App* command =
        cert.add_subcommand("show", "Show names and dates of certificates, and whether keys fit");
    command->add_option("files", options.files, "Files with certificates (PEM)")
        ->type_name("FILE...")
        ->required();
    command->add_flag("--json", options.is_json, "For programs: one line of JSON");
    command->footer(
        "A key is looked for beside the certificate: server.key beside server.pem.\n"
        "Exit status: 0 when all is well, 3 when a certificate ends within 30 days, 1 when one "
        "has\n"
        "ended or is not yet valid, a key does not fit, or a file cannot be read.");
    command->callback([&status] { status = cert_show(options); });
}

}  // namespace

void add_cert(CLI::App& app, int& status) {
    CLI::App* cert = app.add_subcommand("cert", "Make and look at certificates for TLS");
    cert->require_subcommand(1);
    add_create(*cert, status);
    add_show(*cert, status);
    add_revoke(*cert, status);
}

}  // namespace kleber::app
