"""Clients that send faster than they may: read more slowly, nothing lost, others undisturbed."""
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.certificates import Authority
from support.client import Client
from support.doors import listener, over_tls, over_web, trusting, with_certificate
from support.gateway import Gateway, wait_until
from support.wire import V5

LIMIT = 100  # messages a second
MANY = 250
LEAST = (MANY - LIMIT - 10) / LIMIT  # seconds that they take, but for those of a few
TOO_FAST = "sends more than it may, and is read more slowly"


def burst(client, count=MANY, qos=1, payload=b"x"):
    """All at once; how long until all are acknowledged, in seconds. MQTT 5 has no room for that many
    at QoS 1."""
    begin = time.monotonic()
    client.send(b"".join(wire.publish("t", payload, qos, packet_id=number, version=client.version)
                         for number in range(1, count + 1)))
    for number in range(1, count + 1):
        packet = client.expect(wire.PUBACK)
        assert packet.packet_id == number, packet
    return time.monotonic() - begin


class OneClient(unittest.TestCase):
    def test_through_every_door_nothing_is_lost(self):
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            authority = Authority(Path(folder))
            server = with_certificate(authority.issue("localhost"))
            doors = (listener("mqtt") + listener("mqtts", **server)
                     + listener("ws", allow_anonymous=True)
                     + listener("wss", **server, allow_anonymous=True))
            for lanes in (1, 2):
                with Gateway(f"[gateway]\nlanes = {lanes}\n" + ALL_LINES
                             + f"[limits]\nrate = {{ messages = {LIMIT} }}\n" + doors) as gateway:
                    mqtt, mqtts, ws, wss = gateway.ports(4)
                    trust = trusting(authority)
                    for way in (mqtt, over_tls(mqtts, trust), over_web(ws), over_web(wss, trust)):
                        with Client(way, "fast") as client, Client(mqtt, "other") as other:
                            other.subscribe("t")
                            self.assertGreater(burst(client), LEAST)
                            for _ in range(MANY):
                                other.expect(wire.PUBLISH)
                            client.ping()
                    self.assertEqual(gateway.log().count(TOO_FAST), 4, "once a client")

    def test_another_client_is_not_slowed(self):
        with Gateway(ALL_LINES + "[limits]\nrate = { messages = 10 }\n") as gateway:
            with Client(gateway.port, "fast") as fast, Client(gateway.port, "slow") as slow:
                fast.send(wire.publish("t", b"x") * 10_000)
                gateway.wait_for_log("client fast from .* " + TOO_FAST)
                for _ in range(10):
                    slow.publish("t", qos=1)
                slow.ping()
                fast.close()
            self.assertNotIn("client slow from 127.0.0.1 sends", gateway.log())

    def test_bytes(self):
        with Gateway('[limits]\nrate = { bytes = "100 KiB" }\n') as gateway:
            with Client(gateway.port, "fast") as client:
                size = 50 << 10
                self.assertGreater(burst(client, 4, payload=b"x" * size), 0.45)
                # One message may be larger than what comes in a second.
                client.publish("t", b"x" * (300 << 10), qos=1)
                client.ping()

    def test_a_session_that_is_paused_can_be_taken_over_and_the_gateway_stops(self):
        with Gateway("[limits]\nrate = { messages = 1 }\n") as gateway:
            first = Client(gateway.port, "c", version=V5)
            first.send(wire.publish("t", b"x", version=V5) * 1000)
            gateway.wait_for_log(TOO_FAST)
            with Client(gateway.port, "c", version=V5) as second:
                self.assertEqual(first.expect(wire.DISCONNECT).reason, 0x8E)
                second.send(wire.publish("t", b"x", version=V5) * 1000)
                wait_until(lambda: gateway.log().count(TOO_FAST) == 2)
                gateway.end()
            first.close()
            gateway.start()


class AllOfAListener(unittest.TestCase):
    def test_they_share_it_and_a_reload_changes_it_for_those_who_are_there(self):
        def config(rate):
            return (ALL_LINES + listener("mqtt").rstrip() + f"\nrate = {rate}\n"
                    + listener("ws", allow_anonymous=True))

        with Gateway(config(f"{{ messages = {LIMIT} }}")) as gateway:
            port, free = gateway.ports(2)
            with Client(port, "a") as first, Client(port, "b") as second, \
                    Client(over_web(free), "c") as third:
                begin = time.monotonic()
                for client in (first, second):
                    client.send(b"".join(wire.publish("t", b"x", 1, packet_id=number)
                                         for number in range(1, MANY // 2 + 1)))
                self.assertLess(burst(third, 50), LEAST)
                for client in (first, second):
                    for _ in range(MANY // 2):
                        client.expect(wire.PUBACK)
                self.assertGreater(time.monotonic() - begin, LEAST)
                gateway.write_config(config("{ messages = 0 }"))
                gateway.signal(signal.SIGHUP)
                gateway.wait_for_log("configuration reloaded")
                first.send(wire.publish("t", b"x") * 100 * LIMIT)
                first.ping()


if __name__ == "__main__":
    main()
