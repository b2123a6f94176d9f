#include "gateway/app/verdict_text.hpp"

#include <gtest/gtest.h>

namespace kleber::app {
namespace {

using auth::Verdict;

std::string text_of(auth::Question question, const Verdict& verdict, std::string_view user) {
    return verdict_text({question, {.user = user}, "a/\x1B[2J"}, verdict);
}

TEST(VerdictText, NamesWhoAndWhatAndWhy) {
    const auth::AccessEntry read{auth::Who::Everybody, "", auth::Access::Read,
                                 auth::AccessPattern{"a/#"}, "acl.toml:3"};
    const auth::AccessEntry own{auth::Who::Client, "x", auth::Access::Subscribe,
                                auth::AccessPattern{"a"}, "acl.toml:7"};
    const std::string topic = "a/\xEF\xBF\xBD[2J";  // harmless to a terminal
    EXPECT_EQ(text_of(auth::Question::Read, {true, Verdict::Why::Entry, &read}, "anna"),
              "anna may read " + topic + "\n  acl.toml:3: [everybody] read \"a/#\"\n");
    const auth::AccessEntry deny{auth::Who::Everybody, "", auth::Access::Deny,
                                 auth::AccessPattern{"#"}, "acl.toml:4"};
    EXPECT_EQ(text_of(auth::Question::Subscribe, {true, Verdict::Why::Entry, &read, {&deny}}, "a"),
              "a may subscribe to " + topic +
                  "\n  acl.toml:3: [everybody] read \"a/#\"\n"
                  "  is an exception to acl.toml:4: [everybody] deny \"#\"\n"
                  "  of what it matches only that comes which may be read\n");
    EXPECT_EQ(text_of(auth::Question::Publish, {false, Verdict::Why::NoEntry, nullptr}, ""),
              "an anonymous client may not publish to " + topic + "\n  no entry allows it\n");
    EXPECT_EQ(text_of(auth::Question::Publish, {true, Verdict::Why::Admin, nullptr}, "boss"),
              "boss may publish to " + topic + "\n  admins may do everything\n");
    EXPECT_EQ(text_of(auth::Question::Subscribe, {true, Verdict::Why::Entry, &read}, "anna"),
              "anna may subscribe to " + topic +
                  "\n  acl.toml:3: [everybody] read \"a/#\"\n"
                  "  of what it matches only that comes which may be read\n");
    EXPECT_EQ(text_of(auth::Question::Subscribe, {false, Verdict::Why::Beyond, &own}, "anna"),
              "anna may not subscribe to " + topic +
                  "\n  acl.toml:7: [client.x] subscribe \"a\"\n"
                  "  and the filter reaches beyond it\n");
    EXPECT_EQ(text_of(auth::Question::Read, {true, Verdict::Why::Unrestricted, nullptr}, "anna"),
              "anna may read " + topic + "\n  there is no ACL file, and no filters restrict it\n");
    EXPECT_EQ(text_of(auth::Question::Read, {false, Verdict::Why::Unknown, nullptr}, "anna"),
              "anna may not read " + topic +
                  "\n  there is no ACL file, and the users' file does not know the name\n");
}

}  // namespace
}  // namespace kleber::app
