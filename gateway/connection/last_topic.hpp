#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace kleber::connection {

// The topic that a client published to last. Most publish to one and the same again and again: what
// was found out about it then holds for the next PUBLISH too.
class LastTopic {
  public:
    // Longer ones are not kept, so that a quiet client holds little memory.
    static constexpr std::size_t kBytesMax = 128;

    // Empty if there is none.
    std::string_view text() const { return {text_.get(), bytes_}; }
    // What port::hash_topic() says of the topic that was last given to keep(), long or not.
    std::uint32_t hash() const { return hash_; }

    // In place of the one before. `topic` has been checked: it is UTF-8 and a valid name. False if
    // it is the one before.
    bool keep(std::string_view topic);

  private:
    std::unique_ptr<char[]> text_;
    std::uint32_t hash_ = 0;
    std::uint16_t bytes_ = 0;
    std::uint16_t room_bytes_ = 0;
};

}  // namespace kleber::connection
