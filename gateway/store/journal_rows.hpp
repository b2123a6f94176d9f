#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/port/change.hpp"

namespace kleber::store {

// A batch as rows of the journal: one, unless it is large. Uses its memory again.
class JournalRows {
  public:
    // In the place of the batch before it. No rows if it holds no change.
    void encode(const port::ChangeBatch& batch);

    std::span<const ByteBuffer> view() const { return {rows_.data(), count_}; }
    std::uint64_t bytes() const;

  private:
    void begin();

    std::vector<ByteBuffer> rows_;  // those behind the first `count_` are spare
    std::size_t count_ = 0;
};

}  // namespace kleber::store
