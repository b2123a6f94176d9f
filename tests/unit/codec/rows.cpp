#include "tests/unit/codec/rows.hpp"

namespace kleber::codec::mqtt {
namespace {

template <typename Row>
std::vector<Row> joined(std::vector<std::vector<Row>> parts) {
    std::vector<Row> rows;
    for (const auto& part : parts) rows.insert(rows.end(), part.begin(), part.end());
    return rows;
}

}  // namespace

const std::vector<ValidRow>& valid_rows() {
    static const auto rows = joined<ValidRow>(
        {valid_connect_rows(), valid_message_rows(), valid_subscribe_rows(), valid_other_rows()});
    return rows;
}

const std::vector<MalformedRow>& malformed_rows() {
    static const auto rows =
        joined<MalformedRow>({malformed_connect_rows(), malformed_message_rows(),
                              malformed_subscribe_rows(), malformed_other_rows()});
    return rows;
}

}  // namespace kleber::codec::mqtt
