#include "gateway/app/policies.hpp"

#include <algorithm>
#include <limits>

namespace kleber::app {
namespace {

port::QueueLimits queue_limits(const config::QueueLimits& queue) {
    return {.messages_max = queue.messages,
            .bytes_max = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(queue.bytes, std::numeric_limits<std::uint32_t>::max())),
            .policy = queue.policy == config::QueuePolicy::DropOldest ? port::DropPolicy::Oldest
                                                                      : port::DropPolicy::Newest};
}

// The limits are those of whole topics. Something is left for every client.
void set_topic_limits(const config::Limits& limits, connection::MqttPolicy& policy) {
    const std::string& prefix = policy.mount.prefix();
    const auto rest = [](std::uint32_t whole, std::size_t taken) {
        return whole > taken ? whole - static_cast<std::uint32_t>(taken) : 1;
    };
    const auto slashes = std::count(prefix.begin(), prefix.end(), '/');
    policy.topic_levels_max = rest(limits.topic_levels, static_cast<std::size_t>(slashes));
    policy.topic_bytes_max = rest(limits.topic_length, prefix.size());
}

connection::AllowAnonymous allow_anonymous(config::AllowAnonymous allowed) {
    switch (allowed) {
        case config::AllowAnonymous::No:
            return connection::AllowAnonymous::No;
        case config::AllowAnonymous::Local:
            return connection::AllowAnonymous::Local;
        case config::AllowAnonymous::Yes:
            return connection::AllowAnonymous::Yes;
    }
    return connection::AllowAnonymous::No;
}

}  // namespace

connection::Rate rate_of(const config::Rate& rate) {
    return {.messages = rate.messages, .bytes = rate.bytes};
}

broker::Limits broker_limits(const config::Config& config) {
    broker::Limits limits;
    limits.sessions_max = config.limits.sessions;
    limits.subscriptions_max = config.limits.subscriptions;
    limits.retained_messages_max = config.limits.retained.messages;
    limits.retained_bytes_max = config.limits.retained.bytes;
    limits.refuses_in_trouble = config.store.on_trouble == config::OnTrouble::Refuse;
    limits.restored_queue = queue_limits(config.limits.queue);
    return limits;
}

auth::FailedLoginLimits failed_login_limits(const config::Config& config) {
    const config::FailedLogins& failed = config.limits.failed_logins;
    return {.count_max = failed.count,
            .within = failed.within,
            .ban = failed.ban,
            .delay_max = failed.delay};
}

connection::MqttPolicy mqtt_policy(const config::Config& config, const config::Listener& listener,
                                   port::Sharing sharing) {
    const config::Limits& limits = config.limits;
    connection::MqttPolicy policy;
    policy.packet_bytes_max = limits.packet_bytes;
    policy.connect_packet_bytes_max = limits.connect_packet_bytes;
    policy.connect_timeout = limits.connect_timeout;
    policy.receive_maximum = limits.inflight;
    policy.topic_alias_maximum = limits.topic_aliases;
    policy.session_expiry_max = limits.session_expiry;
    policy.keep_alive_max = limits.keep_alive_max;
    policy.mount = connection::MountPoint{listener.mount_point.value_or("")};
    set_topic_limits(limits, policy);
    policy.user_properties_max = limits.user_properties;
    policy.subscriptions_max = limits.subscriptions;
    policy.queue = queue_limits(limits.queue);
    policy.client_rate = rate_of(limits.rate);
    policy.send_window.slots = limits.inflight;
    policy.versions = {listener.versions.mqtt_3_1, listener.versions.mqtt_3_1_1,
                       listener.versions.mqtt_5};
    policy.allow_anonymous = allow_anonymous(listener.allow_anonymous);
    policy.sharing = sharing;
    policy.listener = to_string(listener.place);
    return policy;
}

}  // namespace kleber::app
