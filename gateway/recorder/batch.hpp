#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/byte_reader.hpp"
#include "gateway/base/qos.hpp"
#include "gateway/base/time.hpp"

namespace kleber::recorder {

// A message that the recorder has heard, none earlier than the one before. When it was is kept as
// steady time until it is written: a clock that is set in between then puts it right.
struct Heard {
    SteadyTime at{};
    std::string_view topic;
    Bytes payload;
    Qos qos = Qos::AtMostOnce;
    bool retain = false;
};

// Messages in a block of their own, so that they can go to another thread as one.
class Batch {
  public:
    void add(const Heard& heard);

    bool is_empty() const { return entries_.empty(); }
    std::size_t message_count() const { return entries_.size(); }
    // About what it occupies.
    std::size_t size_bytes() const { return bytes_.size() + entries_.size() * sizeof(Entry); }
    void clear();
    // All of them where there are not so many.
    void drop_first(std::size_t count);

    // Calls visit(Heard) for each, in order.
    template <typename Visitor>
    void for_each(Visitor&& visit) const {
        const std::string_view bytes{bytes_};
        std::size_t at = 0;
        for (const Entry& entry : entries_) {
            visit(Heard{entry.at, bytes.substr(at, entry.topic_bytes),
                        as_bytes(bytes.substr(at + entry.topic_bytes, entry.payload_bytes)),
                        entry.qos, entry.retain});
            at += entry.topic_bytes + entry.payload_bytes;
        }
    }

  private:
    struct Entry {
        SteadyTime at;
        std::uint32_t payload_bytes;
        std::uint16_t topic_bytes;
        Qos qos;
        bool retain;
    };
    std::vector<Entry> entries_;
    std::string bytes_;  // topics and payloads
};

// What the calendar said at that moment, as far as it is known now.
inline WallTime wall_of(SteadyTime at, const Now& now) {
    return now.wall - (now.steady - at);
}

}  // namespace kleber::recorder
