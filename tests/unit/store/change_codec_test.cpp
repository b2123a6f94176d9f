#include "gateway/store/change_codec.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/store/sample.hpp"

namespace kleber::store {
namespace {

std::vector<port::Change> one_of_each() {
    std::vector<port::Change> changes;
    changes.push_back(session_put(5, "pump"));
    changes.push_back(session_put(5, "old"));
    std::get<port::SessionPut>(changes.back()).record->is_identified = false;
    changes.push_back(session_with_will(6, "lamp"));
    changes.push_back(session_erased(5));
    changes.push_back(subscription_put(6, "home/+/light"));
    changes.push_back(subscription_put(6, "$share/group/home/#"));
    changes.push_back(subscription_erased(6, "home/+/light"));
    changes.push_back(message_put(9, {.expires_at = steady(90'000)}));
    changes.push_back(message_erased(9));
    changes.push_back(delivery_put(6, 1, 9));
    changes.push_back(delivery_put(6, 2, 9, port::KeptState::Sent));
    changes.push_back(delivery_put(6, 3, 9, port::KeptState::Released));
    changes.push_back(delivery_erased(6, 1));
    changes.push_back(inbound_put(6, 65'535));
    changes.push_back(inbound_erased(6, 1));
    changes.push_back(retained_put({.topic = "home/küche", .payload = ""}));
    changes.push_back(retained_erased("home/küche"));
    changes.push_back(memory_put(6, "rule/hall light", std::string{"\0since 18:40", 12}));
    changes.push_back(memory_put(6, "", ""));
    changes.push_back(memory_erased(6, "rule/hall light"));
    return changes;
}

const ChangeDecoder kDecoder{at(1000), port::Sharing::OneThread};

std::vector<std::uint8_t> encoded(const port::Change& change) {
    ByteBuffer out;
    ChangeEncoder{at(1000)}.put(out, change);
    return {out.bytes().begin(), out.bytes().end()};
}

// Reads what there is; must do no harm.
std::optional<std::string> decoded(Bytes bytes) {
    ByteReader in{bytes};
    const std::optional<Entry> entry = take_entry(in);
    if (!entry || !in.finished()) return std::nullopt;
    const std::optional<port::Change> change = kDecoder.change(*entry);
    if (!change) return std::nullopt;
    return describe(*change);
}

TEST(ChangeCodec, gives_back_what_it_got) {
    for (const port::Change& change : one_of_each()) {
        EXPECT_EQ(decoded(encoded(change)), describe(change));
    }
    EXPECT_TRUE(encoded(port::Change{}).empty());
}

TEST(ChangeCodec, takes_no_part_for_the_whole) {
    for (const port::Change& change : one_of_each()) {
        const std::vector<std::uint8_t> bytes = encoded(change);
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const std::vector<std::uint8_t> cut{bytes.begin(),
                                                bytes.begin() + static_cast<long>(size)};
            EXPECT_EQ(decoded(cut), std::nullopt) << describe(change) << " cut at " << size;
        }
    }
}

TEST(ChangeCodec, is_harmed_by_no_wrong_bit) {
    for (const port::Change& change : one_of_each()) {
        std::vector<std::uint8_t> bytes = encoded(change);
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
            decoded(bytes);
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        }
    }
}

TEST(ChangeCodec, refuses_what_no_broker_would_say) {
    EXPECT_EQ(decoded(encoded(retained_erased("home/#"))), std::nullopt);
    EXPECT_EQ(decoded(encoded(retained_put({.topic = "home/+"}))), std::nullopt);
    EXPECT_EQ(decoded(encoded(retained_put({.topic = "home/\xFF"}))), std::nullopt);
    EXPECT_EQ(decoded(encoded(subscription_put(1, "home/#/light"))), std::nullopt);
    EXPECT_EQ(decoded(encoded(subscription_put(1, "$share//home"))), std::nullopt);
    EXPECT_EQ(decoded(encoded(inbound_put(1, 0))), std::nullopt);
    EXPECT_EQ(decoded(encoded(session_put(1, "\xC0"))), std::nullopt);
}

TEST(Entry, sealed_records_tell_any_wrong_bit) {
    const std::string record = "a record of some length";
    const Key key{.table = Table::Subscription, .id = 5, .text = "home/#"};
    ByteBuffer out;
    seal(out, key, as_bytes(record));
    std::vector<std::uint8_t> bytes{out.bytes().begin(), out.bytes().end()};
    ASSERT_TRUE(unseal(key, bytes));
    EXPECT_EQ(as_text(*unseal(key, bytes)), record);
    EXPECT_FALSE(unseal({.table = Table::Subscription, .id = 4, .text = "home/#"}, bytes));
    EXPECT_FALSE(unseal({.table = Table::Subscription, .id = 5, .text = "home/+"}, bytes));
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(unseal(key, bytes)) << bit;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
}

TEST(Entry, rows_tell_cuts_and_any_wrong_bit) {
    ByteBuffer out;
    begin_row(out);
    ChangeEncoder encoder{at(1000)};
    for (const port::Change& change : one_of_each()) encoder.put(out, change);
    end_row(out);
    std::vector<std::uint8_t> bytes{out.bytes().begin(), out.bytes().end()};
    ASSERT_TRUE(entries_of(bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(entries_of(Bytes{bytes.data(), size})) << size;
    }
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
        EXPECT_FALSE(entries_of(bytes)) << bit;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
}

}  // namespace
}  // namespace kleber::store
