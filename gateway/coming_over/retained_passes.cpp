#include "gateway/coming_over/retained_passes.hpp"

namespace kleber::coming_over {

bool RetainedPasses::arrived(std::string_view topic) {
    has_come_ = true;
    if (topics_.size() >= kTopicsMax) return false;
    const auto [known, is_new] = topics_.try_emplace(std::string{topic}, 0);
    if (known->second != pass_) ++count_in_pass_;
    known->second = pass_;
    is_new_in_pass_ = is_new_in_pass_ || is_new;
    return is_new;
}

RetainedPasses::Next RetainedPasses::answered() {
    if (topics_.size() >= kTopicsMax) return Next::NeverEnds;
    if (has_come_) return question();
    const bool is_whole = count_in_pass_ > 0 && count_in_pass_ == topics_.size();
    return is_whole ? end_pass() : Next::Wait;
}

RetainedPasses::Next RetainedPasses::question() {
    has_come_ = false;
    return Next::Question;
}

RetainedPasses::Next RetainedPasses::end_pass() {
    if (!is_new_in_pass_) return Next::Done;
    if (pass_ == kPassesMax) return Next::NeverEnds;
    ++pass_;
    count_in_pass_ = 0;
    is_new_in_pass_ = false;
    return Next::Subscribe;
}

}  // namespace kleber::coming_over
