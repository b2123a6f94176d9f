#include "gateway/web/validators.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kleber::web {
namespace {

constexpr std::string_view kTag = "\"a,b\"";
constexpr std::string_view kBefore = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view kAfter = "Sun, 06 Nov 1994 08:49:38 GMT";

const Validators& validators() {
    static const Validators of_the_file{
        .entity_tag = std::string{kTag},
        .modified = std::chrono::sys_seconds{std::chrono::seconds{784'111'777}}};
    return of_the_file;
}

using Fields = std::vector<codec::http::Field>;

codec::http::RequestHead request_with(const Fields& fields) {
    codec::http::RequestHead request;
    request.fields = fields;
    return request;
}

TEST(Validators, decide_by_what_is_asked) {
    using enum Verdict;
    const std::pair<Fields, Verdict> rows[] = {
        {{}, Proceed},
        {{{"If-None-Match", kTag}}, NotModified},
        {{{"if-none-match", "W/\"a,b\""}}, NotModified},
        {{{"If-None-Match", "*"}}, NotModified},
        {{{"If-None-Match", "\"x\", W/\"y\" ,\"a,b\""}}, NotModified},
        {{{"If-None-Match", ",, \"a,b\",,"}}, NotModified},
        {{{"If-None-Match", "\"x\""}, {"If-None-Match", kTag}}, NotModified},
        {{{"If-None-Match", "\"x\""}}, Proceed},
        {{{"If-None-Match", "a,b"}}, Proceed},
        {{{"If-None-Match", "\"a,b"}}, Proceed},
        {{{"If-None-Match", "\"A,b\""}}, Proceed},
        {{{"If-None-Match", "w/\"a,b\""}}, Proceed},
        {{{"If-None-Match", ""}}, Proceed},
        {{{"If-None-Match", "\"\""}}, Proceed},

        {{{"If-Modified-Since", kDate}}, NotModified},
        {{{"If-Modified-Since", kAfter}}, NotModified},
        {{{"If-Modified-Since", kBefore}}, Proceed},
        {{{"If-Modified-Since", "yesterday"}}, Proceed},
        {{{"If-None-Match", "\"x\""}, {"If-Modified-Since", kAfter}}, Proceed},

        {{{"If-Match", kTag}}, Proceed},
        {{{"If-Match", "*"}}, Proceed},
        {{{"If-Match", "\"x\""}}, Failed},
        {{{"If-Match", "W/\"a,b\""}}, Failed},
        {{{"If-Match", kTag}, {"If-None-Match", kTag}}, NotModified},
        {{{"If-Match", "\"x\""}, {"If-None-Match", kTag}}, Failed},
        {{{"If-Match", kTag}, {"If-Unmodified-Since", kBefore}}, Proceed},

        {{{"If-Unmodified-Since", kDate}}, Proceed},
        {{{"If-Unmodified-Since", kBefore}}, Failed},
        {{{"If-Unmodified-Since", "yesterday"}}, Proceed},
    };
    for (const auto& [fields, verdict] : rows) {
        std::string what;
        for (const auto& field : fields) what.append(field.name).append(": ").append(field.value);
        EXPECT_EQ(verdict_of(request_with(fields), validators()), verdict) << what;
    }
}

TEST(Validators, a_range_holds_for_the_very_file) {
    const std::pair<Fields, bool> rows[] = {
        {{}, true},
        {{{"If-Range", kTag}}, true},
        {{{"If-Range", kDate}}, true},
        {{{"If-Range", "W/\"a,b\""}}, false},
        {{{"If-Range", "\"x\""}}, false},
        {{{"If-Range", kBefore}}, false},
        {{{"If-Range", kAfter}}, false},
        {{{"If-Range", ""}}, false},
        {{{"If-Range", "yesterday"}}, false},
    };
    for (const auto& [fields, is_wanted] : rows) {
        EXPECT_EQ(is_range_wanted(request_with(fields), validators()), is_wanted)
            << (fields.empty() ? "" : fields[0].value);
    }
}

}  // namespace
}  // namespace kleber::web
