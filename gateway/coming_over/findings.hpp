#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/coming_over/option.hpp"

// What became of a mosquitto set-up, line by line.
namespace kleber::coming_over {

enum class Fate : std::uint8_t { Taken, Changed, NotSupported };

struct Finding {
    Fate fate = Fate::Taken;
    Place place;
    std::string what;  // as it stands there, without secrets
    std::string how;   // what became of it, or why nothing
    // Of NotSupported: mosquitto keeps somebody out, or keeps something from somebody, by it.
    bool is_lock = false;
};

class Findings {
  public:
    void taken(Place place, std::string what, std::string how) {
        all_.push_back({Fate::Taken, std::move(place), std::move(what), std::move(how)});
    }
    void changed(Place place, std::string what, std::string how) {
        all_.push_back({Fate::Changed, std::move(place), std::move(what), std::move(how)});
    }
    void not_supported(Place place, std::string what, std::string why) {
        all_.push_back({Fate::NotSupported, std::move(place), std::move(what), std::move(why)});
    }
    void lock_lost(Place place, std::string what, std::string why) {
        all_.push_back(
            {Fate::NotSupported, std::move(place), std::move(what), std::move(why), true});
    }

    // Of what was told about this line: it is in a listener that is left out.
    void withdraw(const Place& place);
    // By file, in the order in which they were first mentioned, and line; what is by default last.
    void sort();
    const std::vector<Finding>& all() const { return all_; }
    bool has_lost_locks() const;

  private:
    std::vector<Finding> all_;
};

// The three lists, for people.
std::string text_of(const Findings& findings);
// Only what lets in more than mosquitto did.
std::string text_of_lost_locks(const Findings& findings);

}  // namespace kleber::coming_over
