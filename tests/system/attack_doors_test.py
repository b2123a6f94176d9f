"""What strangers can do to doors with TLS, WebSockets and HTTP: garbage, halves, floods, crowds."""
import os
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import web, wire
from support.case import ALL_LINES, GatewayCase, MIB, main
from support.certificates import Authority
from support.client import Client, Closed, connected
from support.doors import listener, over_tls, over_web, trusting, with_certificate
from support.gateway import raise_descriptor_limit, wait_until
from support.web import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, Reader, frame, request

HALF_OPEN_MAX = 2000  # Handshakes::kOpenMax
CROWD = 3000
# Those of RFC 6455, 7.4.1.
NORMAL, PROTOCOL_ERROR, UNSUPPORTED_DATA = 1000, 1002, 1003


class Doors(GatewayCase):
    LIMITS = ""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        cls.authority = Authority(cls.folder)
        server = with_certificate(cls.authority.issue("localhost"))
        (cls.folder / "www").mkdir()
        (cls.folder / "www/index.html").write_text("at home")
        (cls.folder / "secret.txt").write_text("secret")
        files = {"files": str(cls.folder / "www"), "allow_anonymous": True}
        cls.CONFIG = (ALL_LINES + listener("mqtt") + listener("mqtts", **server)
                      + listener("ws", **files) + listener("wss", **files, **server)
                      + listener("ws", **files, origins=["https://home.example"]) + cls.LIMITS)
        super().setUpClass()
        _, cls.tls, cls.ws, cls.wss, cls.ws_home = cls.gateway.ports(5)

    def open(self, port, data=b""):
        made = connected(port)
        self.addCleanup(made.close)
        made.sendall(data)
        return made

    def ends(self, port, data):
        """The bytes that come before the gateway hangs up."""
        with connected(port) as made:
            got = bytearray()
            try:
                made.sendall(data)
                while piece := made.recv(1 << 16):
                    got += piece
            except (ConnectionResetError, BrokenPipeError):
                pass
            return bytes(got)

    def status(self, port, data):
        """Of the HTTP answer."""
        answer = self.ends(port, data)
        return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else answer

    def client_hello(self):
        talk = trusting(self.authority).wrap_bio(ssl.MemoryBIO(), out := ssl.MemoryBIO(),
                                                 server_hostname="127.0.0.1")
        try:
            talk.do_handshake()
        except ssl.SSLWantReadError:
            return out.read()


class Tls(Doors):
    def test_what_is_no_tls(self):
        with self.unharmed():
            for data in (wire.connect("plain"), request(), b"\0" * 1000, b"\x16\x03\x01\xff\xff" * 99,
                         b"\x15\x03\x01\0\2\2\x28", os.urandom(5000), b"\x80\x2e\1\0\2\0\x15"):
                for port in (self.tls, self.wss):
                    answer = self.ends(port, data)
                    self.assertTrue(answer == b"" or answer[0] == 0x15, answer[:20])
            hello = self.client_hello()
            for at in range(0, len(hello), 7):
                broken = bytearray(hello)
                broken[at] ^= 0xFF
                with connected(self.tls) as made:
                    made.sendall(broken)
        self.gateway.wait_for_log("refused: TLS: ")

    def test_tls_where_there_is_none(self):
        with self.unharmed():
            self.assertEqual(self.ends(self.port, self.client_hello()), b"")
            answer = self.status(self.ws, self.client_hello() + b"\r\n\r\n")
            self.assertIn(answer, (400, b""))

    def test_old_versions_and_renegotiation(self):
        for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
            context = trusting(self.authority)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
            with self.assertRaises(OSError):
                over_tls(self.tls, context)
        self.gateway.wait_for_log("refused: TLS: unsupported protocol")
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.tls}", "-tls1_2", "-CAfile",
             str(self.authority.file)], input="R\n", capture_output=True, text=True, timeout=30)
        self.assertIn("no renegotiation", done.stderr)
        self.gateway.check_alive()


class Impatient(Doors):
    LIMITS = '[limits]\nconnect_timeout = "700ms"\n'

    def test_halves_for_ever(self):
        """Of a handshake, of a head, of a WebSocket without a CONNECT: each ends by itself."""
        hello = self.client_hello()
        descriptors = self.gateway.descriptor_count()
        with self.unharmed():
            halves = [self.open(self.tls), self.open(self.tls, hello[:40]),
                      self.open(self.tls, hello), self.open(self.wss, hello), self.open(self.ws),
                      self.open(self.ws, request()[:-2]), self.open(self.ws, request()),
                      self.open(self.ws, request() + frame(BINARY, wire.connect("half")[:9])),
                      over_tls(self.tls, trusting(self.authority)),
                      over_tls(self.wss, trusting(self.authority))]
            for number, half in enumerate(halves):
                with self.subTest(number):
                    try:
                        while half.recv(1 << 16):
                            pass
                    except (ConnectionResetError, ssl.SSLError):
                        pass
                    half.close()
        self.gateway.wait_for_log("refused: TLS: it took too long")
        wait_until(lambda: self.gateway.descriptor_count() <= descriptors)

    def test_a_slow_head_buys_no_time(self):
        for port, whole in ((self.ws, request(**{f"X_{n}": "y" * 50 for n in range(50)})),
                            (self.tls, self.client_hello())):
            with self.unharmed() as canary, connected(port) as slow:
                begin = time.monotonic()
                for at in range(len(whole)):
                    try:
                        slow.sendall(whole[at:at + 1])
                    except (BrokenPipeError, ConnectionResetError):
                        break
                    canary.wait_for(1)
                    if time.monotonic() - begin > 1.5:
                        break
                try:
                    self.assertEqual(slow.recv(100), b"")
                except ConnectionResetError:
                    pass
                self.assertLess(time.monotonic() - begin, 6)


class WebSockets(Doors):
    def guest(self):
        """Somebody who has been accepted."""
        return self.client_of(over_web(self.ws), f"guest-{time.monotonic_ns()}")

    def client_of(self, door, client_id):
        made = Client(door, client_id)
        self.addCleanup(made.close)
        return made

    def test_frames_that_must_not_be(self):
        ping = wire.pingreq()
        wrong = {
            "unmasked": (PROTOCOL_ERROR, frame(BINARY, ping, is_masked=False)),
            "text": (UNSUPPORTED_DATA, frame(TEXT, ping)),
            "unknown opcodes": (PROTOCOL_ERROR, frame(3, ping)),
            "unknown control": (PROTOCOL_ERROR, frame(11, ping)),
            "reserved bits": (PROTOCOL_ERROR, frame(BINARY, ping, reserved=4)),
            "reserved bits of a ping": (PROTOCOL_ERROR, frame(PING, b"", reserved=1)),
            "control of 126 bytes": (PROTOCOL_ERROR, frame(PING, b"x" * 126)),
            "control in pieces": (PROTOCOL_ERROR, frame(PING, b"x", is_final=False)),
            "close of one byte": (PROTOCOL_ERROR, frame(CLOSE, b"x")),
            "continuation of nothing": (PROTOCOL_ERROR, frame(CONTINUATION, ping)),
            "a second beginning": (PROTOCOL_ERROR, frame(BINARY, ping[:1], is_final=False)
                                   + frame(BINARY, ping[1:])),
            "length too long said": (PROTOCOL_ERROR, frame(BINARY, ping, length=b"\xfe\0\2")),
            "negative length": (PROTOCOL_ERROR, frame(BINARY, ping, length=b"\xff" * 9)),
        }
        with self.unharmed():
            for name, (code, data) in wrong.items():
                with self.subTest(name):
                    guest = self.guest()
                    guest.socket.send_raw(data)
                    self.assertEqual(guest.socket.reader.until_close(), code)
        self.gateway.check_alive()

    def test_packets_that_mqtt_forbids_in_frames_that_are_right(self):
        with self.unharmed():
            # A frame may be as long as it likes: it is the packet that counts.
            for data in (b"\x30" + wire.varint(268_435_455), b"\x00\x00", b"\xff" * 9):
                guest = self.guest()
                guest.socket.send_raw(frame(BINARY, data, length=b"\xff" + b"\0\0\0\1\0\0\0\0"))
                self.assertIsNotNone(guest.socket.reader.until_close())

    def test_pieces_are_put_together(self):
        guest = self.guest()
        guest.subscribe("pieces", 0)
        packet = wire.publish("pieces", b"in pieces")
        # One byte a frame, a ping between them, empty ones too.
        guest.socket.send_raw(
            frame(BINARY, b"", is_final=False)
            + b"".join(frame(CONTINUATION, packet[at:at + 1], is_final=False) + frame(PING, b"hi")
                       for at in range(len(packet)))
            + frame(CONTINUATION, b""))
        self.assertEqual(guest.message().payload, b"in pieces")
        # And each byte of the frames by itself.
        for byte in frame(BINARY, wire.publish("pieces", b"x" * 200)):
            guest.socket.send_raw(bytes([byte]))
        self.assertEqual(guest.message().payload, b"x" * 200)

    def test_pings_are_answered_and_a_close_ends_it(self):
        door = over_web(self.ws)
        guest = self.client_of(door, "polite")
        door.send_raw(frame(PING, b"are you there?"))
        self.assertEqual(door.reader.frame(), (PONG, True, b"are you there?"))
        door.send_raw(frame(PONG, b"unasked"))
        guest.ping()
        # In the middle of a message, and nothing counts that comes after it.
        packet = wire.publish("polite", b"never")
        guest.subscribe("polite", 0)
        door.send_raw(frame(BINARY, packet[:5], is_final=False) + frame(CLOSE, b"\x03\xe8")
                      + frame(CONTINUATION, packet[5:]))
        self.assertEqual(door.reader.until_close(), NORMAL)
        self.assertEqual(self.ends_after(door), b"")

    @staticmethod
    def ends_after(door):
        try:
            return door.reader.socket.recv(100)
        except ConnectionResetError:
            return b""

    def test_a_flood_of_pings_that_nobody_reads_the_answers_of(self):
        flood = frame(PING, b"x" * 125) * 1000
        with self.unharmed() as canary:
            guest = self.client_of(web.WebSocket(connected(self.ws, small_window=True)), "flood")
            plain = Client(guest.socket.reader.socket)
            try:
                plain.pour(flood, 100 * MIB, lambda: canary.wait_for(20))
            except Closed:
                pass

    def test_a_flood_of_pings(self):
        door = over_web(self.ws)
        guest = self.client_of(door, "flood-that-reads")
        with self.unharmed():
            for _ in range(100):
                door.send_raw(frame(PING, b"x") * 200)
                for _ in range(200):
                    self.assertEqual(door.reader.frame()[0], PONG)
        guest.ping()


class Http(Doors):
    def get(self, *lines, path="/", method="GET", version="HTTP/1.1"):
        return "\r\n".join((f"{method} {path} {version}", *lines, "", "")).encode()

    def test_requests_that_make_no_sense(self):
        host = "Host: kleber"
        wrong = {
            "no request": (400, b"\0\1\2\3garbage\r\n\r\n"),
            "mqtt": (400, wire.connect("plain")),
            "no host": (400, self.get()),
            "two hosts": (400, self.get(host, "Host: other")),
            "two lengths": (400, self.get(host, "Content-Length: 0", "Content-Length: 5")),
            "a body": (413, self.get(host, "Content-Length: 5") + b"hello"),
            "a length that is none": (400, self.get(host, "Content-Length: +5")),
            "chunks": (501, self.get(host, "Transfer-Encoding: chunked") + b"0\r\n\r\n"),
            "both": (501, self.get(host, "Content-Length: 4", "Transfer-Encoding: chunked")),
            "space before the colon": (400, self.get(host, "Transfer-Encoding : chunked")),
            "a line that goes on": (400, self.get(host, " X: y")),
            "no colon": (400, self.get(host, "nonsense")),
            "control characters": (400, self.get(host, "X: a\x01b")),
            "a bare carriage return": (400, self.get(host, "X: a\rTransfer-Encoding: chunked")),
            "version": (505, self.get(host, version="HTTP/2.0")),
            "somebody else's": (400, self.get(host, path="http://elsewhere/")),
            "a method": (405, self.get(host, method="PUT")),
            "a long target": (414, self.get(host, path="/" + "a" * 100_000)),
            "a huge head": (431, self.get(host, "X: " + "a" * 100_000)),
            "many fields": (431, self.get(host, *["X: y"] * 1000)),
        }
        with self.unharmed():
            for name, (status, data) in wrong.items():
                with self.subTest(name):
                    # What follows a refused request is not another one.
                    smuggled = self.get(host, path="/smuggled")
                    answer = self.ends(self.ws, data + smuggled)
                    self.assertEqual(answer[:12], f"HTTP/1.1 {status}".encode())
                    if status != 405:
                        self.assertEqual(answer.count(b"HTTP/1.1 "), 1, answer)

    def test_nothing_outside_of_the_folder(self):
        for path in ("/../secret.txt", "/../../../../../../etc/passwd", "/%2e%2e/secret.txt",
                     "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/x/../../secret.txt", "//etc/passwd",
                     "/..\\secret.txt", "/.", "/..", "/%00", "/index.html%00.txt", "/%", "/%zz",
                     "/....//secret.txt", "/%c0%ae%c0%ae/secret.txt", "/;/../../secret.txt"):
            with self.subTest(path):
                answer = self.ends(self.ws, self.get("Host: kleber", "Connection: close", path=path))
                self.assertIn(answer[:12], (b"HTTP/1.1 400", b"HTTP/1.1 404"))
                self.assertNotIn(b"secret", answer.split(b"\r\n\r\n", 1)[1])
                self.assertNotIn(b"root:", answer)
        os.symlink(self.folder / "secret.txt", self.folder / "www/link.txt")
        answer = self.ends(self.ws, self.get("Host: k", "Connection: close", path="/link.txt"))
        self.assertNotEqual(answer[:12], b"HTTP/1.1 200")

    def test_without_an_end_of_line(self):
        with self.unharmed():
            self.assertIn(self.status(self.ws, b"GET / HTTP/1.1 Host: kleber " * 10_000),
                          (400, 414, 431))

    def test_a_pipeline_is_answered_in_turn(self):
        one = self.get("Host: kleber", path="/index.html")
        with self.unharmed():
            answer = self.ends(self.ws, one * 500 + self.get("Host: kleber", "Connection: close"))
            self.assertEqual(answer.count(b"HTTP/1.1 200"), 501)

    def test_upgrades_that_are_refused(self):
        wrong = {
            "origin": (403, self.ws_home, request(Origin="https://evil.example")),
            "no path": (404, self.ws, request("/elsewhere")),
            "method": (405, self.ws, request(method="POST")),
            "http 1.0": (400, self.ws, request(version="HTTP/1.0")),
            "version": (426, self.ws, request(Sec_WebSocket_Version="8")),
            "no version": (426, self.ws, request(Sec_WebSocket_Version=None)),
            "key": (400, self.ws, request(Sec_WebSocket_Key="short")),
            "no key": (400, self.ws, request(Sec_WebSocket_Key=None)),
            "connection": (400, self.ws, request(Connection="keep-alive")),
            "subprotocol": (400, self.ws, request(Sec_WebSocket_Protocol="soap")),
            "no subprotocol": (400, self.ws, request(Sec_WebSocket_Protocol=None)),
        }
        for name, (status, port, data) in wrong.items():
            with self.subTest(name):
                answer = self.ends(port, data)
                self.assertEqual(answer[:12], f"HTTP/1.1 {status}".encode())
                if status == 426:
                    self.assertIn(b"Sec-WebSocket-Version: 13\r\n", answer)
        self.gateway.wait_for_log("pages from there may not open a WebSocket")
        for fields in ({"Origin": "https://home.example"}, {}):
            Client(over_web(self.ws_home, **fields), "from-home").disconnect()


class Crowds(Doors):
    LIMITS = '[limits]\nconnect_timeout = "60s"\n'

    def test_half_open_connections_delay_nobody(self):
        raise_descriptor_limit()
        descriptors = self.gateway.descriptor_count()
        hello = self.client_hello()
        with self.unharmed(growth_max=400 * MIB, seconds_max=3) as canary:
            crowd = [self.open(self.tls, hello[:100]) for _ in range(HALF_OPEN_MAX)]
            wait_until(lambda: self.gateway.descriptor_count() >= descriptors + HALF_OPEN_MAX)
            canary.wait_for(20)
            # One too many is turned away; plain ones are not.
            self.assertEqual(self.ends(self.tls, hello), b"")
            self.gateway.wait_for_log("too many TLS handshakes are under way")
            self.client("plain").ping()
            for one in crowd:
                one.close()
            wait_until(lambda: self.gateway.descriptor_count() <= descriptors + 20)
        Client(over_tls(self.tls, trusting(self.authority)), "after").disconnect()

    def come_and_go(self, count):
        context = trusting(self.authority)
        for number in range(count):
            if number % 4 == 0:
                Client(over_tls(self.tls, context), "visitor").close()
            elif number % 4 == 1:
                Client(over_web(self.ws), "visitor").close()
            elif number % 4 == 2:
                over_web(self.ws).close()
            else:
                connected(self.tls).close()

    def test_many_come_and_go(self):
        self.come_and_go(200)
        descriptors, before = self.gateway.descriptor_count(), self.gateway.resident_bytes()
        with self.unharmed(growth_max=24 * MIB, seconds_max=3):
            self.come_and_go(CROWD)
        wait_until(lambda: self.gateway.descriptor_count() <= descriptors)
        print(f"{before >> 10} kB before, {self.gateway.resident_bytes() >> 10} kB afterwards")
        rows = self.gateway.status()["listeners"]
        self.assertEqual([row["connections"] for row in rows], [0] * 5)


if __name__ == "__main__":
    main()
