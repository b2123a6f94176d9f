"""Attacks on what the gateway remembers of a client: S12, S13, S27, S28."""
import random
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import GatewayCase, main
from support.client import Client, Closed
from support.gateway import PROGRAM
from support.wire import V311, V5, properties, u32


def will_5(topic, delay):
    return wire.Will(topic, properties=properties(b"\x18" + u32(delay)))


class Sessions(GatewayCase):
    def test_s12_will_delay_and_session_expiry_at_the_same_moment(self):
        watcher = self.client("s12-watcher")
        watcher.subscribe("s12/#")
        with self.unharmed():
            # A delay longer than the session lives: the will comes with the session's end.
            for delay, expiry in ((1, 1), (100, 1), (2, 1), (1, 0), (0xFFFFFFFF, 1)):
                name = f"s12/{delay}/{expiry}"
                client = Client(self.port, name, version=V5, will=will_5(name, delay),
                                props=properties(wire.session_expiry(expiry)))
                client.close()
                self.assertEqual(watcher.message(6).topic, name)

    def test_s12_will_delay_and_takeover(self):
        watcher = self.client("s12-takeover-watcher")
        watcher.subscribe("s12t/#")
        keep = properties(wire.session_expiry(100))
        with self.unharmed():
            for number in range(200):
                will = will_5("s12t/late", 60)
                old = Client(self.port, "s12t", version=V5, clean=False, will=will, props=keep)
                new = Client(self.port, "s12t", version=V5, clean=False, will=will, props=keep)
                self.assertTrue(new.connack.session_present)
                self.assertEqual(old.end_of_connection().reason, 0x8E)
                if number % 2 == 0:
                    new.disconnect()
                old.close()
                new.close()
            # The one who comes back in time takes its will back; a new session lets it go at once.
            Client(self.port, "s12t", version=V5, clean=True).disconnect()
            watcher.send(wire.publish("s12t/end"))
            self.assertEqual(watcher.message().topic, "s12t/late")
            self.assertEqual(watcher.message().topic, "s12t/end")

    def test_s12_connect_and_disconnect_with_will_without_a_pause(self):
        with self.unharmed():
            for number in range(300):
                client = Client(self.port, version=V5)
                client.send(wire.connect("s12q", V5, clean=number % 3 == 0, will=will_5("s12q", 1),
                                         props=properties(wire.session_expiry(number % 2)))
                            + wire.disconnect())
                client.end_of_connection()
                client.close()

    def test_s13_packets_in_random_order(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        lots = random.Random(seed)
        filters = ("s13/a", "s13/+", "$share/g/s13/a", "$share/g/s13/+", "$share/h/s13/a", "s13/#")
        with self.unharmed():
            for _ in range(400):
                version = lots.choice((V311, V5))
                client = Client(self.port, version=version)
                out = [wire.connect(f"s13-{lots.randrange(3)}", version, clean=lots.random() < 0.5,
                                    props=properties(wire.session_expiry(lots.randrange(3))))]
                for _ in range(lots.randrange(12)):
                    filter_ = lots.choice(filters)
                    out.append(lots.choice((
                        wire.subscribe(1, (filter_, lots.randrange(3)), version=version),
                        wire.unsubscribe(2, filter_, version=version),
                        wire.publish("s13/a", b"x", lots.randrange(3), 3, lots.random() < 0.3,
                                     version=version),
                        wire.ack(lots.choice((4, 5, 6, 7)), lots.randrange(1, 4)),
                        wire.pingreq())))
                out += lots.choice(([], [wire.disconnect()], [wire.connect("s13-1", version)]))
                client.send_as_much_as_it_takes(b"".join(out))
                if lots.random() < 0.7:
                    client.socket.shutdown(1)
                    try:
                        client.end_of_connection()
                    except Closed:
                        pass
                client.close()

    def test_s27_longer_texts_than_the_protocol_has_room_for(self):
        """Handed to our own client."""
        too_long = "x" * 70_000
        base = [PROGRAM, "pub", "--host", "127.0.0.1", "--port", str(self.port)]
        for arguments in (["--topic", too_long, "--message", "m"],
                          ["--topic", "t", "--message", "m", "--user", too_long],
                          ["--topic", "t", "--message", "m", "--id", too_long]):
            ended = subprocess.run(base + arguments, capture_output=True, timeout=30, text=True)
            self.assertNotEqual(ended.returncode, 0)
            self.assertNotIn("Sanitizer", ended.stderr)
            self.assertNotIn("runtime error", ended.stderr)
            self.assertTrue(ended.stderr.strip(), "no word about why")

    def test_s28_no_wildcard_shows_what_is_the_gateways_own(self):
        with self.unharmed():
            owner = self.client("s28", version=V5)
            self.assertLess(owner.subscribe("$SYS/broker/clients/s28/state"), 3)
            self.assertEqual(owner.message().topic, "$SYS/broker/clients/s28/state")
            watcher = self.client("s28-watcher", version=V5)
            wide = ("#", "+/#", "+/broker/#", "+/broker/clients/+/state", "$share/g/#",
                    "$share/g/+/broker/#")
            watcher.send(wire.subscribe(1, *((filter_, 0) for filter_ in wide), version=V5))
            with Client(self.port, "s28-other"):
                pass
            # Its coming and going was published by now; nothing of it has come here.
            watcher.send(wire.publish("s28/end", version=V5))
            while True:
                packet = watcher.receive()
                if packet.type == wire.SUBACK:
                    self.assertEqual(packet.codes, [0] * len(wide))
                    continue
                message = packet.message()
                self.assertFalse(message.topic.startswith("$"), message.topic)
                if message.topic == "s28/end":
                    break


if __name__ == "__main__":
    main()
