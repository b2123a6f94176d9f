#include "gateway/net/dialer.hpp"

#include <gtest/gtest.h>

#include "tests/unit/net/local_server.hpp"

namespace kleber::net {
namespace {

using Progress = Dialer::Progress;

Now at(Duration time) {
    return Now{.steady = SteadyTime{time}};
}

// What becomes of it when nothing takes longer than it has to.
Progress finish(Dialer& dialer) {
    Progress progress = dialer.start(at(Duration{0}));
    while (progress == Progress::Waiting) {
        EXPECT_TRUE(is_ready(dialer.descriptor(), POLLOUT));
        progress = dialer.on_ready(at(Duration{0}));
    }
    return progress;
}

TEST(Dialer, connects) {
    LocalServer server;
    Dialer dialer{{server.address()}};
    ASSERT_EQ(finish(dialer), Progress::Connected);
    EXPECT_TRUE(dialer.take_socket().is_open());
    EXPECT_EQ(dialer.descriptor(), -1);
}

TEST(Dialer, says_why_the_last_address_failed) {
    Dialer dialer{{deaf_address(), deaf_address()}};
    EXPECT_EQ(finish(dialer), Progress::Failed);
    EXPECT_EQ(dialer.error(), "Connection refused");
}

TEST(Dialer, goes_on_to_the_next_address_when_one_refuses) {
    LocalServer server;
    Dialer dialer{{deaf_address(), server.address()}};
    EXPECT_EQ(finish(dialer), Progress::Connected);
}

TEST(Dialer, goes_on_to_the_next_address_when_one_does_not_answer) {
    LocalServer silent;
    LocalServer server;
    Dialer dialer{{silent.address(), server.address()}};
    ASSERT_EQ(dialer.start(at(Duration{0})), Progress::Waiting);
    EXPECT_EQ(dialer.deadline(), SteadyTime{Dialer::kPatience});
    EXPECT_EQ(dialer.on_deadline(at(Dialer::kPatience - Duration{1})), Progress::Waiting);
    ASSERT_EQ(dialer.on_deadline(at(Dialer::kPatience)), Progress::Waiting);
    EXPECT_EQ(dialer.deadline(), SteadyTime{2 * Dialer::kPatience});
    ASSERT_TRUE(is_ready(dialer.descriptor(), POLLOUT));
    EXPECT_EQ(dialer.on_ready(at(Dialer::kPatience)), Progress::Connected);
    server.accept();
}

TEST(Dialer, gives_up_when_the_last_address_does_not_answer) {
    LocalServer silent;
    Dialer dialer{{silent.address()}};
    ASSERT_EQ(dialer.start(at(Duration{0})), Progress::Waiting);
    EXPECT_EQ(dialer.on_deadline(at(Dialer::kPatience)), Progress::Failed);
    EXPECT_EQ(dialer.error(), "Connection timed out");
}

TEST(Dialer, fails_without_an_address) {
    Dialer dialer{{}};
    EXPECT_EQ(dialer.start(at(Duration{0})), Progress::Failed);
    EXPECT_EQ(dialer.error(), "no address");
}

}  // namespace
}  // namespace kleber::net
