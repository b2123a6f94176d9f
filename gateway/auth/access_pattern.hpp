#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/port/authorizer.hpp"

namespace kleber::auth {

// A topic filter in which whole levels may stand for who asks: `%u` the user's name, `%c` the
// client id, `%n` the common name of the certificate.
//
// A name that is put in never makes it match more than one level: for a client whose name is empty,
// has a wildcard or a slash in it, or would begin a topic with '$', it matches nothing
// (CVE-2017-7650).
class AccessPattern {
  public:
    // What is wrong with a text that is to become one, and what to write instead; none if nothing.
    struct Flaw {
        std::string message;
        std::string hint;
    };
    static std::optional<Flaw> flaw_of(std::string_view text);

    // The text has no flaw.
    explicit AccessPattern(std::string_view text);

    const std::string& text() const { return text_; }

    // `name` is valid.
    bool matches(const port::Principal& principal, std::string_view name) const;
    // As a filter for this client; none if it matches nothing.
    std::optional<std::string> filter_for(const port::Principal& principal) const;

    // How specific it is: of two patterns that match the same name the one with the larger text, as
    // strings compare. Level by level from the left, a name (or one that is put in) is more than
    // '+', '+' more than '#', and an end more than a '#' beyond it; the first difference decides.
    const std::string& rank() const { return rank_; }

  private:
    std::string text_;
    std::string rank_;
    bool has_names_ = false;
};

}  // namespace kleber::auth
