#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace kleber::net {

// How many connections there may be, in all and from one address. Shared by all lanes. One may be
// part of another: a listener's of the whole gateway's.
//
// 2026-11-20: the mutex outside runtime/mailbox is taken once a connection, not once a message.
class ConnectionLimits {
  public:
    explicit ConnectionLimits(ConnectionLimits* whole = nullptr) : whole_(whole) {}

    // 0: no such limit.
    void set(std::uint32_t total_max, std::uint32_t per_address_max);

    // False, and nothing is counted, at a limit of this or of the whole. The empty origin, which is
    // this machine or not known yet, counts in all only. See origin_in().
    bool admit(const std::string& origin);
    void release(const std::string& origin);

    std::uint32_t count() const;

  private:
    bool count_in(const std::string& origin);

    ConnectionLimits* const whole_;
    mutable std::mutex mutex_;
    std::uint32_t total_max_ = 0;
    std::uint32_t per_address_max_ = 0;
    std::uint32_t count_ = 0;
    std::map<std::string, std::uint32_t, std::less<>> by_origin_;  // only while it is limited
};

}  // namespace kleber::net
