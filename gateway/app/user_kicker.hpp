#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "gateway/base/time.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// Ends the connections of users that are no more.
class UserKicker {
  public:
    using IsUser = std::function<bool(const std::string& name)>;
    // Before the lane runs.
    UserKicker(runtime::Lane& lane, IsUser is_user);

    // These are gone: asks the broker for its sessions, a page at a time, and once more a moment
    // later, for those who were just on their way in. Who never was in the table stays, as somebody
    // whom a certificate names. On the lane's thread.
    void kick(const std::vector<std::string>& gone);

  private:
    class Ear;
    static constexpr std::uint32_t kPageRowsMax = 100;
    static constexpr Duration kOnTheirWayMax{1000};

    void look();
    void look_once_more();
    void take(const port::ReportRows& rows);
    void ask(std::uint32_t cursor);

    runtime::Lane& lane_;
    const IsUser is_user_;
    const port::Token token_;
    std::set<std::string, std::less<>> gone_;
    bool is_last_look_ = false;
    bool is_asking_ = false;
    bool begins_again_ = false;  // since others are gone meanwhile
};

}  // namespace kleber::app
