#include "gateway/net/mqtt_listener.hpp"

#include <utility>

#include "gateway/net/mqtt_link.hpp"
#include "gateway/net/tcp_listener.hpp"

namespace kleber::net {

MqttListener::MqttListener(runtime::Runtime& runtime, const connection::MqttPolicy& policy,
                           ConnectionLimits& limits)
    : runtime_(runtime), policy_(&policy), own_limits_(&limits) {}

Result<std::unique_ptr<MqttListener>, std::string> MqttListener::open(
    runtime::Runtime& runtime, const Address& address, const connection::MqttPolicy& policy,
    ConnectionLimits& limits, std::uint32_t connections_max) {
    auto socket = TcpListener::listen(address);
    if (!socket) return fail(socket.error());
    std::unique_ptr<MqttListener> listener{new MqttListener{runtime, policy, limits}};
    listener->address_ = local_address(socket->get());
    listener->own_limits_.set(connections_max, 0);
    runtime::Lane& lane = runtime.first_lane();
    auto acceptor = std::make_unique<TcpListener>(
        lane, lane.next_token(), std::move(*socket),
        [door = listener.get()](runtime::FileDescriptor accepted, const Address& peer) {
            door->accept(std::move(accepted), peer);
        });
    listener->acceptor_ = acceptor.get();
    lane.add(std::move(acceptor));
    return listener;
}

void MqttListener::set_policy(const connection::MqttPolicy& policy, std::uint32_t connections_max) {
    policy_ = &policy;
    own_limits_.set(connections_max, 0);
}

void MqttListener::close() {
    if (acceptor_) std::exchange(acceptor_, nullptr)->close();
}

void MqttListener::accept(runtime::FileDescriptor socket, const Address& peer) {
    runtime::Lane& here = runtime_.first_lane();
    if (!own_limits_.admit(peer.host())) {
        here.traffic().connections_refused.add();
        here.log().write(LogLevel::Warning, here.now(),
                         "connection from " + peer.text() + " refused: too many connections");
        return;
    }
    // On another lane's thread, perhaps: it takes along what may change here meanwhile.
    const auto enter = [policy = policy_, limits = &own_limits_, peer](
                           runtime::Lane& lane, runtime::FileDescriptor accepted) {
        const port::Token token = lane.next_token();
        auto link =
            std::make_unique<MqttLink>(lane, token, std::move(accepted), *policy,
                                       connection::Peer{peer.text(), peer.is_loopback()}, *limits);
        MqttLink& entered = *link;
        lane.add(std::move(link));
        entered.start();
    };
    runtime::Lane& lane = runtime_.lane(next_lane_);
    next_lane_ = (next_lane_ + 1) % runtime_.lane_count();
    if (&lane == &here) {
        enter(lane, std::move(socket));
    } else {
        lane.post(
            [enter, &lane, fd = socket.release()] { enter(lane, runtime::FileDescriptor{fd}); });
    }
}

}  // namespace kleber::net
