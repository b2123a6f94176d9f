#pragma once

#include <string>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/byte_reader.hpp"
#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"
#include "gateway/recorder/batch.hpp"

namespace kleber::recorder {

// A message as it was recorded.
struct Recorded {
    WallTime time{};
    std::string topic;
    std::string payload;
    Qos qos = Qos::AtMostOnce;
    bool retain = false;

    bool operator==(const Recorded&) const = default;
};

// Writes one block of messages: a topic that comes again costs a byte or two.
class MessageWriter {
  public:
    void put(WallTime time, const Heard& heard);

    bool is_empty() const { return count_ == 0; }
    std::size_t count() const { return count_; }
    Bytes bytes() const { return out_.bytes(); }
    WallTime first() const { return first_; }  // the earliest and the latest of them
    WallTime last() const { return last_; }

  private:
    ByteBuffer out_;
    std::vector<std::string> topics_;
    std::size_t count_ = 0;
    WallTime first_{};
    WallTime last_{};
    std::int64_t previous_ = 0;
};

// Appends what the block holds, up to where it makes no sense: then it is false.
bool read_messages(Bytes block, std::vector<Recorded>& messages);

}  // namespace kleber::recorder
