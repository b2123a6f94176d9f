#pragma once

#include <string_view>

namespace kleber::topic {

// A name or a filter, level by level. Keeps a view of it.
class Levels {
  public:
    explicit Levels(std::string_view path) : rest_(path) {}

    // Past the last level.
    bool is_at_end() const { return is_at_end_; }
    // The present one, unless at the end.
    std::string_view level() const { return rest_.substr(0, rest_.find('/')); }
    // From the present one on.
    std::string_view rest() const { return rest_; }
    void advance() {
        const std::size_t slash = rest_.find('/');
        is_at_end_ = slash == std::string_view::npos;
        rest_.remove_prefix(is_at_end_ ? rest_.size() : slash + 1);
    }

  private:
    std::string_view rest_;
    bool is_at_end_ = false;
};

}  // namespace kleber::topic
