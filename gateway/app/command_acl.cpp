#include "gateway/app/command_acl.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/app/command_run.hpp"
#include "gateway/app/exit_status.hpp"
#include "gateway/app/overrides.hpp"
#include "gateway/app/user_desk.hpp"
#include "gateway/app/verdict_text.hpp"
#include "gateway/auth/user_rules.hpp"
#include "gateway/base/utf8.hpp"
#include "gateway/topic/name.hpp"

namespace kleber::app {
namespace {

constexpr int kExitNo = 1;

int refuse(std::string_view sentence) {
    std::fprintf(stderr, "kleber: %.*s\n", static_cast<int>(sentence.size()), sentence.data());
    return kExitBadConfiguration;
}

std::optional<auth::Question> question_of(std::string_view word) {
    if (word == "publish") return auth::Question::Publish;
    if (word == "subscribe") return auth::Question::Subscribe;
    if (word == "read") return auth::Question::Read;
    return std::nullopt;
}

bool is_askable(auth::Question question, const std::string& topic) {
    if (!is_mqtt_utf8(topic)) return false;
    if (question != auth::Question::Subscribe) return topic::is_valid_name(topic);
    return topic::is_valid_filter(topic) &&
           topic::parse_shared(topic).sharing != topic::Sharing::Malformed;
}

// What a gateway would obey that read its files now: null if everything is allowed.
Result<std::shared_ptr<const auth::AccessTable>, text::Diagnostics> table_of(
    const WhichGateway& which) {
    auto settings = settings_of(which.config);
    if (!settings) return fail(settings.error());
    Overrides{.state = which.state, .port_base = {}}.apply(settings->config);
    const auto users = read_users(settings->config);
    if (!users) return fail(users.error());
    auth::UsersRules rules;
    if (*users) rules = auth::rules_of(**users, users_file_of(settings->config));
    return auth::make_authorizer(1, std::move(settings->access), rules);
}

}  // namespace

int explain_access(const ExplainOptions& options) {
    const std::vector<std::string>& words = options.words;
    if (words.size() != (options.is_anonymous ? 2U : 3U)) {
        return refuse(options.is_anonymous
                          ? "write: kleber acl explain --anonymous publish|subscribe|read TOPIC"
                          : "write: kleber acl explain USER publish|subscribe|read TOPIC");
    }
    const std::optional<auth::Question> question = question_of(words[words.size() - 2]);
    if (!question) return refuse("the question is one of publish, subscribe and read");
    AccessQuestion asked{.question = *question,
                         .principal = {.user = {},
                                       .client_id = options.client_id,
                                       .common_name = options.common_name},
                         .topic = words.back()};
    if (!options.is_anonymous) asked.principal.user = words.front();
    if (!is_askable(*question, asked.topic)) {
        return refuse(*question == auth::Question::Subscribe ? "this is no topic filter"
                                                             : "this is no topic");
    }
    if (*question == auth::Question::Publish && asked.topic.starts_with('$')) {
        std::fputs(
            "nobody may publish to this topic\n  those that start with $ are the gateway's "
            "own\n",
            stdout);
        return kExitNo;
    }

    const auto table = table_of(options.which);
    if (!table) {
        std::fputs(render(table.error()).c_str(), stderr);
        return kExitBadConfiguration;
    }
    const auth::Verdict verdict =
        *table ? (*table)->decide(*question, asked.principal, asked.topic)
               : auth::Verdict{.is_allowed = true, .why = auth::Verdict::Why::Unrestricted};
    std::fputs(verdict_text(asked, verdict).c_str(), stdout);
    return verdict.is_allowed ? 0 : kExitNo;
}

}  // namespace kleber::app
