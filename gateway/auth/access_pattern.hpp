#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/port/authorizer.hpp"

namespace kleber::auth {

// `%u`, `%c`, `%n`.
bool stands_for_a_name(std::string_view level);
// What such a level is for this client; empty if nothing can be put in its place.
std::string_view name_for(std::string_view level, const port::Principal& principal, bool is_first);

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

    // Of two patterns that match one and the same name, whoever asks: whether `other` matches every
    // name that this one matches. Not by how they are written: home/+/x is within home/#, and
    // home/safe/# and home/+/door are not within each other.
    bool is_within(const AccessPattern& other) const;

  private:
    std::string text_;
    bool has_names_ = false;
};

}  // namespace kleber::auth
