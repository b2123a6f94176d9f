#include "gateway/web/content_coding.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kleber::web {
namespace {

bool prefers(const std::vector<std::string_view>& values) {
    codec::http::RequestHead request;
    for (const std::string_view value : values) {
        request.fields.push_back({"Accept-Encoding", value});
    }
    return prefers_gzip(request);
}

TEST(ContentCoding, gzip_is_taken_where_it_is_wanted) {
    for (const auto* value : {
             "gzip",
             "GZip",
             "x-gzip",
             "gzip, deflate, br, zstd",
             "br;q=1.0, gzip;q=0.8, *;q=0.1",
             "gzip;q=1",
             "gzip;q=1.000",
             "gzip;q=0.001",
             "gzip;Q=0.5",
             "gzip ; q=0.5",
             "\tgzip\t",
             "deflate,,gzip,",
             "*",
             "*;q=0.5",
             "identity;q=0.5, gzip;q=0.5",
             "identity;q=0, gzip",
         }) {
        EXPECT_TRUE(prefers({value})) << value;
    }
    EXPECT_TRUE(prefers({"br", "gzip"}));
}

TEST(ContentCoding, gzip_is_not_taken_otherwise) {
    for (const auto* value : {
             "",
             "identity",
             "br",
             "gzipped",
             "gzip;q=0",
             "gzip;q=0.0",
             "gzip;q=0.000",
             "gzip;q=0, *",
             "*;q=0",
             "identity, gzip;q=0.5",
             "identity;q=0.6, *;q=0.5",
             "gzip;q=",
             "gzip;q=2",
             "gzip;q=1.001",
             "gzip;q=0.0001",
             "gzip;q=-1",
             "gzip;q=.5",
             "gzip;q=0,5",
             "gzip;level=9",
             "gzip;",
             ";q=1",
             ",",
         }) {
        EXPECT_FALSE(prefers({value})) << value;
    }
    EXPECT_FALSE(prefers({}));
}

}  // namespace
}  // namespace kleber::web
