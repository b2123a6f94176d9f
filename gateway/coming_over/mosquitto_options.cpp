#include "gateway/coming_over/mosquitto_options.hpp"

#include <algorithm>

#include "gateway/coming_over/bridge_options.hpp"
#include "gateway/coming_over/general_options.hpp"
#include "gateway/coming_over/listener_options.hpp"
#include "gateway/coming_over/lock_options.hpp"
#include "gateway/coming_over/tls_options.hpp"

namespace kleber::coming_over {
namespace {

bool is_row_of(const OptionRow& row, std::string_view name) {
    if (!row.name.ends_with('*')) return row.name == name;
    return name.starts_with(row.name.substr(0, row.name.size() - 1));
}

}  // namespace

const std::vector<const OptionRow*>& all_rows() {
    static const std::vector<const OptionRow*> all = [] {
        std::vector<const OptionRow*> rows;
        for (const auto part :
             {general_rows(), lock_rows(), listener_rows(), tls_rows(), bridge_rows()}) {
            for (const OptionRow& row : part) rows.push_back(&row);
        }
        return rows;
    }();
    return all;
}

const OptionRow* find_row(std::string_view name) {
    const auto& all = all_rows();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const OptionRow* row) { return is_row_of(*row, name); });
    return found == all.end() ? nullptr : *found;
}

}  // namespace kleber::coming_over
