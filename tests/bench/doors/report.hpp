#pragma once

#include <string>
#include <string_view>

namespace kleber::bench {

// Figures, as one line of JSON.
class Report {
  public:
    void add(std::string_view name, double figure);
    std::string text() const { return "{" + figures_ + "}"; }

  private:
    std::string figures_;
};

}  // namespace kleber::bench
