#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// One line of a mosquitto.conf.
namespace kleber::coming_over {

struct Place {
    std::string file;  // empty: nobody wrote it, it is how mosquitto is without being told
    std::uint32_t line = 0;

    bool operator==(const Place&) const = default;
};

// "/etc/mosquitto/mosquitto.conf:12", or "by default".
std::string to_string(const Place& place);

struct Option {
    std::string name;
    std::string value;  // the rest of the line, without blanks around it; may be empty
    Place place;
    std::uint32_t file_number = 0;  // each file begins with no listener; 0 is the main one
};

// What was said about one thing: the broker, a listener, a bridge.
class OptionGroup {
  public:
    void add(Option option) { options_.push_back(std::move(option)); }

    // The one that counts, which is the last; null if there is none.
    const Option* find(std::string_view name) const;
    bool has(std::string_view name) const { return find(name) != nullptr; }
    // Its value; empty if there is none.
    std::string text(std::string_view name) const;
    // Whether it is there and true.
    bool is_on(std::string_view name) const;
    bool empty() const { return options_.empty(); }
    auto begin() const { return options_.begin(); }
    auto end() const { return options_.end(); }

  private:
    std::vector<Option> options_;
};

// Its first word: mosquitto takes no more of numbers, truths and words, so that a comment may
// follow.
std::string_view first_word(std::string_view value);

}  // namespace kleber::coming_over
