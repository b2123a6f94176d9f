#include "gateway/coming_over/mosquitto_acl.hpp"

#include <gtest/gtest.h>

namespace kleber::coming_over {
namespace {

std::string read(std::string_view text) {
    const auto lines = parse_mosquitto_acl("acl", text);
    if (!lines) return text::render(lines.error());
    std::string all;
    for (const AclLine& line : *lines) {
        all += to_string(line.place);
        all += line.kind == AclLine::Kind::Topic ? " topic " : " pattern ";
        all += line.user ? '<' + *line.user + "> " : "- ";
        all += line.may_read ? "r" : "";
        all += line.may_write ? "w" : "";
        all += line.is_deny() ? "deny" : "";
        all += ' ' + line.filter + '\n';
    }
    return all;
}

TEST(MosquittoAcl, ReadsEveryKindOfLine) {
    EXPECT_EQ(read("# a comment\n"
                   "topic a/#\n"
                   "topic read b\r\n"
                   "\n"
                   "user  anna b  \n"
                   "topic   write  home/a room/+ \n"
                   "topic readwrite c\n"
                   "pattern deny d/%u/%c\n"
                   "topic deny e\n"
                   "topic read\n"
                   "pattern f"),
              "acl:2 topic - rw a/#\n"
              "acl:3 topic - r b\n"
              "acl:6 topic <anna b> w home/a room/+\n"
              "acl:7 topic <anna b> rw c\n"
              "acl:8 pattern - deny d/%u/%c\n"
              "acl:9 topic <anna b> deny e\n"
              "acl:10 topic <anna b> rw read\n"
              "acl:11 pattern - rw f\n");
    EXPECT_EQ(read(""), "");
}

TEST(MosquittoAcl, RefusesWhatMosquittoRefuses) {
    EXPECT_EQ(read("topics a\n"
                   "topic\n"
                   "topic home room\n"
                   "user\n"
                   "topic read a/#/b\n"
                   "user \xC0\n"),
              "acl:1:1: error: topics is neither user, topic nor pattern\n"
              "    mosquitto refuses this line, too\n"
              "acl:2:1: error: no topic\n"
              "    mosquitto refuses this line, too\n"
              "acl:3:1: error: home is neither read, write, readwrite nor deny\n"
              "    mosquitto refuses this line, too\n"
              "acl:4:1: error: user without a name\n"
              "acl:5:1: error: a/#/b is no topic filter\n"
              "    mosquitto refuses this line, too\n"
              "acl:6:1: error: the line is not UTF-8\n");
}

}  // namespace
}  // namespace kleber::coming_over
