#include "gateway/app/client_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

namespace kleber::app {
namespace {

using codec::mqtt::ProtocolVersion;
using testing::AllOf;
using testing::HasSubstr;
using testing::Ne;
using testing::SizeIs;
using testing::StartsWith;

// A file that goes with the test.
class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view content) {
        path_ = testing::TempDir() + "kleber-options-XXXXXX";
        const int descriptor = ::mkstemp(path_.data());
        ::close(descriptor);
        std::ofstream{path_} << content;
    }
    ~TemporaryFile() { ::unlink(path_.c_str()); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

connection::ClientOptions options_of(const ClientArguments& arguments) {
    auto options = client_options(arguments, "tool");
    EXPECT_TRUE(options) << options.error();
    return options ? *options : connection::ClientOptions{};
}

std::string complaint_about(const ClientArguments& arguments) {
    const auto options = client_options(arguments, "tool");
    EXPECT_FALSE(options);
    return options ? std::string{} : options.error();
}

std::optional<std::string> password_of(const ClientArguments& arguments) {
    const auto password = options_of(arguments).password;
    if (!password) return std::nullopt;
    return std::string{password->begin(), password->end()};
}

TEST(ClientOptions, protocol_versions_by_all_their_names) {
    for (const char* name : {"5", "5.0", "50", "mqttv5"}) {
        EXPECT_EQ(parse_protocol(name), ProtocolVersion::V5) << name;
    }
    for (const char* name : {"3.1.1", "311", "mqttv311"}) {
        EXPECT_EQ(parse_protocol(name), ProtocolVersion::V311) << name;
    }
    for (const char* name : {"3.1", "31", "mqttv31"}) {
        EXPECT_EQ(parse_protocol(name), ProtocolVersion::V31) << name;
    }
    for (const char* name : {"", "4", "mqtt5", "mqttv", "3.1.1 ", "v5"}) {
        EXPECT_EQ(parse_protocol(name), std::nullopt) << name;
    }
    EXPECT_THAT(complaint_about({.protocol = "6"}), StartsWith("-V 6: give 5, 3.1.1 or 3.1"));
}

TEST(ClientOptions, session_expiry) {
    EXPECT_EQ(parse_session_expiry("0"), 0U);
    EXPECT_EQ(parse_session_expiry("3600"), 3600U);
    EXPECT_EQ(parse_session_expiry("4294967295"), 0xFFFF'FFFF);
    EXPECT_EQ(parse_session_expiry("-1"), 0xFFFF'FFFF);
    EXPECT_EQ(parse_session_expiry("never"), 0xFFFF'FFFF);
    for (const char* text : {"", "-2", "4294967296", "1h", "1 "}) {
        EXPECT_EQ(parse_session_expiry(text), std::nullopt) << text;
    }
    EXPECT_EQ(options_of({.session_expiry = "60"}).session_expiry_seconds, 60U);
    EXPECT_THAT(complaint_about({.session_expiry = "1h"}), HasSubstr("-x 1h"));
    EXPECT_THAT(complaint_about({.protocol = "311", .session_expiry = "60"}), HasSubstr("MQTT 5"));
}

TEST(ClientOptions, without_arguments_a_clean_session_under_a_made_up_name) {
    const auto first = options_of({});
    EXPECT_TRUE(first.clean_start);
    EXPECT_EQ(first.session_expiry_seconds, 0U);
    EXPECT_THAT(first.client_id, AllOf(StartsWith("tool-"), Ne(options_of({}).client_id)));
    EXPECT_LE(first.client_id.size(), 23U);
}

TEST(ClientOptions, a_session_is_kept_under_the_name_given) {
    const auto options = options_of({.client_id = "me", .keep_session = true});
    EXPECT_FALSE(options.clean_start);
    EXPECT_EQ(options.client_id, "me");
    EXPECT_EQ(options.session_expiry_seconds, 0xFFFF'FFFF);
    EXPECT_EQ(options_of({.client_id = "me", .keep_session = true, .session_expiry = "5"})
                  .session_expiry_seconds,
              5U);
    EXPECT_THAT(complaint_about({.keep_session = true}), HasSubstr("-i"));
}

TEST(ClientOptions, password_from_the_command_line_a_file_or_the_environment) {
    ::unsetenv(kPasswordVariable);
    EXPECT_EQ(password_of({.user = "u"}), std::nullopt);
    EXPECT_EQ(password_of({.user = "u", .password = "p"}), "p");
    const TemporaryFile file{"first line\r\nsecond\n"};
    EXPECT_EQ(password_of({.user = "u", .password_file = file.path()}), "first line");

    ::setenv(kPasswordVariable, "from outside", 1);
    EXPECT_EQ(password_of({.user = "u"}), "from outside");
    EXPECT_EQ(password_of({.user = "u", .password = "p"}), "p");
    EXPECT_EQ(password_of({.user = "u", .password_file = file.path()}), "first line");
    EXPECT_EQ(password_of({}), std::nullopt);
    ::unsetenv(kPasswordVariable);
}

TEST(ClientOptions, password_complaints) {
    EXPECT_THAT(complaint_about({.user = "u", .password = "p", .password_file = "f"}),
                HasSubstr("not both"));
    EXPECT_THAT(complaint_about({.user = "u", .password_file = "no/such/file"}),
                HasSubstr("no/such/file: No such file"));
    EXPECT_THAT(complaint_about({.password = "p", .protocol = "311"}), HasSubstr("-u"));
    EXPECT_EQ(password_of({.password = "p", .protocol = "5"}), "p");
}

TEST(ClientOptions, an_empty_password_file_is_an_empty_password) {
    const TemporaryFile file{""};
    EXPECT_EQ(password_of({.user = "u", .password_file = file.path()}), "");
}

TEST(ClientOptions, will) {
    EXPECT_FALSE(options_of({}).will);
    const auto will =
        options_of({.will = {.topic = "w", .payload = "gone", .qos = 1, .retain = true}}).will;
    ASSERT_TRUE(will);
    EXPECT_EQ(will->topic, "w");
    EXPECT_THAT(will->payload, SizeIs(4));
    EXPECT_EQ(will->qos, Qos::AtLeastOnce);
    EXPECT_TRUE(will->retain);
    EXPECT_THAT(complaint_about({.will = {.payload = "gone"}}), HasSubstr("--will-topic"));
    EXPECT_THAT(complaint_about({.will = {.topic = "w/#"}}), HasSubstr("w/#"));
}

}  // namespace
}  // namespace kleber::app
