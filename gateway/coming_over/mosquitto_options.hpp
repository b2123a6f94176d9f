#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace kleber::coming_over {

class Step;

// What an option is about: the whole broker; who may come in, which is the whole broker's business
// or, with per_listener_settings, a listener's; a listener; a bridge.
enum class Scope : std::uint8_t { General, Lock, Listener, Bridge };

// What becomes of one option: `take` sees to it, and that it is in one of the three lists.
struct OptionRow {
    std::string_view name;  // one that ends in '*' stands for all that begin so
    Scope scope;
    void (*take)(Step&, std::string_view note);
    std::string_view note{};  // for `take`: why not, or our key
    bool is_list = false;     // each line of that name counts, not only the last
};

// Every option of mosquitto.conf(5) of 2.0 and 2.1, those that are not documented or no longer
// obeyed, too. Null if there is none of that name.
const OptionRow* find_row(std::string_view name);
// All of them; those of a scope in the order in which they are to be taken.
const std::vector<const OptionRow*>& all_rows();

}  // namespace kleber::coming_over
