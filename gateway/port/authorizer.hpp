#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace kleber::port {

// As whom a client was let in: what may be asked for it depends on that alone. Views, good for the
// call that gets them.
struct Principal {
    std::string_view user{};         // empty: nobody in particular, anonymous
    std::string_view client_id{};    // what it calls itself: no proof of anything
    std::string_view common_name{};  // of the certificate that it has shown; empty: none
};

// Who may do what, as it was when this was made: an immutable answer to every question, shared by
// all threads and replaced as a whole. Where there is none, everything is allowed.
class Authorizer {
  public:
    virtual ~Authorizer() = default;
    Authorizer(const Authorizer&) = delete;
    Authorizer& operator=(const Authorizer&) = delete;

    // Differs from that of every other one in this process, and is never 0: an answer that was kept
    // beside it is good as long as the number is the same.
    std::uint32_t generation() const { return generation_; }

    // May it publish to the topic, a valid name?
    virtual bool may_publish(const Principal& principal, std::string_view topic) const = 0;
    // May a message of the topic, a valid name, come to it?
    virtual bool may_read(const Principal& principal, std::string_view topic) const = 0;
    // May it subscribe to the filter, which is valid and may be $share/group/filter? It may match
    // more than may be read: what comes is decided message by message.
    virtual bool may_subscribe(const Principal& principal, std::string_view filter) const = 0;

  protected:
    explicit Authorizer(std::uint32_t generation) : generation_(generation) {}

  private:
    const std::uint32_t generation_;
};

// Null: everything is allowed.
using AuthorizerRef = std::shared_ptr<const Authorizer>;

}  // namespace kleber::port
