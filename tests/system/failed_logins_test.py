"""Failed logins: who tries passwords waits longer each time, and is then kept out; nobody else is."""
import configparser
import json
import re
import subprocess
import sys
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, MIB, main
from support.client import Canary, Client, Closed
from support.gateway import Gateway, wait_until
from support.network import enter_own_network
from support.users import device_hash, write_users
from support.wire import V5

# Documentation has these addresses for itself (RFC 5737, RFC 3849).
HERE, STRANGER, FRIEND = "192.0.2.1", "192.0.2.7", "192.0.2.8"
HERE_6, STRANGER_6, NEIGHBOUR_6, FRIEND_6 = ("2001:db8::1", "2001:db8:7::1", "2001:db8:7::2",
                                             "2001:db8:8::1")
EVERYWHERE = '[[listener]]\naddress = "::"\nport = 0\nallow_anonymous = true\n'
BUSY, BAD_LOGIN, KEPT_OUT = 3, 4, 5
FILTER = Path(__file__).parents[2] / "etc/fail2ban/kleber.conf"


def setUpModule():
    enter_own_network(HERE, STRANGER, FRIEND, HERE_6, STRANGER_6, NEIGHBOUR_6, FRIEND_6)


def limits(**values):
    texts = ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
    return f"{ALL_LINES}[limits]\nconnects_per_address = 0\nfailed_logins = {{ {texts} }}\n{EVERYWHERE}"


def banned_by_fail2ban(log):
    """Whom the filter finds, as fail2ban does: without the time, and what comes before the line."""
    parser = configparser.RawConfigParser()
    parser.read(FILTER)
    pattern = parser["Definition"]["failregex"]
    pattern = pattern.replace("%(__prefix_line)s", "").replace("<ADDR>", r"(?P<address>[0-9a-f.:]+)")
    lines = (line.partition(" ")[2] for line in log.splitlines())
    return [found["address"] for line in lines if (found := re.search(pattern, line))]


class FailedLogins(unittest.TestCase):
    def gateway(self, **values):
        gateway = Gateway(limits(**values))
        self.addCleanup(gateway.__exit__, None, None, None)
        write_users(gateway.state / "users.toml", {"lamp": device_hash("k3y")})
        gateway.ask("reload")
        return gateway

    def connection(self, gateway, source, client_id=None, **options):
        host = {True: HERE_6, False: HERE}[":" in source]
        client = Client(gateway.port, client_id, host="127.0.0.1" if source == "127.0.0.1" else host,
                        source=source, **options)
        self.addCleanup(client.close)
        return client

    def guess(self, gateway, source, user="lamp"):
        """The code of the refusal, and how long it took."""
        client = self.connection(gateway, source)
        begin = time.monotonic()
        client.send(wire.connect("g", user=user, password="guess"))
        code = client.expect(wire.CONNACK).reason
        return code, time.monotonic() - begin

    def assert_banned(self, gateway, source, is_banned=True):
        with self.connection(gateway, source) as client:
            try:
                client.send(wire.connect("c", user="lamp", password="k3y"))
                self.assertEqual(client.expect(wire.CONNACK).reason, 0)
                self.assertFalse(is_banned, "it is let in")
            except Closed:
                self.assertTrue(is_banned, "it is kept out")

    def test_wait_longer_each_time_and_end_in_a_ban(self):
        gateway = self.gateway(count=3)
        friend = self.connection(gateway, FRIEND, "friend", user="lamp", password="k3y")
        resident = self.connection(gateway, STRANGER, "resident", user="lamp", password="k3y")
        for delay in (0.1, 0.2, 0.4):
            code, took = self.guess(gateway, STRANGER)
            self.assertEqual(code, BAD_LOGIN)
            self.assertGreater(took, delay - 0.005)
        self.assert_banned(gateway, STRANGER)
        self.assert_banned(gateway, FRIEND, False)
        self.assert_banned(gateway, "127.0.0.1", False)
        # Who had come in before stays.
        friend.ping()
        resident.ping()
        gateway.wait_for_log(r"warning: too many failed logins: nobody may connect from 192\.0\.2\.7 "
                             "for 10 min; `kleber reload` lifts all bans")
        self.assertEqual(gateway.status()["logins"], {"failed": 3, "banned": 1})
        self.assertIn("3 failed since the start, 1 host banned", gateway.ask("status"))
        gateway.ask("reload")
        self.assert_banned(gateway, STRANGER, False)
        self.assertEqual(gateway.status()["logins"], {"failed": 3, "banned": 0})

    def test_a_ban_ends(self):
        gateway = self.gateway(count=1, ban="1s", delay="0s")
        self.assertEqual(self.guess(gateway, STRANGER)[0], BAD_LOGIN)

        def is_let_in():
            try:
                self.assert_banned(gateway, STRANGER, False)
                return True
            except AssertionError:
                return False

        wait_until(is_let_in)

    def test_a_network_of_ipv6_is_one_place(self):
        gateway = self.gateway(count=2, delay="0s")
        for source in (STRANGER_6, NEIGHBOUR_6):
            self.assertEqual(self.guess(gateway, source)[0], BAD_LOGIN)
        for source in (STRANGER_6, NEIGHBOUR_6):
            self.assert_banned(gateway, source)
        self.assert_banned(gateway, FRIEND_6, False)
        gateway.wait_for_log("nobody may connect from 2001:db8:7::/64 for")
        self.assertEqual(banned_by_fail2ban(gateway.log()), [STRANGER_6, NEIGHBOUR_6])

    def test_this_machine_is_exempt(self):
        gateway = self.gateway(count=2, delay="30s")
        begin = time.monotonic()
        for _ in range(5):
            self.assertEqual(self.guess(gateway, "127.0.0.1")[0], BAD_LOGIN)
        self.assertLess(time.monotonic() - begin, 5)
        self.assert_banned(gateway, "127.0.0.1", False)
        self.assertEqual(gateway.status()["logins"], {"failed": 5, "banned": 0})

    def test_both_can_be_switched_off(self):
        gateway = self.gateway(count=0, delay="0s")
        for _ in range(15):
            self.assertEqual(self.guess(gateway, STRANGER)[0], BAD_LOGIN)
        self.assert_banned(gateway, STRANGER, False)

    def test_what_the_log_says_is_ours_alone(self):
        gateway = self.gateway(count=100, delay="0s")
        forged = f'login failed: user "x" from {FRIEND}'
        for user in ("anna", f'x" from {FRIEND}', f'x\n{forged}', "\x1b[2J", "sesame" * 100):
            self.guess(gateway, STRANGER, user)
        # In other lines a client's words come last, too.
        client = self.connection(gateway, STRANGER)
        client.send(wire.connect(forged, user=forged, password="guess"))
        client.expect(wire.CONNACK)
        client = self.connection(gateway, STRANGER, forged, version=V5, user="lamp", password="k3y")
        client.send(wire.publish("$" + forged, b"", 1, 1, version=V5))
        client.send(wire.disconnect())
        client.end_of_connection()
        gateway.wait_for_log("disconnected")
        log = gateway.log()
        self.assertEqual(banned_by_fail2ban(log), [STRANGER] * 6)
        self.assertIn(f'warning: login failed: user "anna" from {STRANGER}\n', log)
        self.assertNotIn("\x1b", log)
        self.assertNotIn("guess", log)
        self.assertNotIn("k3y", log)

    def test_many_at_once_neither_pile_up_nor_get_more_guesses(self):
        gateway = self.gateway(count=20)
        before = gateway.resident_bytes()
        with Canary(gateway, seconds_max=5):
            crowd = [self.connection(gateway, STRANGER) for _ in range(300)]
            for client in crowd:
                client.send(wire.connect("g", user="lamp", password="guess"))
            codes = [client.expect(wire.CONNACK).reason for client in crowd]
            self.assert_banned(gateway, FRIEND, False)
        self.assertLessEqual(set(codes), {BUSY, BAD_LOGIN, KEPT_OUT})
        # As many as were let through to the hashes before the first was refused, at most.
        self.assertLessEqual(gateway.status()["logins"]["failed"], 60)
        self.assertLess(gateway.resident_bytes() - before, 48 * MIB)
        wait_until(lambda: sum(row["connections"] for row in gateway.status()["listeners"]) == 0)

    def test_counters_below_sys(self):
        gateway = Gateway(limits(count=1, delay="0s") + '[gateway]\nsys_interval = "100ms"\n')
        self.addCleanup(gateway.__exit__, None, None, None)
        write_users(gateway.state / "users.toml", {})
        gateway.ask("reload")
        watch = self.connection(gateway, FRIEND, "watch", version=V5)
        watch.subscribe("$SYS/broker/kleber/logins/#")
        self.guess(gateway, STRANGER)
        wanted = {"$SYS/broker/kleber/logins/failed": b"1", "$SYS/broker/kleber/logins/banned": b"1"}
        seen = {}
        while seen != wanted:
            message = watch.message()
            seen[message.topic] = message.payload


if __name__ == "__main__":
    main()
