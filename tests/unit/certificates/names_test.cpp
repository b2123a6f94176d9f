#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "gateway/certificates/machine_names.hpp"
#include "gateway/certificates/subject_name.hpp"

namespace kleber::certificates {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr auto kDns = SubjectName::Kind::Dns;
constexpr auto kAddress = SubjectName::Kind::Address;

TEST(SubjectNames, are_names_or_addresses) {
    struct Row {
        std::string text;
        SubjectName expected;
    };
    const std::string long_label(63, 'a');
    for (const Row& row : std::vector<Row>{
             {"pi", {kDns, "pi"}},
             {"PI.Local", {kDns, "pi.local"}},
             {"mqtt.example.org.", {kDns, "mqtt.example.org"}},
             {"*.home", {kDns, "*.home"}},
             {"my_pi", {kDns, "my_pi"}},
             {"1and1.de", {kDns, "1and1.de"}},
             {"xn--kche-0ra.home", {kDns, "xn--kche-0ra.home"}},
             {long_label, {kDns, long_label}},
             {"192.168.1.5", {kAddress, "192.168.1.5"}},
             {"FD00:0:0::5", {kAddress, "fd00::5"}},
             {"::1", {kAddress, "::1"}},
         }) {
        const auto name = subject_name(row.text);
        ASSERT_TRUE(name) << row.text << ": " << name.error();
        EXPECT_EQ(*name, row.expected) << row.text;
    }
}

TEST(SubjectNames, are_not_anything_else) {
    const std::string label(63, 'a');
    std::vector<std::string> texts{"",
                                   ".",
                                   "pi..local",
                                   "-pi",
                                   "pi-",
                                   "pi local",
                                   "pi:8883",
                                   "[::1]",
                                   "fe80::1%eth0",
                                   "192.168.1.300",
                                   "1.2.3",
                                   "1234",
                                   "\xC3\xBC.home",
                                   "*",
                                   "*.",
                                   "a.*.b",
                                   "mqtt://pi",
                                   "pi\n",
                                   label + "a"};
    texts.push_back(label + "." + label + "." + label + "." + label);
    texts.push_back({"pi\0", 3});
    texts.push_back({"127.0.0.1\0", 10});
    for (const std::string& text : texts) {
        const auto name = subject_name(text);
        ASSERT_FALSE(name) << text;
        EXPECT_THAT(name.error(), HasSubstr("without a port"));
    }
}

TEST(MachineNames, have_no_link_in_them) {
    const std::vector<SubjectName> names = machine_names();
    EXPECT_THAT(names, Contains(SubjectName{kDns, "localhost"}));
    EXPECT_THAT(names, Contains(SubjectName{kAddress, "127.0.0.1"}));
    EXPECT_THAT(names, Contains(SubjectName{kAddress, "::1"}));
    for (const SubjectName& name : names) {
        EXPECT_FALSE(name.text.starts_with("fe80:") || name.text.starts_with("169.254."))
            << name.text;
        const auto again = subject_name(name.text);
        ASSERT_TRUE(again) << name.text;
        EXPECT_EQ(*again, name);
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name.text;
    }
    EXPECT_FALSE(host_label().empty());
    EXPECT_EQ(host_label().find('.'), std::string::npos);
}

}  // namespace
}  // namespace kleber::certificates
