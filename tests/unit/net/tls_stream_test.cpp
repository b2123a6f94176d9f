#include "gateway/net/tls_stream.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <string>

#include "tests/unit/net/tls_peer.hpp"

namespace kleber::net {
namespace {

using testing::HasSubstr;

std::string repeated(std::size_t size) {
    std::string text;
    for (std::size_t at = 0; at < size; ++at) text += static_cast<char>('a' + at % 26);
    return text;
}

class TlsStreamTest : public testing::Test {
  protected:
    // OpenSSL writes as it likes; the program ignores the signal, too.
    TlsStreamTest() { std::signal(SIGPIPE, SIG_IGN); }

    // Both ends, and what came of their hands.
    TlsStream::Handshake connect(const TlsSettings& settings, const TlsPeer::Options& options = {},
                                 FindPsk find_psk = {}) {
        auto context = TlsContext::load(settings, std::move(find_psk));
        EXPECT_TRUE(context) << (context ? "" : context.error());
        if (is_over_tcp_) {
            open_tcp();
        } else {
            open_pair();
        }
        stream_ = TlsStream::make(*context, here_.get());
        peer_ = std::make_unique<TlsPeer>(certificates_, options, there_.get());
        auto state = TlsStream::Handshake::WantsToRead;
        for (int round = 0; round < 20; ++round) {
            const bool is_peer_done = peer_->shake_hands();
            if (state != TlsStream::Handshake::Done) state = stream_->shake_hands();
            if (state == TlsStream::Handshake::Failed) break;
            if (state == TlsStream::Handshake::Done && is_peer_done) break;
        }
        return state;
    }
    void open_pair() {
        int sockets[2];
        ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets), 0);
        here_ = runtime::FileDescriptor{sockets[0]};
        there_ = runtime::FileDescriptor{sockets[1]};
    }
    // It takes more small records than a pair.
    void open_tcp() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        const runtime::FileDescriptor listening{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        ASSERT_EQ(::bind(listening.get(), any, size), 0);
        ASSERT_EQ(::listen(listening.get(), 1), 0);
        ASSERT_EQ(::getsockname(listening.get(), any, &size), 0);
        there_ = runtime::FileDescriptor{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        ASSERT_EQ(::connect(there_.get(), any, size), 0);
        here_ = runtime::FileDescriptor{::accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        for (const int end : {here_.get(), there_.get()}) {
            ASSERT_EQ(::fcntl(end, F_SETFL, O_NONBLOCK), 0);
        }
    }
    std::string receive(std::size_t room_bytes = 1 << 16) {
        std::string room(room_bytes, '\0');
        const Received received =
            stream_->receive({reinterpret_cast<std::uint8_t*>(room.data()), room.size()});
        return room.substr(0, received.size);
    }

    static const Certificates& certificates() {
        static const Certificates all;
        return all;
    }
    const Certificates& certificates_ = certificates();
    bool is_over_tcp_ = false;
    runtime::FileDescriptor here_;
    runtime::FileDescriptor there_;
    std::unique_ptr<TlsStream> stream_;
    std::unique_ptr<TlsPeer> peer_;
};

TEST_F(TlsStreamTest, carries_bytes_both_ways) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        ASSERT_EQ(connect(certificates_.settings(), {.version_max = version}),
                  TlsStream::Handshake::Done)
            << stream_->failure();
        EXPECT_STREQ(stream_->version(), version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
        EXPECT_EQ(peer_->chosen_protocol(), "mqtt");
        EXPECT_EQ(stream_->user(), "");
        peer_->write("hello");
        EXPECT_EQ(receive(), "hello");
        EXPECT_EQ(receive(), "") << "nothing more, and no end";
        connection::Outgoing out;
        out.bytes().append(std::string_view{"back"});
        EXPECT_EQ(stream_->send(out), Sending::Done);
        EXPECT_EQ(peer_->read(), "back");
    }
}

TEST_F(TlsStreamTest, says_that_more_is_there_when_the_room_was_too_small) {
    ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
    peer_->write("hello");
    EXPECT_EQ(receive(2), "he");
    EXPECT_TRUE(stream_->has_pending());
    EXPECT_EQ(receive(), "llo");
    EXPECT_FALSE(stream_->has_pending());
}

TEST_F(TlsStreamTest, waits_for_a_slow_reader_and_goes_on) {
    ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
    const std::string text = repeated(4 << 20);
    connection::Outgoing out;
    out.bytes().append(text);
    std::string got;
    int blocked = 0;
    while (stream_->send(out) == Sending::Blocked) {
        ++blocked;
        out.bytes().append(std::string_view{"more"});  // as a link does meanwhile
        const std::string part = peer_->read();
        ASSERT_FALSE(part.empty());
        got += part;
    }
    got += peer_->read();
    EXPECT_GT(blocked, 0);
    EXPECT_EQ(got.size(), text.size() + 4U * static_cast<std::size_t>(blocked));
    EXPECT_TRUE(got.starts_with(text));
}

TEST_F(TlsStreamTest, new_keys_without_end_are_taken_a_few_at_a_time) {
    is_over_tcp_ = true;
    ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
    constexpr int kCount = 4000;
    peer_->renew_keys(kCount);
    int unread_before = 0;
    ASSERT_EQ(::ioctl(here_.get(), FIONREAD, &unread_before), 0);
    EXPECT_EQ(receive(), "");
    int unread = 0;
    ASSERT_EQ(::ioctl(here_.get(), FIONREAD, &unread), 0);
    EXPECT_GT(unread, unread_before / 2) << "others have their turn meanwhile";

    int turns = 1;
    for (; unread > 0; ++turns) {
        EXPECT_EQ(receive(), "");
        ASSERT_EQ(::ioctl(here_.get(), FIONREAD, &unread), 0);
    }
    EXPECT_LT(turns, kCount / 10) << "but not one each";
    peer_->read();
    EXPECT_EQ(receive(), "");
    EXPECT_FALSE(stream_->has_pending());
    peer_->write("still here");
    EXPECT_EQ(receive(), "still here");
}

// Records of some sizes end where OpenSSL's buffer does, and it does not notice.
TEST_F(TlsStreamTest, new_keys_of_no_size_are_taken_without_end) {
    is_over_tcp_ = true;
    for (std::size_t bytes = 6; bytes <= 40; ++bytes) {
        ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
        peer_->renew_keys(3000, bytes);
        std::array<std::uint8_t, 100> room;
        const Received received = stream_->receive(room);
        int unread = 0;
        ASSERT_EQ(::ioctl(here_.get(), FIONREAD, &unread), 0);
        EXPECT_GT(unread, 0) << bytes;
        if (received.outcome == Receiving::Broken) {
            EXPECT_EQ(stream_->receive(room).outcome, Receiving::Broken);
        }
    }
}

TEST_F(TlsStreamTest, tells_an_end_from_a_break) {
    ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
    peer_->write("last");
    there_.reset();
    EXPECT_EQ(receive(), "last");
    std::array<std::uint8_t, 10> room;
    EXPECT_NE(stream_->receive(room).outcome, Receiving::Some);
    stream_->say_goodbye();
}

TEST_F(TlsStreamTest, tells_of_an_end_that_came_with_the_last_words) {
    ASSERT_EQ(connect(certificates_.settings()), TlsStream::Handshake::Done);
    peer_->write("last");
    peer_->say_goodbye();
    EXPECT_EQ(receive(), "last");
    EXPECT_TRUE(stream_->has_pending()) << "the socket has nothing more to tell";
    std::array<std::uint8_t, 10> room;
    EXPECT_EQ(stream_->receive(room).outcome, Receiving::Ended);
    EXPECT_EQ(stream_->receive(room).outcome, Receiving::Ended);
}

TEST_F(TlsStreamTest, knows_whose_certificate_it_is) {
    TlsSettings settings = certificates_.settings();
    settings.authorities = certificates_.file("ca.pem");
    settings.client_certificate = ClientCertificate::Optional;
    const auto user_by = [&](CertificateUser certificate_user, bool has_certificate) {
        settings.certificate_user = certificate_user;
        const auto outcome = connect(settings, {.has_certificate = has_certificate});
        return outcome == TlsStream::Handshake::Done ? stream_->user() : stream_->failure();
    };
    EXPECT_EQ(user_by(CertificateUser::CommonName, false), "");
    EXPECT_EQ(user_by(CertificateUser::CommonName, true), "sensor-7");
    EXPECT_EQ(user_by(CertificateUser::Subject, true), "CN=sensor-7,O=home");
    EXPECT_EQ(user_by(CertificateUser::None, true), "") << "proves no more than that it may come";
    EXPECT_EQ(stream_->certificate_name(), "sensor-7");
    EXPECT_EQ(user_by(CertificateUser::None, false), "");
    EXPECT_EQ(stream_->certificate_name(), "");
}

TEST_F(TlsStreamTest, refuses_who_has_no_certificate_or_a_void_one) {
    TlsSettings settings = certificates_.settings();
    settings.authorities = certificates_.file("ca.pem");
    settings.client_certificate = ClientCertificate::Required;
    EXPECT_EQ(connect(settings), TlsStream::Handshake::Failed);
    EXPECT_THAT(stream_->failure(), HasSubstr("certificate"));
    EXPECT_EQ(connect(settings, {.has_certificate = true}), TlsStream::Handshake::Done);
    settings.revoked = certificates_.file("void.pem");
    EXPECT_EQ(connect(settings, {.has_certificate = true}), TlsStream::Handshake::Failed);
    EXPECT_THAT(stream_->failure(), HasSubstr("revoked"));
}

TEST_F(TlsStreamTest, takes_a_key_shared_before) {
    const FindPsk find = [](std::string_view identity) {
        using Key = std::vector<std::uint8_t>;
        return identity == "sensor-7" ? std::optional<Key>{Key(16, 'k')} : std::nullopt;
    };
    const TlsSettings nothing_else;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(
            connect(nothing_else, {.version_max = version, .psk = std::string(16, 'k')}, find),
            TlsStream::Handshake::Done)
            << stream_->failure();
        EXPECT_EQ(stream_->user(), "sensor-7");
        EXPECT_EQ(stream_->certificate_name(), "");
        EXPECT_NE(
            connect(nothing_else, {.version_max = version, .psk = std::string(16, 'x')}, find),
            TlsStream::Handshake::Done);
    }
}

TEST_F(TlsStreamTest, refuses_old_versions_and_what_is_no_tls) {
    TlsSettings settings = certificates_.settings();
    settings.version_min = TlsVersion::Tls13;
    EXPECT_EQ(connect(settings, {.version_max = TLS1_2_VERSION}), TlsStream::Handshake::Failed);
    EXPECT_NE(connect(certificates_.settings(), {.version_max = TLS1_1_VERSION}),
              TlsStream::Handshake::Done);
    int sockets[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, sockets), 0);
    const runtime::FileDescriptor here{sockets[0]};
    const runtime::FileDescriptor there{sockets[1]};
    const auto stream = TlsStream::make(*TlsContext::load(certificates_.settings()), here.get());
    ASSERT_EQ(::send(there.get(), "\x10\x0C\x00\x04MQTT\x04\x02\x00\x00", 12, 0), 12);
    EXPECT_EQ(stream->shake_hands(), TlsStream::Handshake::Failed);
}

TEST(TlsContext, says_which_file_it_cannot_use) {
    const Certificates all;
    TlsSettings settings = all.settings();
    settings.key = all.file("client.key");
    EXPECT_THAT(TlsContext::load(settings).error(), HasSubstr("client.key"));
    settings = all.settings();
    settings.certificate = all.file("none.pem");
    EXPECT_THAT(TlsContext::load(settings).error(), HasSubstr("none.pem"));
    settings = all.settings();
    settings.client_certificate = ClientCertificate::Required;
    settings.authorities = all.file("server.key");
    EXPECT_THAT(TlsContext::load(settings).error(), HasSubstr("server.key"));
}

}  // namespace
}  // namespace kleber::net
