#pragma once

#include <memory>
#include <thread>

#include "gateway/base/log.hpp"
#include "gateway/net/mqtt_listener.hpp"
#include "gateway/runtime/runtime.hpp"

namespace kleber::app {

// A broker with a listener on this machine, from construction to destruction.
class BrokerOnThread {
  public:
    // Port 0: the system chooses.
    explicit BrokerOnThread(connection::MqttPolicy policy = {}, std::uint16_t port = 0);
    ~BrokerOnThread();
    std::uint16_t port() const { return listener_->address().port(); }

  private:
    class Silence : public LogSink {
        void write(LogLevel, std::string_view) override {}
    };

    Silence silence_;
    const connection::MqttPolicy policy_;
    net::ConnectionLimits limits_;
    runtime::Runtime runtime_;
    net::Handshakes handshakes_;
    std::unique_ptr<net::MqttListener> listener_;
    std::thread thread_;
};

}  // namespace kleber::app
