#include "gateway/store/journal_rows.hpp"

#include <variant>

#include "gateway/store/change_codec.hpp"
#include "gateway/store/entry.hpp"

namespace kleber::store {
namespace {

// What folding reads at a time at least.
constexpr std::size_t kRowBytes = 256 << 10;
// Of spare memory, unless a large message went by.
constexpr std::size_t kSpareBytes = 1 << 20;

}  // namespace

void JournalRows::encode(const port::ChangeBatch& batch) {
    if (bytes() > kSpareBytes) rows_.clear();
    count_ = 0;
    ChangeEncoder encoder{batch.now};
    for (const port::Change& change : batch.changes) {
        if (std::holds_alternative<std::monostate>(change)) continue;
        if (count_ == 0 || rows_[count_ - 1].size() >= kRowBytes) begin();
        encoder.put(rows_[count_ - 1], change);
    }
    for (std::size_t index = 0; index < count_; ++index) end_row(rows_[index]);
}

void JournalRows::begin() {
    if (rows_.size() == count_) rows_.emplace_back();
    begin_row(rows_[count_++]);
}

std::uint64_t JournalRows::bytes() const {
    std::uint64_t bytes = 0;
    for (const ByteBuffer& row : view()) bytes += row.size();
    return bytes;
}

}  // namespace kleber::store
