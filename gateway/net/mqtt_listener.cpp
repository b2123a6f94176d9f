#include "gateway/net/mqtt_listener.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/net/acceptor.hpp"
#include "gateway/net/mqtt_link.hpp"
#include "gateway/net/proxy_greeting.hpp"
#include "gateway/net/web_link.hpp"

namespace kleber::net {

namespace {

constexpr std::string_view kTooMany = "too many connections";

void tell(runtime::Lane& lane, const Address& peer, std::string_view why) {
    lane.traffic().connections_refused.add();
    // The log had a word when the ban began.
    if (why.empty()) return;
    lane.log().write(LogLevel::Warning, lane.now(),
                     ("connection from " + peer.text() + " refused: ").append(why));
}

bool is_in(const std::vector<IpNetwork>& networks, const Address& peer) {
    const std::optional<IpAddress> ip = peer.ip();
    return ip && std::any_of(networks.begin(), networks.end(),
                             [&](const IpNetwork& one) { return one.contains(*ip); });
}

}  // namespace

struct MqttListener::Guest {
    runtime::Lane& lane;
    ConnectionLimits& limits;
    // As it was when they came: it may change meanwhile.
    Welcome welcome;
    Address peer;  // the client's, also where a proxy brings it
    runtime::FileDescriptor socket;
    std::unique_ptr<Stream> stream{};
    // Whom certificate or key have proven them to be, and the certificate's name itself.
    std::string user{};
    std::string certificate_name{};
};

MqttListener::MqttListener(runtime::Runtime& runtime, runtime::FileDescriptor socket,
                           ConnectionLimits& limits, Handshakes& handshakes, Welcome welcome)
    : runtime_(runtime),
      handshakes_(handshakes),
      welcome_(std::move(welcome)),
      own_limits_(&limits),
      address_(local_address(socket.get())) {
    runtime::Lane& lane = runtime.first_lane();
    auto acceptor =
        std::make_unique<Acceptor>(lane, lane.next_token(), std::move(socket),
                                   [this](runtime::FileDescriptor accepted, const Address& peer) {
                                       accept(std::move(accepted), peer);
                                   });
    acceptor_ = acceptor.get();
    lane.add(std::move(acceptor));
}

void MqttListener::close() {
    if (acceptor_) std::exchange(acceptor_, nullptr)->close();
}

std::optional<std::string_view> MqttListener::count_in(const Address& client) {
    const std::string text = client.text();
    const std::string origin = origin_in(text);
    const SteadyTime now = runtime_.first_lane().now().steady;
    const port::Authenticator* const authenticator = welcome_.policy->authenticator;
    if (authenticator && authenticator->is_banned(text, now)) return "";
    if (welcome_.rates && !welcome_.rates->admit(origin, now)) {
        return "too many connections a second from there (see connects_per_address)";
    }
    if (!own_limits_.admit(origin)) return kTooMany;
    return std::nullopt;
}

void MqttListener::accept(runtime::FileDescriptor socket, const Address& peer) {
    runtime::Lane& here = runtime_.first_lane();
    const bool is_proxied = welcome_.proxies != nullptr;
    if (is_proxied && !is_in(*welcome_.proxies, peer)) {
        return tell(here, peer, "it is none of the proxies that may connect (see proxy_protocol)");
    }
    // Whom the proxy brings is not known yet.
    if (is_proxied && !own_limits_.admit({})) return tell(here, peer, kTooMany);
    if (!is_proxied) {
        if (const auto why = count_in(peer)) return tell(here, peer, *why);
    }
    runtime::Lane& lane = runtime_.lane(next_lane_);
    next_lane_ = (next_lane_ + 1) % runtime_.lane_count();
    const auto guest =
        std::make_shared<Guest>(Guest{lane, own_limits_, welcome_, peer, std::move(socket)});
    if (is_proxied) {
        hear_proxy(guest);
    } else {
        let_in(guest);
    }
}

void MqttListener::hear_proxy(const std::shared_ptr<Guest>& guest) {
    runtime::Lane& here = runtime_.first_lane();
    const port::Token token = here.next_token();
    auto greeting = std::make_unique<ProxyGreeting>(
        here, token, std::move(guest->socket), guest->welcome.policy->connect_timeout,
        [this, &here, guest](ProxyGreeting::End end) {
            own_limits_.release({});
            if (!end.socket.is_open()) {
                if (!end.why.empty()) tell(here, guest->peer, "PROXY protocol: " + end.why);
                return;
            }
            if (end.client) guest->peer = *end.client;
            if (const auto why = count_in(guest->peer)) return tell(here, guest->peer, *why);
            guest->socket = std::move(end.socket);
            let_in(guest);
        });
    ProxyGreeting& entered = *greeting;
    here.add(std::move(greeting));
    entered.start();
}

void MqttListener::let_in(const std::shared_ptr<Guest>& guest) {
    runtime::Lane& here = runtime_.first_lane();
    if (guest->welcome.tls) {
        if (shake_hands(guest)) return;
        own_limits_.release(origin_in(guest->peer.text()));
        tell(here, guest->peer, "too many TLS handshakes are under way");
    } else if (&guest->lane == &here) {
        enter(guest);
    } else {
        send_to_lane(guest);
    }
}

bool MqttListener::shake_hands(const std::shared_ptr<Guest>& guest) {
    Handshakes::Caller caller{std::move(guest->socket), guest->welcome.tls,
                              guest->welcome.policy->connect_timeout};
    return handshakes_.begin(std::move(caller), [guest](Handshakes::End end) {
        if (!end.stream) {
            guest->limits.release(origin_in(guest->peer.text()));
            if (end.why.empty()) return;
            guest->lane.post([guest, why = std::move(end.why)] {
                tell(guest->lane, guest->peer, "TLS: " + why);
            });
            return;
        }
        guest->socket = std::move(end.socket);
        guest->user = end.stream->user();
        guest->certificate_name = end.stream->certificate_name();
        guest->stream = std::move(end.stream);
        send_to_lane(guest);
    });
}

void MqttListener::send_to_lane(const std::shared_ptr<Guest>& guest) {
    guest->lane.post([guest] { enter(guest); });
}

void MqttListener::enter(const std::shared_ptr<Guest>& guest) {
    if (!guest->welcome.web) return enter_mqtt(*guest);
    runtime::Lane& lane = guest->lane;
    const port::Token token = lane.next_token();
    auto link = std::make_unique<WebLink>(
        lane, token,
        WebLink::Visitor{std::move(guest->socket), std::move(guest->stream), guest->peer.text(),
                         origin_in(guest->peer.text())},
        guest->welcome.web, guest->limits,
        [guest](runtime::FileDescriptor socket, std::unique_ptr<Stream> stream) {
            guest->socket = std::move(socket);
            guest->stream = std::move(stream);
            enter_mqtt(*guest);
        });
    WebLink& entered = *link;
    lane.add(std::move(link));
    entered.start();
}

void MqttListener::enter_mqtt(Guest& guest) {
    runtime::Lane& lane = guest.lane;
    const port::Token token = lane.next_token();
    // Any page in a browser of this machine can open a WebSocket, and a proxy on it may bring
    // anybody: neither is this machine's word for them.
    const bool is_local = guest.peer.is_loopback() && !guest.welcome.web && !guest.welcome.proxies;
    auto link = std::make_unique<MqttLink>(
        lane, token, std::move(guest.socket), std::move(guest.stream), *guest.welcome.policy,
        connection::Peer{guest.peer.text(), is_local, std::move(guest.user),
                         std::move(guest.certificate_name)},
        guest.limits);
    MqttLink& entered = *link;
    lane.add(std::move(link));
    entered.start();
}

}  // namespace kleber::net
