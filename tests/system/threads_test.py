"""S14, and the everyday, with two lanes: what the thread sanitizer is to see."""
import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, main
from support.client import Client, Closed
from support.fight import fight
from support.gateway import wait_until
from support.wire import V31, V311, V5

LANES = '[gateway]\nlanes = 2\nsys_interval = "100ms"\n'


class TwoLanes(GatewayCase):
    CONFIG = LANES + ALL_LINES

    def test_messages_between_the_lanes(self):
        # Connections are dealt out in turn: neighbours are on different lanes.
        clients = [self.client(f"lane-{number}", version=(V31, V311, V5)[number % 3])
                   for number in range(6)]
        for client in clients:
            client.subscribe("lanes/all", 2)
        for qos in (0, 1, 2):
            publisher = self.client(f"lane-publisher-{qos}")
            for number in range(50):
                publisher.publish("lanes/all", f"{qos}/{number}", qos)
        # Each publisher has an order of its own.
        for client in clients:
            got = [client.message() for _ in range(150)]
            for qos in (0, 1, 2):
                self.assertEqual([message.payload for message in got if message.qos == qos],
                                 [f"{qos}/{number}".encode() for number in range(50)])

    def test_large_payloads_are_shared_by_the_lanes(self):
        clients = [self.client(f"large-{number}", version=V5) for number in range(4)]
        for client in clients:
            client.subscribe("lanes/large")
        payload = bytes(range(256)) * 2000
        self.client("large-publisher").publish("lanes/large", payload, 1)
        for client in clients:
            self.assertEqual(client.message().payload, payload)

    def test_retained_wills_and_sessions(self):
        for number in range(20):
            dying = Client(self.port, "dying", will=wire.Will("lanes/will", qos=1, retain=True))
            dying.close()
            heir = Client(self.port, f"heir-{number}", clean=False, version=V311)
            heir.subscribe("lanes/will", 1)
            self.assertEqual(heir.message().payload, b"gone")
            heir.close()

    def test_s14_takeovers_kicks_and_subscribe_jitter(self):
        def kick():
            try:
                self.gateway.ask("kick", "fighter")
            except AssertionError:
                pass  # it was not there at that moment

        with self.unharmed(seconds_max=10):
            fight(self.port, 1200, meanwhile=kick)

    def test_shared_groups_and_coming_and_going(self):
        def come_and_go(number):
            for _ in range(30):
                with Client(self.port, f"member-{number}", version=V5) as member:
                    member.subscribe("$share/g/lanes/shared", 1)
                    try:
                        member.message(0.01)
                    except (AssertionError, Closed):
                        pass

        members = [threading.Thread(target=come_and_go, args=(number,)) for number in range(4)]
        publisher = self.client("shared-publisher")
        for thread in members:
            thread.start()
        while any(thread.is_alive() for thread in members):
            for _ in range(20):
                publisher.publish("lanes/shared", b"x", 1)
        for thread in members:
            thread.join()

    def test_reload_and_status_meanwhile(self):
        with self.unharmed(seconds_max=10) as canary:
            for number in range(10):
                self.gateway.write_config(self.CONFIG + f"[limits]\ninflight = {20 + number}\n")
                self.gateway.signal(signal.SIGHUP)
                self.gateway.ask("clients")
                canary.wait_for(1)
            wait_until(lambda: "configuration reloaded" in self.gateway.log())


if __name__ == "__main__":
    main()
