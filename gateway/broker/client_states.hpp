#pragma once

#include <string>
#include <string_view>

#include "gateway/broker/session.hpp"
#include "gateway/port/message.hpp"

namespace kleber::broker {

// `$SYS/broker/clients/<id>/state`: who is there, as JSON. To a subscriber these are retained
// messages like any other, but none is stored: they are made from the sessions when somebody
// subscribes, and published when a client comes or goes. So ten thousand clients cost nothing, and
// the state of a session that is gone does not stay behind.
class ClientStates {
  public:
    explicit ClientStates(port::Sharing sharing) : sharing_(sharing) {}

    // False for most filters, at no cost.
    static bool may_match(std::string_view filter) { return filter.starts_with("$SYS/"); }
    // Empty if this client's id cannot be part of a topic (it holds a wildcard).
    static std::string topic_of(const Session& session);

    port::MessageRef state(const Session& session, std::string_view topic) const;
    // The state if its topic matches the filter.
    port::MessageRef state_matching(const Session& session, std::string_view filter) const;

  private:
    port::Sharing sharing_;
};

}  // namespace kleber::broker
