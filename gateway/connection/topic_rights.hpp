#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kleber::connection {

// Whether a client may publish to the topics that it published to lately: for those that publish to
// a few in turn. Topics are told apart by their bytes; at most as many are known as have room.
class TopicRights {
  public:
    static constexpr std::size_t kTopicsMax = 8;

    // What the table of that generation said, if it is known. `hash` is that of the topic.
    std::optional<bool> find(std::uint32_t generation, std::uint32_t hash,
                             std::string_view topic) const;
    void keep(std::uint32_t generation, std::uint32_t hash, std::string_view topic,
              bool is_allowed);

  private:
    struct Known {
        std::string topic;
        std::uint32_t generation = 0;
        bool is_allowed = false;
    };

    std::array<Known, kTopicsMax> known_;  // each topic in the place that its hash says
};

}  // namespace kleber::connection
