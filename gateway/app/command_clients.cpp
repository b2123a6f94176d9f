#include "gateway/app/command_clients.hpp"

#include <cstdio>
#include <utility>

#include "gateway/app/clients_text.hpp"
#include "gateway/app/exit_status.hpp"

namespace kleber::app {
namespace {

using text::Json;

// All pages. The error is a sentence.
Result<Json::Array, std::string> all_rows(control::ControlClient& client) {
    Json::Array rows;
    std::int64_t cursor = 0;
    do {
        auto answer =
            client.ask(R"({"command":"clients","cursor":)" + std::to_string(cursor) + "}");
        if (!answer) return fail(answer.error());
        if (const std::string_view error = refusal(*answer); !error.empty()) {
            return fail(std::string{error});
        }
        const Json* page = answer->find("clients");
        if (const Json::Array* found = page ? page->array() : nullptr) {
            rows.insert(rows.end(), found->begin(), found->end());
        }
        const std::int64_t* next = answer->integer_at("next");
        cursor = next ? *next : 0;
    } while (cursor != 0);
    return rows;
}

}  // namespace

int clients(const ClientsOptions& options) {
    auto client = call_gateway(options.which);
    if (!client) {
        std::fputs(client.error().text.c_str(), stderr);
        return client.error().exit_status;
    }
    auto rows = all_rows(*client);
    if (!rows) {
        complain(rows.error());
        return kExitFailure;
    }
    if (options.is_json) {
        Json all;
        all.any() = std::move(*rows);
        std::puts(to_string(all).c_str());
    } else if (rows->empty()) {
        std::puts("no clients");
    } else {
        std::fputs(clients_text(*rows).c_str(), stdout);
    }
    return 0;
}

}  // namespace kleber::app
