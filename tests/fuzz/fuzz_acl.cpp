#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/auth/access_table.hpp"
#include "gateway/auth/acl_file.hpp"
#include "gateway/base/assert.hpp"
#include "gateway/topic/name.hpp"

// An ACL file. What is taken for whole makes a table whose answers agree with each other.
// Input: the file.
namespace kleber::auth {
namespace {

constexpr std::size_t kTopicsMax = 40;

// A name that the filter matches.
std::string name_in(std::string_view filter) {
    std::string name;
    for (const char character : filter) {
        name += character == '+' || character == '#' ? 'x' : character;
    }
    return name;
}

std::vector<std::string> topics_of(const AccessRules& rules, const port::Principal& principal) {
    std::vector<std::string> topics{"a", "a/b", "$SYS/x", "/"};
    for (const AccessEntry& entry : rules.entries) {
        if (topics.size() >= kTopicsMax) break;
        if (const auto filter = entry.pattern.filter_for(principal)) {
            KLEBER_ASSERT(topic::is_valid_filter(*filter));
            topics.push_back(name_in(*filter));
        }
    }
    return topics;
}

void ask(const AccessTable& table, const port::Principal& principal, const std::string& topic) {
    const bool may_read = table.may_read(principal, topic);
    // To ask for one topic is to ask whether it may be read.
    KLEBER_ASSERT(table.may_subscribe(principal, topic) == may_read);
    KLEBER_ASSERT(table.may_subscribe(principal, "$share/g/" + topic) == may_read);
    for (const Question question : {Question::Publish, Question::Read}) {
        const Verdict verdict = table.decide(question, principal, topic);
        KLEBER_ASSERT((verdict.entry != nullptr) == (verdict.why == Verdict::Why::Entry));
        if (verdict.entry == nullptr) continue;
        KLEBER_ASSERT(verdict.entry->pattern.matches(principal, topic));
        KLEBER_ASSERT((verdict.entry->access == Access::Deny) != verdict.is_allowed);
    }
}

void check(std::string text) {
    auto rules = parse_acl({"acl.toml", std::move(text)});
    if (!rules) {
        KLEBER_ASSERT(!rules.error().empty() && !text::render(rules.error()).empty());
        return;
    }
    constexpr std::array<port::Principal, 4> kPrincipals = {
        {{.user = "anna", .client_id = "phone", .common_name = "n"},
         {.user = "#", .client_id = "+", .common_name = "a/b"},
         {.user = "$SYS", .client_id = "$SYS"},
         {.client_id = "x"}}};
    std::vector<std::vector<std::string>> topics;
    for (const port::Principal& principal : kPrincipals) {
        topics.push_back(topics_of(*rules, principal));
    }
    const AccessTable table{1, std::move(*rules), {}};
    for (std::size_t index = 0; index < kPrincipals.size(); ++index) {
        for (const std::string& topic : topics[index]) ask(table, kPrincipals[index], topic);
    }
}

}  // namespace
}  // namespace kleber::auth

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size <= 16'384) kleber::auth::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
