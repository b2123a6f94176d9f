#include "gateway/recorder/message_codec.hpp"

#include "tests/unit/recorder/fixture.hpp"

namespace kleber::recorder {
namespace {

TEST(MessageCodec, messages_come_back_in_their_order) {
    MessageWriter out;
    const std::string payload(300, 'x');
    out.put(kMidnight, {{}, "a/b", as_bytes("on"), Qos::ExactlyOnce, true});
    out.put(kMidnight - 1h, {{}, "a/c", as_bytes(payload), Qos::AtMostOnce, false});
    const std::size_t before = out.bytes().size();
    out.put(kMidnight + 1s, {{}, "a/b", {}, Qos::AtLeastOnce, false});
    EXPECT_LE(out.bytes().size() - before, 7U) << "a topic that was there costs a byte";
    EXPECT_EQ(out.first(), kMidnight - 1h);
    EXPECT_EQ(out.last(), kMidnight + 1s);

    std::vector<Recorded> back;
    EXPECT_TRUE(read_messages(out.bytes(), back));
    EXPECT_EQ(back, (std::vector<Recorded>{
                        {kMidnight, "a/b", "on", Qos::ExactlyOnce, true},
                        {kMidnight - 1h, "a/c", payload, Qos::AtMostOnce, false},
                        {kMidnight + 1s, "a/b", "", Qos::AtLeastOnce, false},
                    }));
}

TEST(MessageCodec, a_block_that_was_cut_gives_what_was_before) {
    MessageWriter out;
    out.put(kMidnight, {{}, "t", as_bytes("one"), Qos::AtMostOnce, false});
    const std::size_t whole = out.bytes().size();
    out.put(kMidnight, {{}, "t", as_bytes("two"), Qos::AtMostOnce, false});
    for (std::size_t size = 0; size <= out.bytes().size(); ++size) {
        std::vector<Recorded> back;
        const bool is_whole = size == 0 || size == whole || size == out.bytes().size();
        EXPECT_EQ(read_messages(out.bytes().first(size), back), is_whole) << size;
        EXPECT_EQ(back.size(), size == out.bytes().size() ? 2U : size >= whole ? 1U : 0U);
    }
}

}  // namespace
}  // namespace kleber::recorder
