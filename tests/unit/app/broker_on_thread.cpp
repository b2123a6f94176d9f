#include "tests/unit/app/broker_on_thread.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "gateway/net/listen_tcp.hpp"

namespace kleber::app {

BrokerOnThread::BrokerOnThread(connection::MqttPolicy policy, std::uint16_t port)
    : policy_(std::move(policy)), runtime_({}, silence_) {
    const auto addresses = net::resolve("127.0.0.1", port, net::Purpose::Listen);
    constexpr std::uint32_t kConnectionsMax = 100;
    limits_.set(kConnectionsMax, kConnectionsMax);
    auto listening = net::listen_tcp(addresses.value().front(), {});
    EXPECT_TRUE(listening) << listening.error();
    listener_ = std::make_unique<net::MqttListener>(runtime_, std::move(listening->socket), limits_,
                                                    handshakes_, net::Welcome{.policy = &policy_});
    thread_ = std::thread{[this] { runtime_.run(); }};
}

BrokerOnThread::~BrokerOnThread() {
    runtime_.stop();
    thread_.join();
}

}  // namespace kleber::app
