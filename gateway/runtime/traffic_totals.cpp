#include "gateway/runtime/traffic_totals.hpp"

namespace kleber::runtime {

void TrafficTotals::add(const port::Traffic& lane) {
    bytes_received += lane.bytes_received.value();
    bytes_sent += lane.bytes_sent.value();
    packets_received += lane.packets_received.value();
    packets_sent += lane.packets_sent.value();
    publishes_received += lane.publishes_received.value();
    publishes_sent += lane.publishes_sent.value();
    publish_bytes_received += lane.publish_bytes_received.value();
    publish_bytes_sent += lane.publish_bytes_sent.value();
    publishes_dropped += lane.publishes_dropped.value();
    connects_received += lane.connects_received.value();
    connections_accepted += lane.connections_accepted.value();
    connections_refused += lane.connections_refused.value();
}

}  // namespace kleber::runtime
