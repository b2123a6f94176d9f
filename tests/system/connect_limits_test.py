"""What one address may have and do, of which this machine is exempt."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, main
from support.client import Client, connected
from support.gateway import wait_until
from support.network import enter_own_network

HERE, NEAR, FAR = "192.0.2.1", "192.0.2.7", "192.0.2.8"
HERE_6, NEAR_6, NEIGHBOUR_6, FAR_6 = "2001:db8::1", "2001:db8:7::1", "2001:db8:7::2", "2001:db8:8::1"
LISTENER = '[[listener]]\naddress = "::"\nport = 0\nallow_anonymous = true\n'


def setUpModule():
    enter_own_network(HERE, NEAR, FAR, HERE_6, NEAR_6, NEIGHBOUR_6, FAR_6)


class Limits(GatewayCase):
    def client(self, source, client_id=None):
        made = Client(self.port, client_id, source=source,
                      host=source if source == "127.0.0.1" else HERE_6 if ":" in source else HERE)
        self.addCleanup(made.close)
        return made

    def is_turned_away(self, source):
        with connected(self.port, HERE_6 if ":" in source else HERE, source=source) as made:
            try:
                made.sendall(wire.connect("visitor"))
                return made.recv(1) == b""
            except (BrokenPipeError, ConnectionResetError):
                return True


class Connections(Limits):
    CONFIG = ALL_LINES + "[limits]\nconnections_per_address = 5\n" + LISTENER

    def test_those_beyond_the_limit_are_the_newest(self):
        with self.unharmed():
            first = [self.client(NEAR, f"near-{number}") for number in range(5)]
            for _ in range(50):
                self.assertTrue(self.is_turned_away(NEAR))
            others = [self.client(FAR, f"far-{number}") for number in range(5)]
            for one in first + others:
                one.ping()
            first.pop().disconnect()
            self.gateway.wait_for_log("client near-4 from .* disconnected")
            first.append(self.client(NEAR, "near-again"))
            for one in first + others:
                one.disconnect()
        self.gateway.wait_for_log(f"connection from {NEAR}:.* refused: too many connections")

    def test_a_network_of_ipv6_is_one_address(self):
        first = [self.client(source, f"{source}-{number}") for source in (NEAR_6, NEIGHBOUR_6)
                 for number in range(2)]
        first.append(self.client(NEAR_6, "the-fifth"))
        self.assertTrue(self.is_turned_away(NEAR_6))
        self.assertTrue(self.is_turned_away(NEIGHBOUR_6))
        first += [self.client(FAR_6, "far-6")]
        for one in first:
            one.disconnect()

    def test_this_machine_has_no_such_limit(self):
        for one in [self.client("127.0.0.1", f"at-home-{number}") for number in range(50)]:
            one.disconnect()


class Connects(Limits):
    CONFIG = ALL_LINES + "[limits]\nconnects_per_address = 20\n" + LISTENER

    def test_a_storm_from_one_address_delays_nobody_else(self):
        with self.unharmed():
            away = sum(self.is_turned_away(NEAR) for _ in range(1000))
            self.assertGreater(away, 100)
            for number in range(20):
                self.client(FAR, f"far-{number}").disconnect()
        self.gateway.wait_for_log(f"connection from {NEAR}:.* refused: too many connections a second")
        # It has not lost its right by that.
        wait_until(lambda: not self.is_turned_away(NEAR), 3)


if __name__ == "__main__":
    main()
