#include "gateway/connection/outgoing.hpp"

#include <gtest/gtest.h>

#include <string>

namespace kleber::connection {
namespace {

port::MessageRef message_of(std::size_t size, char letter) {
    const std::string payload(size, letter);
    const port::MessageFields fields{.topic = "t", .payload = as_bytes(payload)};
    return port::Message::make(fields, port::Sharing::OneThread);
}

std::string all_of(const Outgoing& out) {
    Piece pieces[64];
    std::string text;
    const std::size_t count = out.gather(pieces);
    for (std::size_t i = 0; i < count; ++i) {
        text.append(reinterpret_cast<const char*>(pieces[i].data), pieces[i].size);
    }
    return text;
}

struct Mixed {
    Mixed() {
        const auto copied = [&](std::string_view text) {
            out.bytes().append(text);
            expected += text;
        };
        const auto payload = [&](std::size_t size, char letter) {
            out.append_payload(message_of(size, letter));
            expected += std::string(size, letter);
        };
        copied("one");
        payload(Outgoing::kCopyMax, 'a');
        payload(Outgoing::kCopyMax + 1, 'b');
        payload(3000, 'c');
        copied("two");
        payload(5000, 'd');
        copied("three");
    }
    Outgoing out;
    std::string expected;
};

TEST(Outgoing, holds_nothing_at_first) {
    Outgoing out;
    EXPECT_TRUE(out.empty());
    EXPECT_EQ(out.size_bytes(), 0U);
    EXPECT_EQ(out.bytes().capacity(), 0U);
    Piece piece;
    EXPECT_EQ(out.gather({&piece, 1}), 0U);
}

TEST(Outgoing, copies_small_payloads_and_refers_to_large_ones) {
    Mixed mixed;
    EXPECT_EQ(mixed.out.size_bytes(), mixed.expected.size());
    EXPECT_EQ(all_of(mixed.out), mixed.expected);
    EXPECT_EQ(mixed.out.bytes().size(), 3 + Outgoing::kCopyMax + 3 + 5);
    Piece pieces[8];
    EXPECT_EQ(mixed.out.gather(pieces), 6U);
}

TEST(Outgoing, can_be_written_in_steps_of_any_size) {
    for (const std::size_t step : {1U, 2U, 7U, 2048U, 2049U, 3000U, 100'000U}) {
        Mixed mixed;
        std::size_t written = 0;
        while (!mixed.out.empty()) {
            ASSERT_EQ(mixed.out.size_bytes(), mixed.expected.size() - written);
            Piece piece;
            ASSERT_EQ(mixed.out.gather({&piece, 1}), 1U);
            ASSERT_EQ(static_cast<char>(*piece.data), mixed.expected[written]);
            if (step > 1) {
                ASSERT_EQ(all_of(mixed.out), mixed.expected.substr(written));
            }
            const std::size_t count = std::min(step, mixed.out.size_bytes());
            mixed.out.consume(count);
            written += count;
        }
        EXPECT_EQ(written, mixed.expected.size());
        EXPECT_EQ(mixed.out.bytes().size(), 0U);
    }
}

TEST(Outgoing, may_grow_while_it_is_written) {
    Outgoing out;
    std::string expected;
    std::size_t bytes_max = 0;
    for (int round = 0; round < 2000; ++round) {
        const std::string text(100, static_cast<char>('a' + round % 26));
        out.bytes().append(text);
        expected += text;
        if (round % 50 == 0) {
            out.append_payload(message_of(2500, '#'));
            expected += std::string(2500, '#');
        }
        const std::size_t count = std::min<std::size_t>(140, out.size_bytes() - 1);
        out.consume(count);
        expected.erase(0, count);
        bytes_max = std::max(bytes_max, out.bytes().size());
        ASSERT_EQ(out.size_bytes(), expected.size());
    }
    EXPECT_EQ(all_of(out), expected);
    EXPECT_LT(bytes_max, 160'000U) << "what is written does not pile up";
}

TEST(Outgoing, memory_can_be_lent) {
    Outgoing out;
    ByteBuffer pooled;
    pooled.reserve(5000);
    out.swap_memory(pooled);
    EXPECT_EQ(pooled.capacity(), 0U);
    out.bytes().append("x");
    EXPECT_EQ(out.bytes().capacity(), 5000U);
    out.consume(1);
    out.swap_memory(pooled);
    EXPECT_EQ(pooled.capacity(), 5000U);

    Mixed mixed;
    mixed.out.release_memory();
    EXPECT_TRUE(mixed.out.empty());
    EXPECT_EQ(mixed.out.size_bytes(), 0U);
    EXPECT_EQ(mixed.out.bytes().capacity(), 0U);
}

}  // namespace
}  // namespace kleber::connection
