#include "gateway/app/broker_commands.hpp"

#include <limits>
#include <memory>
#include <variant>

#include "gateway/base/iso_time.hpp"
#include "gateway/text/json_writer.hpp"

namespace kleber::app {
namespace {

void write_row(text::JsonWriter& out, const port::ClientRow& row) {
    out.begin_object().member("id", row.client_id).member("online", row.is_online);
    out.member("since", iso_time(row.since)).member("address", row.address);
    out.member("protocol", row.protocol).member("user", row.user);
    out.member("last_end", row.last_end).member("subscriptions", row.subscriptions);
    out.member("queued", row.queued).member("in_flight", row.in_flight);
    out.member("dropped", row.dropped).end_object();
}

}  // namespace

control::Answer ClientsCommand::begin(const text::Json& request, control::CommandTurn& turn) {
    std::uint32_t cursor = 0;
    if (const text::Json* wanted = request.find("cursor")) {
        const std::int64_t* number = wanted->integer();
        if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
            return control::failure("cursor is what the last answer says as next");
        }
        cursor = static_cast<std::uint32_t>(*number);
    }
    turn.requests.push_back(
        port::Inspect{turn.token, port::InspectSubject::Clients, cursor, kPageRowsMax});
    return std::nullopt;
}

control::Answer ClientsCommand::take(port::Reply&& reply, control::CommandTurn&) {
    const auto* report = std::get_if<port::Report>(&reply.body);
    if (!report) return std::nullopt;
    std::string line;
    text::JsonWriter out{line};
    out.begin_object().member("ok", true).key("clients").begin_array();
    for (const port::ClientRow& row : report->rows->clients) write_row(out, row);
    out.end_array();
    if (report->rows->next != 0) out.member("next", report->rows->next);
    out.end_object();
    return line;
}

control::Answer KickCommand::begin(const text::Json& request, control::CommandTurn& turn) {
    const std::string* id = request.string_at("id");
    if (!id) return control::failure("expected the client's id as text");
    client_id_ = *id;
    turn.requests.push_back(port::Administer{turn.token, std::make_unique<std::string>(*id)});
    return std::nullopt;
}

control::Answer KickCommand::take(port::Reply&& reply, control::CommandTurn&) {
    const auto* administered = std::get_if<port::Administered>(&reply.body);
    if (!administered) return std::nullopt;
    if (!administered->was_found) {
        return control::failure("no client is connected as " + client_id_);
    }
    return control::success();
}

}  // namespace kleber::app
