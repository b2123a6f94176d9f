#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kleber::coming_over {

// When all retained messages of a broker have come, which MQTT does not say.
//
// Each SUBSCRIBE brings all of them, which is a pass. Behind it goes a question that every broker
// answers (UNSUBSCRIBE from what was never subscribed to), and again one after each answer, until
// nothing came between question and answer: a broker that works in order has sent all before the
// first answer, one that sends in slices has sent another slice in between. Some answer first and
// look for messages then (Mosca): so a pass that has not brought again all that is known, or where
// nothing is known, is over only when nothing has come for a while. The passes end when one has
// brought no new topic: what was late, or was dropped since it could not be sent fast enough, comes
// after all.
class RetainedPasses {
  public:
    static constexpr std::size_t kTopicsMax = 1'000'000;
    static constexpr int kPassesMax = 20;

    enum class Next : std::uint8_t {
        Subscribe,  // ask for all of them (again)
        Question,   // ask what is answered in any case
        Wait,       // for a while, or until one has come
        Done,
        NeverEnds  // there are always new ones, or too many
    };

    // A retained message came in; true if it is the first with this topic.
    bool arrived(std::string_view topic);
    // Whether one has come since the last question or wait began.
    bool has_come() const { return has_come_; }

    // First Subscribe; then what follows from the answers to SUBSCRIBE and to the question, and
    // from the end of a wait.
    Next start() const { return Next::Subscribe; }
    Next subscribed() { return question(); }
    Next answered();
    Next waited() { return has_come_ ? question() : end_pass(); }

    std::size_t topic_count() const { return topics_.size(); }

  private:
    Next question();
    Next end_pass();

    std::unordered_map<std::string, int> topics_;  // with the last pass that brought it
    int pass_ = 1;
    std::size_t count_in_pass_ = 0;
    bool is_new_in_pass_ = false;
    bool has_come_ = false;
};

}  // namespace kleber::coming_over
