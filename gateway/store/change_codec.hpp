#pragma once

#include <optional>

#include "gateway/base/byte_buffer.hpp"
#include "gateway/base/time.hpp"
#include "gateway/port/change.hpp"
#include "gateway/store/entry.hpp"

namespace kleber::store {

// Changes to entries. One for a batch: instants are taken at its `now`.
class ChangeEncoder {
  public:
    explicit ChangeEncoder(const Now& now) : now_(now) {}

    // Appends one entry, or nothing for a monostate.
    void put(ByteBuffer& out, const port::Change& change);

  private:
    Now now_;
    ByteBuffer record_;
};

// Entries to changes. Whatever the bytes are, it does no harm: what it gives is valid.
class ChangeDecoder {
  public:
    // `now`: in which steady time instants are given. `sharing`: for messages.
    ChangeDecoder(const Now& now, port::Sharing sharing) : now_(now), sharing_(sharing) {}

    // None if the record is not what it should be.
    std::optional<port::Change> change(const Entry& entry) const;
    // Whether a row of the journal is what it should be, with each of its changes.
    bool can_read_row(Bytes row) const;

  private:
    std::optional<port::Change> put(const Key& key, Bytes record) const;

    Now now_;
    port::Sharing sharing_;
};

}  // namespace kleber::store
