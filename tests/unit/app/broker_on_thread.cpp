#include "tests/unit/app/broker_on_thread.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace kleber::app {

BrokerOnThread::BrokerOnThread(connection::MqttPolicy policy, std::uint16_t port)
    : policy_(std::move(policy)), runtime_({}, silence_) {
    const auto addresses = net::resolve("127.0.0.1", port, net::Purpose::Listen);
    constexpr std::uint32_t kConnectionsMax = 100;
    limits_.set(kConnectionsMax, kConnectionsMax);
    auto listener = net::MqttListener::open(runtime_, addresses.value().front(), policy_, limits_,
                                            kConnectionsMax);
    EXPECT_TRUE(listener) << listener.error();
    listener_ = std::move(*listener);
    thread_ = std::thread{[this] { runtime_.run(); }};
}

BrokerOnThread::~BrokerOnThread() {
    runtime_.stop();
    thread_.join();
}

}  // namespace kleber::app
