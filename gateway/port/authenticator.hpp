#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/base/reason_code.hpp"
#include "gateway/base/secret.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/identity.hpp"

namespace kleber::port {

// Who a client says it is, and its proof.
struct Credentials {
    std::string user;
    Secret password;      // empty where it showed none
    std::string address;  // where it comes from: 192.168.1.7:50112
    bool is_local = false;
    // Whoever shows them waits until then at most, and only as long as this is there.
    SteadyTime until = SteadyTime::max();
    std::weak_ptr<const void> asker{};
};

// Who waits for a verdict: a participant of a seat.
struct Ticket {
    SeatId seat;
    Token token;
};

struct Verdict {
    ReasonCode reason = ReasonCode::Success;  // or why it may not come in, as CONNACK says it
    // Who it is. Empty: nobody in particular, as without credentials, since there are no users.
    std::string user{};
    // Of a refusal: for the log, not for the client. Fit for a terminal.
    std::string detail{};
    // Of a refusal: how long it is to be kept back, or until the client's time is over.
    Duration delay{0};
};

// Knows users by their credentials.
class Authenticator {
  public:
    virtual ~Authenticator() = default;

    // From any thread; never waits. What is not clear at once comes later to the participant that
    // the ticket names, if that still waits.
    virtual std::optional<Verdict> verify(Credentials&& credentials, Ticket ticket) = 0;

    // Whether nobody from this address, 192.168.1.7:50112, is to be let in at present. From any
    // thread; never waits.
    virtual bool is_banned(std::string_view /*address*/, SteadyTime /*now*/) const { return false; }
};

}  // namespace kleber::port
