#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kleber::connection {

// The topics for which a peer has set aliases. Grows with the largest alias used.
class IncomingAliases {
  public:
    // Sets or replaces. `alias` is not 0 and not above what the peer was told.
    void set(std::uint16_t alias, std::string_view topic);
    // Empty if that alias was never set.
    std::string_view topic(std::uint16_t alias) const;

  private:
    std::vector<std::string> topics_;  // that of alias 1 first
};

// Gives aliases to topics that are sent again and again. A table of few: what has been used since
// the last look at it is left alone, what has not makes room.
class OutgoingAliases {
  public:
    static constexpr std::uint16_t kCountMax = 16;

    struct Choice {
        std::uint16_t alias = 0;  // 0: none, send the topic alone
        bool is_new = false;      // send the topic with it
    };

    // Chooses for a topic about to be sent, whose hash is given too. At most `alias_maximum`
    // aliases, which must stay the same.
    Choice choose(std::string_view topic, std::uint32_t hash, std::uint16_t alias_maximum);
    // The packet with a new alias was not sent after all.
    void forget(std::uint16_t alias);

  private:
    struct Entry {
        std::string topic;
        std::uint32_t hash = 0;
        bool was_used = false;
    };

    std::vector<Entry> entries_;  // that of alias 1 first
    std::size_t hand_ = 0;        // where room is looked for next
};

}  // namespace kleber::connection
