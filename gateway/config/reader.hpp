#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "gateway/base/result.hpp"
#include "gateway/config/config.hpp"
#include "gateway/text/diagnostic.hpp"
#include "gateway/text/toml.hpp"

namespace kleber::config {

// What is wrong with a value.
struct Problem {
    std::string message;
    std::string hint{};
    text::Position position{};  // if it is not the value as a whole
};

// Where plain keys were set, by their full names: "limits.queue.bytes".
using SetPlaces = std::map<std::string, SourcePlace>;

// Where the reading of one file is: the table, by its full name, and where findings go.
class Reader {
  public:
    Reader(const text::Document& document, SetPlaces& set_places, text::Diagnostics& diagnostics)
        : document_(document), set_places_(set_places), diagnostics_(diagnostics) {}

    // A reader for the table `name` within this one. Of a [[list]] each is a table of its own, in
    // which keys are not compared with those of other files.
    Reader within(std::string_view name) const;
    Reader within_list(std::string_view name) const;

    // Notes that a plain key is set here; false, and an error, if another file has set it.
    bool claim(const text::Entry& entry) const;

    void report(const text::Entry& entry, const Problem& problem) const;
    void report_unknown(const text::Entry& entry, std::span<const std::string_view> known) const;

    SourcePlace place_of(text::Position position) const;

  private:
    // True if nobody would read one more finding: counts it only.
    bool is_left_off() const;
    std::string full_name(std::string_view key) const;

    const text::Document& document_;
    SetPlaces& set_places_;
    text::Diagnostics& diagnostics_;
    std::string table_{};  // empty at the top
    bool is_list_ = false;
};

}  // namespace kleber::config
