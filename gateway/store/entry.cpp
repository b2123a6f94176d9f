#include "gateway/store/entry.hpp"

#include <limits>

#include "gateway/base/numbers.hpp"
#include "gateway/store/checksum.hpp"

namespace kleber::store {
namespace {

constexpr std::uint8_t kErased = 0x80;  // beside the table's number
constexpr std::uint8_t kRowVersion = 1;
constexpr std::size_t kChecksumBytes = 4;

bool has_id(Table table) {
    return table != Table::Retained;
}
bool has_serial(Table table) {
    return table == Table::Delivery || table == Table::Inbound;
}
bool has_text(Table table) {
    return table == Table::Subscription || table == Table::Retained || table == Table::Memory;
}

std::uint32_t checksum_of(const Key& key, Bytes record) {
    return Checksum{}
        .add(static_cast<std::uint64_t>(key.table))
        .add(key.id)
        .add(key.serial)
        .add(as_bytes(key.text))
        .add(record)
        .value();
}

}  // namespace

void put_entry(ByteBuffer& out, const Entry& entry) {
    const Key& key = entry.key;
    const auto table = static_cast<std::uint8_t>(key.table);
    out.u8(entry.is_put ? table : static_cast<std::uint8_t>(table | kErased));
    if (has_id(key.table)) put_number(out, key.id);
    if (has_serial(key.table)) put_number(out, key.serial);
    if (has_text(key.table)) put_text(out, key.text);
    if (entry.is_put) put_bytes(out, entry.record);
}

std::optional<Entry> take_entry(ByteReader& in) {
    constexpr auto kIdMax = std::numeric_limits<std::uint32_t>::max();
    const std::uint8_t code = in.u8();
    const auto table = static_cast<Table>(code & ~kErased);
    if (table < Table::Session || table > Table::Memory) in.fail();
    Entry entry{.key = {.table = table}, .is_put = (code & kErased) == 0, .record = {}};
    if (has_id(table)) entry.key.id = static_cast<std::uint32_t>(take_number(in, kIdMax));
    if (has_serial(table)) entry.key.serial = take_number(in);
    if (has_text(table)) entry.key.text = take_text(in);
    if (entry.is_put) entry.record = take_bytes(in);
    if (in.has_failed()) return std::nullopt;
    return entry;
}

void seal(ByteBuffer& out, const Key& key, Bytes record) {
    out.append(record);
    out.u32(checksum_of(key, record));
}

std::optional<Bytes> unseal(const Key& key, Bytes sealed) {
    if (sealed.size() < kChecksumBytes) return std::nullopt;
    const Bytes record = sealed.first(sealed.size() - kChecksumBytes);
    if (ByteReader{sealed.last(kChecksumBytes)}.u32() != checksum_of(key, record)) {
        return std::nullopt;
    }
    return record;
}

void begin_row(ByteBuffer& out) {
    out.clear();
    out.u8(kRowVersion);
}

void end_row(ByteBuffer& out) {
    out.u32(Checksum{}.add(out.bytes()).value());
}

std::optional<Bytes> entries_of(Bytes row) {
    if (row.size() < 1 + kChecksumBytes || row[0] != kRowVersion) return std::nullopt;
    const Bytes summed = row.first(row.size() - kChecksumBytes);
    if (ByteReader{row.last(kChecksumBytes)}.u32() != Checksum{}.add(summed).value()) {
        return std::nullopt;
    }
    return summed.subspan(1);
}

}  // namespace kleber::store
