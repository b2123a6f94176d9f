#include "gateway/topic/name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kleber::topic {
namespace {

using namespace std::string_view_literals;

TEST(Name, mqtt_4_7_0_1_has_no_wildcards) {
    for (const auto name :
         {"+"sv, "#"sv, "a/+"sv, "a/#"sv, "a+"sv, "#a"sv, "a/b+c/d"sv, "+234567890123456"sv,
          "1234567#90123456"sv, "123456789012345+"sv, "12345678901234567890#"sv}) {
        EXPECT_FALSE(is_valid_name(name)) << name;
    }
}

TEST(Name, mqtt311_4_7_1_1_has_no_wildcards_wherever_they_stand) {
    for (std::size_t size = 1; size <= 40; ++size) {
        for (std::size_t i = 0; i < size; ++i) {
            std::string name(size, 'x');
            EXPECT_TRUE(is_valid_name(name));
            name[i] = '#';
            EXPECT_FALSE(is_valid_name(name)) << name;
            name[i] = '+';
            EXPECT_FALSE(is_valid_name(name)) << name;
        }
    }
}

// What lies near '+' and '#' in the code table, and what sets all bits, is not taken for them.
TEST(Name, takes_every_other_byte) {
    for (int byte = 1; byte < 256; ++byte) {
        if (byte == '+' || byte == '#') continue;
        EXPECT_TRUE(is_valid_name(std::string(9, static_cast<char>(byte)))) << byte;
    }
}

TEST(Name, examples_of_the_specification_are_valid) {
    for (const auto path : {"sport/tennis/player1"sv, "sport"sv, "/finance"sv, "/"sv, "finance"sv,
                            "ACCOUNTS"sv, "Accounts"sv, "Accounts payable"sv,
                            "$SYS/monitor/Clients"sv, "sport/"sv, "//"sv, " "sv}) {
        EXPECT_TRUE(is_valid_name(path)) << path;
        EXPECT_TRUE(is_valid_filter(path)) << path;
    }
}

TEST(Name, mqtt_4_7_3_1_and_mqtt311_4_7_3_1_is_one_character_at_least) {
    EXPECT_FALSE(is_valid_name(""));
    EXPECT_FALSE(is_valid_filter(""));
}

TEST(Name, mqtt_4_7_3_2_and_mqtt311_4_7_3_2_has_no_null_character) {
    for (const auto path : {"\0"sv, "a\0"sv, "\0a"sv, "a/\0/b"sv, "12345678901234567\0"sv}) {
        EXPECT_FALSE(is_valid_name(path));
        EXPECT_FALSE(is_valid_filter(path));
    }
}

TEST(Name, mqtt_4_7_3_3_and_mqtt311_4_7_3_3_is_65535_bytes_at_most) {
    EXPECT_TRUE(is_valid_name(std::string(65'535, 'a')));
    EXPECT_TRUE(is_valid_filter(std::string(65'535, 'a')));
    EXPECT_FALSE(is_valid_name(std::string(65'536, 'a')));
    EXPECT_FALSE(is_valid_filter(std::string(65'536, 'a')));
}

TEST(Filter, mqtt_4_7_1_1_and_mqtt311_4_7_1_2_multi_level_wildcard_is_a_whole_level_and_the_last) {
    for (const auto filter :
         {"#"sv, "/#"sv, "sport/#"sv, "sport/tennis/#"sv, "+/#"sv, "$SYS/#"sv}) {
        EXPECT_TRUE(is_valid_filter(filter)) << filter;
    }
    for (const auto filter :
         {"sport/tennis#"sv, "sport/tennis/#/ranking"sv, "#/"sv, "#/#"sv, "##"sv, "#a"sv, "a#"sv,
          "a/#b"sv, "a/##"sv, "+#"sv, "#+"sv, "#/+"sv}) {
        EXPECT_FALSE(is_valid_filter(filter)) << filter;
    }
}

TEST(Filter, mqtt_4_7_1_2_and_mqtt311_4_7_1_3_single_level_wildcard_is_a_whole_level) {
    for (const auto filter : {"+"sv, "+/tennis/#"sv, "sport/+/player1"sv, "+/+"sv, "/+"sv, "+/"sv,
                              "//+//"sv, "sport/+"sv, "$SYS/monitor/+"sv}) {
        EXPECT_TRUE(is_valid_filter(filter)) << filter;
    }
    for (const auto filter : {"sport+"sv, "+sport"sv, "++"sv, "a/+b"sv, "a/b+/c"sv, "+/a+"sv}) {
        EXPECT_FALSE(is_valid_filter(filter)) << filter;
    }
}

TEST(Name, counts_levels) {
    EXPECT_EQ(level_count("a"), 1u);
    EXPECT_EQ(level_count("/"), 2u);
    EXPECT_EQ(level_count("a/b/c"), 3u);
    EXPECT_EQ(level_count("a//"), 3u);
    EXPECT_EQ(level_count(std::string(65'535, '/')), 65'536u);
}

TEST(SharedFilter, plain_filters_are_not_shared) {
    for (const auto text : {"a"sv, "$share"sv, "$shared/g/a"sv, "$SHARE/g/a"sv, "/$share/g/a"sv,
                            "+/g/a"sv, "#"sv, ""sv}) {
        const SharedFilter parsed = parse_shared(text);
        EXPECT_EQ(parsed.sharing, Sharing::NotShared) << text;
        EXPECT_EQ(parsed.filter, text);
        EXPECT_EQ(parsed.group, "");
    }
}

TEST(SharedFilter, is_split) {
    struct Row {
        std::string_view text, group, filter;
    };
    for (const Row& row : {Row{"$share/g/a", "g", "a"}, Row{"$share/g//", "g", "/"},
                           Row{"$share/consumer1//finance", "consumer1", "/finance"},
                           Row{"$share/consumer1/sport/tennis/+", "consumer1", "sport/tennis/+"},
                           Row{"$share/g/#", "g", "#"}, Row{"$share/$share/$x", "$share", "$x"}}) {
        const SharedFilter parsed = parse_shared(row.text);
        EXPECT_EQ(parsed.sharing, Sharing::Shared) << row.text;
        EXPECT_EQ(parsed.group, row.group);
        EXPECT_EQ(parsed.filter, row.filter);
    }
}

TEST(SharedFilter, mqtt_4_8_2_1_has_a_group_name) {
    for (const auto text : {"$share/"sv, "$share//"sv, "$share//x"sv, "$share///"sv}) {
        EXPECT_EQ(parse_shared(text).sharing, Sharing::Malformed) << text;
    }
}

TEST(SharedFilter, mqtt_4_8_2_2_has_no_wildcard_in_its_group_name) {
    for (const auto text : {"$share/+/x"sv, "$share/#/x"sv, "$share/g+/x"sv, "$share/#g/x"sv,
                            "$share/a-group-with-a-long-name+/x"sv}) {
        EXPECT_EQ(parse_shared(text).sharing, Sharing::Malformed) << text;
    }
}

TEST(SharedFilter, mqtt_4_8_2_2_has_a_valid_filter_after_its_group_name) {
    for (const auto text : {"$share/g"sv, "$share/g/"sv, "$share/g/a#"sv, "$share/g/#/a"sv,
                            "$share/g/a+"sv, "$share/g/a\0"sv}) {
        EXPECT_EQ(parse_shared(text).sharing, Sharing::Malformed) << text;
    }
}

}  // namespace
}  // namespace kleber::topic
