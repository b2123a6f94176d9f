#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kleber::recorder {

// A few valid filters, as a configuration lists them.
class Filters {
  public:
    Filters() = default;
    explicit Filters(std::vector<std::string> filters) : filters_(std::move(filters)) {}

    // Whether any of them matches this valid topic.
    bool match(std::string_view topic) const;

  private:
    std::vector<std::string> filters_;
};

}  // namespace kleber::recorder
