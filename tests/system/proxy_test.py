"""Clients behind a proxy that says who they are: HAProxy itself, and whoever might pretend to be one."""
import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, GatewayCase, MIB, main
from support.certificates import Authority
from support.client import Client, connected
from support.doors import listener, trusting, with_certificate
from support.gateway import Gateway, LISTENER, wait_until
from support.proxy import LOCAL, SIGNATURE, TCP4, UNIX, HaProxy, block, line
from support.web import WebSocket

# The proxy is at 127.0.0.1; others on this machine are somebody else.
PROXIES = ["127.0.0.1"]
GUEST, STRANGER = "127.0.0.5", "127.0.0.9"
ELSEWHERE = "203.0.113.9"
NOT_AUTHORIZED = 5


def proxied(kind, **keys):
    return listener(kind, proxy_protocol_from=PROXIES, **keys)


class Behind(unittest.TestCase):
    """HAProxy before every kind of listener."""

    OPTIONS = {"v1": "send-proxy", "v2": "send-proxy-v2",
               "extended": "send-proxy-v2 proxy-v2-options crc32c,unique-id"}

    @classmethod
    def setUpClass(cls):
        folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        cls.authority = Authority(folder)
        server = with_certificate(cls.authority.issue("localhost"))
        anybody = {"allow_anonymous": True}
        cls.gateway = Gateway(
            "[gateway]\nlanes = 2\n" + ALL_LINES + proxied("mqtt", **anybody)
            + proxied("mqtts", **server, **anybody) + proxied("ws", **anybody)
            + proxied("wss", **server, **anybody) + proxied("mqtt"))
        cls.addClassCleanup(cls.gateway.stop)
        ports = dict(zip(("mqtt", "mqtts", "ws", "wss", "local"), cls.gateway.ports(5)))
        ways = {f"{kind}-{version}": (port, f"{options} check inter 50ms", "127.0.0.1")
                for kind, port in ports.items() for version, options in cls.OPTIONS.items()}
        ways |= {f"six-{version}": (ports["mqtt"], options, "::1")
                 for version, options in cls.OPTIONS.items()}
        cls.proxy = cls.enterClassContext(HaProxy(folder, ways))

    def through(self, way):
        """What a client of that kind speaks into, from GUEST, and its own address."""
        kind = way.split("-")[0]
        plain = connected(self.proxy.ports[way], source=GUEST)
        self.addCleanup(plain.close)
        address = "%s:%d" % plain.getsockname()
        if kind in ("mqtts", "wss"):
            plain = trusting(self.authority).wrap_socket(plain, server_hostname="127.0.0.1")
        return (WebSocket(plain) if kind in ("ws", "wss") else plain), address

    def address_of(self, client_id):
        rows = json.loads(self.gateway.ask("clients", "--json"))
        return next(row["address"] for row in rows if row["id"] == client_id)

    def test_every_kind_of_listener_and_both_versions(self):
        for kind in ("mqtt", "mqtts", "ws", "wss"):
            for version in self.OPTIONS:
                with self.subTest(kind, version=version):
                    door, address = self.through(f"{kind}-{version}")
                    client_id = f"by-{kind}-{version}"
                    with Client(door, client_id) as client:
                        client.subscribe(f"t/{client_id}", 1)
                        large = bytes(500_000)
                        client.publish(f"t/{client_id}", large)
                        self.assertEqual(client.message().payload, large)
                        self.assertEqual(self.address_of(client_id), address)
                        self.gateway.wait_for_log(f"client {client_id} connected from {address} ")

    def test_ipv6(self):
        for version in self.OPTIONS:
            with self.subTest(version):
                client_id = f"six-{version}"
                with Client(self.proxy.ports[client_id], client_id, host="::1") as client:
                    port = client.socket.getsockname()[1]
                    self.assertEqual(self.address_of(client_id), f"[::1]:{port}")

    def test_nobody_behind_a_proxy_is_local(self):
        for version in self.OPTIONS:
            door, _ = self.through(f"local-{version}")
            with Client(door) as client:
                client.send(wire.connect("not-local"))
                self.assertEqual(client.end_of_connection().reason, NOT_AUTHORIZED)

    def test_health_checks_are_no_news(self):
        # HAProxy makes them all the while. These came after some of them.
        for way in ("mqtt-v1", "mqtt-v2"):
            for _ in range(20):
                Client(self.through(way)[0], "patient").disconnect()
        self.assertNotIn("PROXY protocol", self.gateway.log())


class Doors(GatewayCase):
    """Whoever comes from 127.0.0.1 is taken for a proxy."""

    LIMITS = ""

    @classmethod
    def setUpClass(cls):
        cls.CONFIG = (ALL_LINES + LISTENER + proxied("mqtt", allow_anonymous=True)
                      + proxied("mqtt") + cls.LIMITS)
        super().setUpClass()
        _, cls.door, cls.local = cls.gateway.ports(3)

    def open(self, port, data=b"", source=None):
        made = connected(port, source=source)
        self.addCleanup(made.close)
        made.sendall(data)
        return made

    def ends(self, connection):
        """The bytes that come before the gateway hangs up."""
        got = bytearray()
        try:
            while piece := connection.recv(1 << 16):
                got += piece
        except ConnectionResetError:
            pass
        connection.close()
        return bytes(got)

    def log_after(self, begin, pattern):
        return wait_until(lambda: pattern in self.gateway.log(begin), what=pattern)


class Pretenders(Doors):
    def test_headers_that_tell_who_it_is(self):
        headers = {
            f"{ELSEWHERE}:50112": [line(ELSEWHERE), block(ELSEWHERE),
                                   block(ELSEWHERE, extensions=b"\4\0\2no" + b"\xff" * 4000)],
            "[2001:db8::7]:50112": [line("2001:db8::7"), block("2001:db8::7")],
            # The proxy speaks for itself, or does not say for whom.
            "127.0.0.1:": [b"PROXY UNKNOWN\r\n", block(), block(command=LOCAL),
                           block(ELSEWHERE, command=LOCAL), block(ELSEWHERE, protocol=0x12),
                           block(protocol=UNIX, extensions=bytes(216))],
        }
        for address, variants in headers.items():
            for number, header in enumerate(variants):
                for at_once in (True, False):
                    with self.subTest(address, number=number, at_once=at_once):
                        client_id = f"told-{time.monotonic_ns()}"
                        connect = wire.connect(client_id)
                        plain = self.open(self.door, header + connect if at_once else header)
                        if not at_once:
                            plain.sendall(connect)
                        with Client(plain) as client:
                            self.assertEqual(client.expect(wire.CONNACK).reason, 0)
                            log = self.gateway.wait_for_log(
                                rf"client {client_id} connected from (\S+) ")
                            self.assertTrue(log[1].startswith(address), log[1])

    def test_a_header_byte_by_byte(self):
        for header in (line(ELSEWHERE), block(ELSEWHERE, extensions=b"\4\0\2no")):
            with self.open(self.door) as slow:
                for byte in header + wire.connect("slow"):
                    slow.sendall(bytes([byte]))
                with Client(slow) as client:
                    self.assertEqual(client.expect(wire.CONNACK).reason, 0)

    def test_garbage(self):
        connect = wire.connect("garbage")
        wrong = {
            "it does not begin with a header": [
                connect, b"\0", b"GET / HTTP/1.1\r\n\r\n", b"\x16\3\1\2\0", b"proxy TCP4 ",
                SIGNATURE[:-1] + b"x", b"\xff" * 5000],
            "its protocol": [b"PROXY\x20\r\n" + connect, b"PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n"],
            "its addresses are none": [b"PROXY TCP4 1.2.3.256 1.2.3.4 1 2\r\n",
                                       line(ELSEWHERE, protocol="TCP6"),
                                       b"PROXY TCP4 localhost 1.2.3.4 1 2\r\n"],
            "its ports are none": [line(ELSEWHERE, port=65536), line(ELSEWHERE, port=-1)],
            "its first line does not end": [b"PROXY UNKNOWN" + b" x" * 100, b"PROXY " + b"\n" * 101],
            "its version is not 2": [block(ELSEWHERE, command=0x11)],
            "its command is unknown": [block(ELSEWHERE, command=0x22)],
            "its family or transport": [block(ELSEWHERE, protocol=0x44)],
            "its addresses are cut off": [block(protocol=TCP4, extensions=bytes(11))],
            "it is too long": [block(ELSEWHERE, length=0xFFFF), block(length=4081)],
        }
        with self.unharmed():
            for reason, variants in wrong.items():
                for data in variants:
                    with self.subTest(data=data[:40]):
                        seen = len(self.gateway.log())
                        self.assertEqual(self.ends(self.open(self.door, data)), b"")
                        # Told at once, not when it took too long.
                        self.log_after(seen, f"refused: PROXY protocol: {reason}")

    def test_strangers(self):
        for data in (line(ELSEWHERE), block(ELSEWHERE), wire.connect("stranger"), b""):
            seen = len(self.gateway.log())
            stranger = self.open(self.door, source=STRANGER)
            try:
                stranger.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            self.assertEqual(self.ends(stranger), b"")
            self.log_after(seen, f"connection from {STRANGER}:")
            self.assertIn("it is none of the proxies that may connect", self.gateway.log(seen))

    def test_a_connection_that_ends_early(self):
        seen = len(self.gateway.log())
        for data in (b"", block(command=LOCAL), b"PROXY UNKNOWN\r\n"):
            self.open(self.door, data).close()
        self.open(self.door, SIGNATURE).close()
        self.log_after(seen, "PROXY protocol: the connection ended in the header")
        self.assertEqual(self.gateway.log(seen).count("refused"), 1)

    def test_a_second_header(self):
        for header in (line(ELSEWHERE), block(ELSEWHERE)):
            for second in (line("192.0.2.1"), block("192.0.2.1")):
                seen = len(self.gateway.log())
                self.assertEqual(self.ends(self.open(self.door, header + second)), b"")
                self.log_after(seen, f"from {ELSEWHERE}:50112 refused: ")
                self.assertNotIn("192.0.2.1", self.gateway.log(seen))

    def test_a_header_where_none_belongs(self):
        for header in (line(ELSEWHERE), block(ELSEWHERE)):
            seen = len(self.gateway.log())
            self.assertEqual(self.ends(self.open(self.port, header + wire.connect("x"))), b"")
            self.log_after(seen, "connection from 127.0.0.1:")
            self.assertNotIn(ELSEWHERE, self.gateway.log(seen))

    def test_nobody_is_local(self):
        for header in (line("127.0.0.1"), block("127.0.0.1"), block("::1"), block(command=LOCAL),
                       b"PROXY UNKNOWN\r\n", block(protocol=UNIX, extensions=bytes(216))):
            answer = self.ends(self.open(self.local, header + wire.connect("not-local")))
            self.assertEqual(answer, bytes([wire.CONNACK << 4, 2, 0, NOT_AUTHORIZED]))


class Impatient(Doors):
    LIMITS = '[limits]\nconnect_timeout = "700ms"\n'

    def test_a_slow_header_buys_no_time(self):
        with self.unharmed() as canary:
            for header in (line(ELSEWHERE), block(ELSEWHERE, extensions=bytes(4000))):
                begin, seen = time.monotonic(), len(self.gateway.log())
                slow = self.open(self.door)
                try:
                    for byte in header:
                        slow.sendall(bytes([byte]))
                        canary.wait_for(3)
                except (BrokenPipeError, ConnectionResetError):
                    pass
                slow.close()
                self.log_after(seen, "refused: PROXY protocol: the header took too long")
                self.assertLess(time.monotonic() - begin, 6)

    def test_a_header_that_never_comes(self):
        for data in (b"", b"P", line(ELSEWHERE)[:-1], SIGNATURE, block(ELSEWHERE)[:-1]):
            with self.subTest(data):
                seen = len(self.gateway.log())
                self.assertEqual(self.ends(self.open(self.door, data)), b"")
                self.log_after(seen, "PROXY protocol: the header took too long")
        seen = len(self.gateway.log())
        self.assertEqual(self.ends(self.open(self.door, block(command=LOCAL))), b"")
        self.log_after(seen, "PROXY protocol: the client says nothing")

    def test_a_crowd_of_halves(self):
        descriptors = self.gateway.descriptor_count()
        with self.unharmed(seconds_max=3):
            crowd = [self.open(self.door, half) for half in
                     (b"", b"PROXY", SIGNATURE, block(ELSEWHERE, extensions=bytes(4000))[:-1]) * 100]
            for one in crowd:
                self.assertEqual(self.ends(one), b"")
            wait_until(lambda: self.gateway.descriptor_count() <= descriptors + 4)


class Limits(unittest.TestCase):
    def test_connections_are_counted_for_whom_they_are(self):
        config = (ALL_LINES + "[limits]\nconnections_per_address = 2\n" + LISTENER
                  + proxied("mqtt", allow_anonymous=True))
        with Gateway(config) as gateway:
            door = gateway.ports(2)[1]

            def client(address, number):
                plain = connected(door)
                self.addCleanup(plain.close)
                plain.sendall(line(address))
                return Client(plain, f"{address}-{number}")

            inside = [client(address, number) for address in (ELSEWHERE, "192.0.2.1", "2001:db8::7")
                      for number in range(2)]
            seen = len(gateway.log())
            with connected(door) as third:
                third.sendall(line(ELSEWHERE))
                self.assertEqual(third.recv(100), b"")
            wait_until(lambda: f"from {ELSEWHERE}:50112 refused: too many" in gateway.log(seen))
            inside[0].disconnect()
            wait_until(lambda: gateway.status()["clients"]["online"] == 5)
            client(ELSEWHERE, 2).ping()
            self.assertEqual(gateway.status()["listeners"][1]["connections"], 6)

    def test_all_connections_are_counted_before_they_say_who_they_are(self):
        config = ALL_LINES + "[limits]\nconnections = 5\n" + proxied("mqtt", allow_anonymous=True)
        with Gateway(config) as gateway:
            halves = [connected(gateway.port) for _ in range(5)]
            with connected(gateway.port) as one_too_many:
                self.assertEqual(one_too_many.recv(100), b"")
            gateway.wait_for_log("refused: too many connections")
            for half in halves:
                half.close()
            wait_until(lambda: gateway.status()["listeners"][0]["connections"] == 0)


class Reload(unittest.TestCase):
    def test_proxies_come_and_go(self):
        door = listener("mqtt", allow_anonymous=True)
        with Gateway(ALL_LINES + door) as gateway:
            resident = Client(gateway.port, "resident")
            self.addCleanup(resident.close)
            gateway.write_config(ALL_LINES + proxied("mqtt", allow_anonymous=True))
            gateway.ask("reload")
            plain = connected(gateway.port)
            plain.sendall(block(ELSEWHERE))
            with Client(plain, "by-proxy"):
                gateway.wait_for_log(f"client by-proxy connected from {ELSEWHERE}:50112 ")
                gateway.write_config(ALL_LINES + door)
                gateway.ask("reload")
                Client(gateway.port, "alone").disconnect()
            resident.ping()


if __name__ == "__main__":
    main()
