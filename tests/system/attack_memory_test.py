"""Attacks that want the gateway to keep much, or to work much: S7, S10, S20, S23, S24."""
import socket
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, MIB, main
from support.client import Client, Closed
from support.gateway import raise_descriptor_limit, wait_until
from support.wire import V31, V311, V5, publish, subscribe

QUOTA_EXCEEDED, TOPIC_FILTER_INVALID, TOPIC_NAME_INVALID = 0x97, 0x8F, 0x90
RECEIVE_MAXIMUM_EXCEEDED = 0x93


class Hoarding(GatewayCase):
    CONFIG = ALL_LINES + """
[limits]
retained = { messages = 5000, bytes = "8 MiB" }
queue = { messages = 500, bytes = "1 MiB" }
sessions = 2000
"""

    def test_s7_qos_2_with_one_id_and_no_pubrel(self):
        with self.unharmed():
            watcher = self.client("s7-watcher")
            watcher.subscribe("s7")
            client = self.client("s7")
            for round_ in range(100):
                client.send(b"".join(publish("s7", f"{round_}-{number}", 2, 9, dup=True)
                                     for number in range(1000)))
                for _ in range(1000):
                    self.assertEqual(client.expect(wire.PUBREC).packet_id, 9)
            client.send(wire.ack(wire.PUBREL, 9))
            client.expect(wire.PUBCOMP)
            # It was one message, and the first one counts.
            self.assertEqual(watcher.message().payload, b"0-0")
            client.publish("s7", "end", 2)
            self.assertEqual(watcher.message().payload, b"end")

    def test_s7_in_mqtt_5_the_receive_maximum_is_the_end_of_it(self):
        with self.unharmed():
            client = self.client("s7-5", version=V5)
            client.send(b"".join(publish("s7", b"x", 2, 9, version=V5) for _ in range(1000)))
            self.assertEqual(client.end_of_connection().reason, RECEIVE_MAXIMUM_EXCEEDED)

    def test_s7_all_ids_at_once(self):
        with self.unharmed():
            client = self.client("s7-ids", version=V311)
            for first in range(1, 65_536, 1000):
                ids = range(first, min(first + 1000, 65_536))
                client.send(b"".join(publish("s7/ids", b"x" * 100, 2, number) for number in ids))
                for number in ids:
                    self.assertEqual(client.expect(wire.PUBREC).packet_id, number)
        for first in range(1, 65_536, 1000):
            ids = range(first, min(first + 1000, 65_536))
            client.send(b"".join(wire.ack(wire.PUBREL, number) for number in ids))
            for number in ids:
                self.assertEqual(client.expect(wire.PUBCOMP).packet_id, number)

    def test_s10_sixty_five_thousand_levels(self):
        deep = "/" * 65_535
        with self.unharmed():
            for version in (V31, V311, V5):
                client = self.client("s10", version=version)
                code = client.subscribe(deep)
                # MQTT 3.1 has no word for "refused".
                self.assertEqual(code, {V31: 0, V311: 0x80, V5: TOPIC_FILTER_INVALID}[version])
                client.ping()
                client.close()
            client = self.client("s10", version=V5)
            self.assertEqual(client.publish(deep, b"", 1), TOPIC_NAME_INVALID)
            self.assertEqual(client.publish(deep, b"", 2), TOPIC_NAME_INVALID)
            client.send(publish(deep, version=V5))
            self.assertEqual(client.end_of_connection().reason, TOPIC_NAME_INVALID)

    def test_s10_ten_thousand_filters_in_a_packet(self):
        with self.unharmed():
            client = self.client("s10-many", version=V5)
            filters = [(f"s10/{number}/+/x", 1) for number in range(10_000)]
            client.send(subscribe(1, *filters, version=V5))
            self.assertEqual(client.expect(wire.SUBACK).codes, [1] * 10_000)
            client.publish("s10/9999/a/x", b"here", 0)
            self.assertEqual(client.message().payload, b"here")
            client.send(wire.unsubscribe(2, *(name for name, _ in filters), version=V5))
            self.assertEqual(client.expect(wire.UNSUBACK).codes, [0] * 10_000)

    def test_s10_more_subscriptions_than_allowed(self):
        with self.unharmed():
            client = self.client("s10-limit", version=V5)
            codes = []
            for first in range(0, 22_000, 2000):
                filters = [(f"limit/{first + number}", 0) for number in range(2000)]
                client.send(subscribe(1, *filters, version=V5))
                codes += client.expect(wire.SUBACK).codes
            self.assertEqual(codes, [0] * 20_000 + [QUOTA_EXCEEDED] * 2000)

    def test_s10_deep_wildcards_against_a_retained_tree(self):
        with self.unharmed() as canary:
            client = self.client("s10-tree", version=V5)
            for a in range(8):
                for b in range(10):
                    client.send(b"".join(publish(f"tree/{a}/{b}/{c}/x/y/z", b"r", 0, retain=True,
                                                 version=V5) for c in range(25)))
            client.ping()
            for filter_ in ("+/+/+/+/+/+/+", "tree/#", "+/+/+/+/+/+/#", "/".join(["+"] * 128)):
                client.send(subscribe(1, (filter_, 0), version=V5))
                wanted = 0 if filter_.count("/") > 100 else 2000
                found = 0
                while found < wanted:
                    if client.receive().type == wire.PUBLISH:
                        found += 1
                client.ping() if wanted else client.expect(wire.SUBACK)
            canary.wait_for(3)
            for filter_ in ("tree/#", "+/+/+/+/+/+/+", "+/+/+/+/+/+/#"):
                client.send(wire.unsubscribe(2, filter_, version=V5))
                client.expect(wire.UNSUBACK)
            for a in range(8):
                for b in range(10):
                    client.send(b"".join(publish(f"tree/{a}/{b}/{c}/x/y/z", b"", 0, retain=True,
                                                 version=V5) for c in range(25)))
            client.ping()

    def test_s23_retained_messages_over_the_limit_are_refused(self):
        with self.unharmed():
            client = self.client("s23", version=V5)
            reasons = [client.publish(f"s23/{number}", b"x", 1, retain=True)
                       for number in range(5200)]
            self.assertIn(QUOTA_EXCEEDED, reasons)
            self.assertLessEqual(sum(reason < 0x80 for reason in reasons), 5000)
            large = [client.publish("s23/large", b"x" * 900_000, 1, retain=True) for _ in range(30)]
            self.assertTrue(set(large) <= {0, 0x10, QUOTA_EXCEEDED})
            # Room is made by removing something, and only by that.
            for number in range(5000):
                client.send(publish(f"s23/{number}", b"", 0, retain=True, version=V5))
            client.ping()
            self.assertLess(client.publish("s23/new", b"x", 1, retain=True), 0x80)
            client.publish("s23/new", b"", 1, retain=True)
            client.publish("s23/large", b"", 1, retain=True)

    def test_s23_small_packets_that_make_large_things(self):
        """What is kept is in proportion to what was sent."""
        growth_max = 64 * MIB
        with self.unharmed(growth_max=growth_max):
            for number in range(20):
                with Client(self.port, f"s23-{number}", version=V5,
                            props=wire.properties(wire.session_expiry(60))) as client:
                    # 1,000 filters of 128 levels each in 130 KB.
                    filters = [("/".join(["a"] * 60 + [f"{name}"]), 1) for name in range(1000)]
                    client.send(subscribe(1, *filters, version=V5))
                    client.expect(wire.SUBACK)
            for number in range(20):  # taken back
                Client(self.port, f"s23-{number}", version=V5).disconnect()

    def test_s23_sessions_over_the_limit_are_refused(self):
        with self.unharmed():
            refused = 0
            for number in range(2200):
                with Client(self.port, version=V5) as client:
                    client.send(wire.connect(f"s23-session-{number}", V5,
                                             props=wire.properties(wire.session_expiry(600))))
                    refused += client.expect(wire.CONNACK).reason == QUOTA_EXCEEDED
            self.assertGreaterEqual(refused, 200)
            self.assertLess(refused, 300)
            for number in range(2200):
                with Client(self.port, version=V5) as client:
                    client.send(wire.connect(f"s23-session-{number}", V5))
                    client.expect(wire.CONNACK)

    def test_s24_flood_of_small_packets_while_output_is_blocked(self):
        """At some point the one who asks and never reads is not heard any more."""
        asking = (wire.pingreq(), subscribe(1, ("s24", 0)), wire.unsubscribe(1, "s24"),
                  publish("s24/back", b"x", 1, 1), publish("s24/back", b"x", 2, 1),
                  wire.ack(wire.PUBREL, 1), wire.ack(wire.PUBREC, 1))
        for packet in asking:
            with self.unharmed(growth_max=24 * MIB) as canary:
                client = self.client("s24", small_window=True)
                sent = client.pour(packet * 20_000, 60 * MIB, lambda: canary.wait_for(30))
                self.assertLess(sent, 60 * MIB, packet)
                client.close()

    def test_s24_publisher_to_itself_that_does_not_read(self):
        with self.unharmed(growth_max=24 * MIB) as canary:
            client = self.client("s24-self", small_window=True, version=V5)
            client.subscribe("s24/self")
            client.pour(publish("s24/self", b"x" * 200, version=V5) * 200, 60 * MIB,
                        lambda: canary.wait_for(10))
            client.close()


class IdleCrowd(GatewayCase):
    def test_s20_ten_thousand_idle_clients_without_keep_alive(self):
        count = min(10_000, raise_descriptor_limit() - 200)
        before = self.gateway.resident_bytes()
        clients = []
        with self.unharmed(growth_max=120 * MIB, seconds_max=3) as canary:
            for number in range(count):
                keep_alive = (0, 65_535)[number % 2]
                client = Client(self.port)
                client.send(wire.connect(f"idle-{number}", keep_alive=keep_alive))
                clients.append(client)
                if number % 50 == 49:
                    for waiting in clients[-50:]:
                        waiting.expect(wire.CONNACK)
            # Idle means idle: what others want costs what it did before.
            cpu = self.gateway.cpu_seconds()
            canary.wait_for(50)
            self.assertLess(self.gateway.cpu_seconds() - cpu, 1)
        per_client = (self.gateway.resident_bytes() - before) / count
        print(f"{per_client:.0f} bytes a client", flush=True)
        for client in clients:
            client.close()
        wait_until(lambda: self.gateway.descriptor_count() < 100, what="all clients to be gone")


class CappedKeepAlive(GatewayCase):
    CONFIG = ALL_LINES + '[limits]\nkeep_alive_max = "60s"\n'

    def test_s20_keep_alive_can_be_capped(self):
        for asked in (0, 61, 65_535):
            with Client(self.port, "s20", version=V5, keep_alive=asked) as client:
                self.assertIn(b"\x13\x00\x3c", client.connack.body)
        with Client(self.port, "s20", version=V5, keep_alive=30) as client:
            self.assertNotIn(b"\x13\x00", client.connack.body)


class Crowd(GatewayCase):
    CONFIG = ALL_LINES + "[limits]\nconnections = 100\n"
    ATTEMPTS, AT_ONCE = 100_000, 50

    def test_connections_beyond_the_limit(self):
        with self.unharmed():
            clients = [Client(self.port, f"crowd-{number}") for number in range(98)]
            for first in range(0, self.ATTEMPTS, self.AT_ONCE):
                # From many addresses, since one runs out of ports.
                source = f"127.0.{first // self.AT_ONCE % 250 + 1}.1"
                crowd = [Client(self.port, source=source) for _ in range(self.AT_ONCE)]
                for client in crowd:
                    client.send_as_much_as_it_takes(wire.connect("one-too-many"))
                for client in crowd:
                    self.assertIsNone(client.end_of_connection())
                    client.close()
            for client in clients:
                client.ping()
            self.gateway.wait_for_log("refused: too many connections")
            clients.pop().disconnect()

            def is_let_in():
                try:
                    Client(self.port, "next").disconnect()
                    return True
                except (Closed, socket.error):
                    return False

            wait_until(is_let_in, what="the place of one who has left")
            for client in clients:
                client.close()


if __name__ == "__main__":
    main()
