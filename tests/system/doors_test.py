"""Every door, and who gets in by it: TLS, certificates of clients, shared keys, WebSockets, the Unix
socket, files over HTTP."""
import http.client
import os
import re
import ssl
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.certificates import Authority
from support.client import Client, Closed
from support.doors import listener, over_tls, over_unix, over_web, trusting, with_certificate
from support.gateway import Gateway, wait_until
from support.paho_client import Peer, V311, V5

PAHO_PEER = os.environ["PAHO_PEER"]
LARGE = 1_000_000  # with what is around it less than limits.packet, 1 MiB
KEYS = {"lamp": "00112233445566778899aabbccddeeff", "colon:name": "0123456789abcdef"}
PAGE = b"<!doctype html><title>at home</title>\n"


class House(unittest.TestCase):
    """One gateway with every door."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        cls.authority = Authority(cls.folder)
        cls.other_authority = Authority(cls.folder, "stranger")
        server = with_certificate(cls.authority.issue("localhost"))
        cls.lamp = cls.authority.issue("lamp")
        cls.in_house = cls.authority.issue("/O=House/CN=in-house")
        cls.lost = cls.authority.issue("lost")
        cls.foreign = cls.other_authority.issue("lamp")
        (cls.folder / "psk.txt").write_text("".join(f"{n}:{k}\n" for n, k in KEYS.items()))
        (cls.folder / "www").mkdir()
        (cls.folder / "www/index.html").write_bytes(PAGE)
        (cls.folder / "secret.txt").write_text("secret")
        crl = str(cls.authority.revoke(cls.lost))
        clients = {**server, "tls_ca": str(cls.authority.file), "tls_crl": crl}
        # Two, so that what comes by TLS moves from thread to thread to thread.
        lanes = "[gateway]\nlanes = 2\n"
        cls.gateway = Gateway(lanes + ALL_LINES + listener("mqtt") + listener(
            "mqtts", **server
        ) + listener(
            "mqtts", **clients, tls_client_certificate="required", allow_anonymous=False
        ) + listener(
            "mqtts", **clients, tls_client_certificate="optional", tls_user="subject",
            allow_anonymous=False
        ) + listener("mqtts", tls_psk=str(cls.folder / "psk.txt"), allow_anonymous=False) + listener(
            "ws", files=str(cls.folder / "www"), allow_anonymous=True
        ) + listener("wss", **server, allow_anonymous=True) + listener("ws") + listener(
            "wss", **server) + listener("unix", path="mqtt.sock"))
        (cls.port, cls.tls, cls.named, cls.subject, cls.psk, cls.ws, cls.wss,
         cls.ws_local, cls.wss_local) = cls.gateway.ports(9)
        cls.unix = cls.gateway.folder / "mqtt.sock"

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()
        assert not cls.unix.exists(), "the Unix socket's file stays behind"

    def assert_talk(self, first, second):
        """Two clients, large messages both ways, every QoS."""
        for number, (sender, receiver) in enumerate(((first, second), (second, first))):
            topic = f"talk/{id(first)}/{number}"
            self.assertEqual(receiver.subscribe(topic, 2), 2)
            for qos, payload in ((0, b"small"), (1, os.urandom(LARGE)), (2, b"x" * LARGE), (2, b"")):
                self.assertEqual(sender.publish(topic, payload, qos), 0)
                got = receiver.message()
                self.assertTrue(got.qos == qos and got.payload == payload, (qos, len(got.payload)))
            receiver.ping()

    def client(self, door, client_id, **options):
        made = Client(door, client_id, **options)
        self.addCleanup(made.close)
        return made

    def user_of(self, client_id):
        rows = re.findall(r"client (\S+) connected from \S+ \([^)]*\)(?: user (.*))?$",
                          self.gateway.log(), re.MULTILINE)
        return dict(rows)[client_id]


class Raw(House):
    def test_large_messages_both_ways_through_every_door(self):
        context = trusting(self.authority)
        doors = {"tls": lambda: over_tls(self.tls, context), "ws": lambda: over_web(self.ws),
                 "wss": lambda: over_web(self.wss, context), "unix": lambda: over_unix(self.unix)}
        for name, door in doors.items():
            for version in (wire.V311, wire.V5):
                with self.subTest(name, version=version):
                    inside = self.client(door(), f"{name}-inside", version=version)
                    self.assert_talk(inside, self.client(self.port, "plain"))
                    self.assert_talk(inside, self.client(door(), f"{name}-other", version=version))
                    inside.disconnect()

    def test_tls_12_and_13_with_alpn(self):
        for version, name in ((ssl.TLSVersion.TLSv1_2, "TLSv1.2"),
                              (ssl.TLSVersion.TLSv1_3, "TLSv1.3")):
            context = trusting(self.authority)
            context.minimum_version = context.maximum_version = version
            context.set_alpn_protocols(["http/1.1", "mqtt"])
            door = over_tls(self.tls, context)
            self.assertEqual((door.version(), door.selected_alpn_protocol()), (name, "mqtt"))
            self.client(door, f"alpn-{name}").ping()

    def test_a_session_is_resumed(self):
        context = trusting(self.authority)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        first = over_tls(self.tls, context)
        self.client(first, "first").ping()
        again = context.wrap_socket(Client(self.tls).socket, server_hostname="127.0.0.1",
                                    session=first.session)
        self.assertTrue(again.session_reused)
        self.client(again, "again").ping()

    def test_path_and_subprotocols_of_a_web_socket(self):
        for path in ("/mqtt", "/", "/mqtt?a=b"):
            self.client(over_web(self.ws, path=path), f"path-{len(path)}").ping()
        with self.assertRaisesRegex(AssertionError, "404"):
            over_web(self.ws, path="/elsewhere")
        with self.assertRaisesRegex(AssertionError, "Protocol: mqttv3.1\r\n"):
            over_web(self.ws, Sec_WebSocket_Protocol="soap, mqttv3.1")

    def test_a_page_is_never_local(self):
        for door in (over_web(self.ws_local), over_web(self.wss_local, trusting(self.authority))):
            with Client(door, version=V5) as client:
                client.send(wire.connect("a-page", V5))
                answer = client.end_of_connection()
                self.assertEqual((answer.type, answer.reason), (wire.CONNACK, 0x87))


class Certificates(House):
    def refused(self, port, context, why):
        """TLS 1.3 tells a client only when it has begun to talk."""
        seen = len(self.gateway.log())
        with self.assertRaises((Closed, OSError)):
            Client(over_tls(port, context), "nobody").ping()
        wait_until(lambda: re.search(rf"refused: TLS: .*{why}", self.gateway.log(seen)), what=why)

    def test_names_from_certificates(self):
        self.client(over_tls(self.named, trusting(self.authority, self.lamp)), "by-name").ping()
        self.assertEqual(self.user_of("by-name"), "lamp")
        self.client(over_tls(self.subject, trusting(self.authority, self.in_house)), "by-subject")
        self.assertEqual(self.user_of("by-subject"), "CN=in-house,O=House")

    def test_certificates_that_let_nobody_in(self):
        self.refused(self.named, trusting(self.authority), "peer did not return a certificate")
        for port in (self.named, self.subject):
            self.refused(port, trusting(self.authority, self.lost), "certificate revoked")
            self.refused(port, trusting(self.authority, self.foreign), "certificate verify failed")
        # An optional one that is not there is none: then a name and a password would be needed.
        with self.assertRaises((Closed, AssertionError)):
            Client(over_tls(self.subject, trusting(self.authority)), "nobody")

    def test_clients_check_us(self):
        with self.assertRaises(ssl.SSLCertVerificationError):
            over_tls(self.tls, trusting(self.other_authority))
        self.gateway.wait_for_log("refused: TLS: .*unknown ca")


class Mosquitto(House):
    def publish(self, port, *arguments):
        return subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(port), "-t", "tools",
                               "-q", "1", "-m", "hello", *map(str, arguments)],
                              capture_output=True, text=True, timeout=30)

    def assert_in(self, port, *arguments):
        before = self.gateway.status()["subscriptions"]
        with subprocess.Popen(["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-t", "tools",
                               "-C", "1", "-W", "30", *map(str, arguments)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            wait_until(lambda: process.poll() is not None or
                       self.gateway.status()["subscriptions"] > before)
            done = self.publish(port, *arguments)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(process.communicate(timeout=40), ("hello\n", ""))

    def assert_out(self, port, *arguments):
        self.assertNotEqual(self.publish(port, *arguments).returncode, 0)

    def by(self, certificate):
        return ("--cafile", self.authority.file, "--cert", certificate.file, "--key",
                certificate.key)

    def test_certificates(self):
        self.assert_in(self.tls, "--cafile", self.authority.file)
        self.assert_in(self.named, *self.by(self.lamp))
        self.assert_out(self.named, "--cafile", self.authority.file)
        self.assert_out(self.named, *self.by(self.lost))
        self.assert_out(self.named, *self.by(self.foreign))
        self.assert_out(self.tls, "--cafile", self.other_authority.file)
        self.assert_out(self.tls)

    def test_shared_keys(self):
        for version in ("tlsv1.2", "tlsv1.3"):
            for name, key in KEYS.items():
                self.assert_in(self.psk, "--psk-identity", name, "--psk", key, "--tls-version",
                               version)
        self.assert_out(self.psk, "--psk-identity", "lamp", "--psk", KEYS["colon:name"])
        self.assert_out(self.psk, "--psk-identity", "nobody", "--psk", KEYS["lamp"])
        self.assert_out(self.psk, "--cafile", self.authority.file)
        self.gateway.wait_for_log(r"connected from \S+ \([^)]*\) user colon:name\n")


class Paho(House):
    def test_python(self):
        def with_tls(client):
            client.tls_set(self.authority.file, self.lamp.file, self.lamp.key)

        def with_web(client):
            client.ws_set_options("/mqtt")

        def with_both(client):
            client.tls_set(self.authority.file)
            with_web(client)

        for name, port, prepare in (("ssl", self.named, with_tls), ("ws", self.ws, with_web),
                                    ("wss", self.wss, with_both)):
            transport = "tcp" if name == "ssl" else "websockets"
            for version in (V311, V5):
                peers = [Peer(self, f"{name}-{number}", version, port=port, transport=transport,
                              prepare=prepare) for number in range(2)]
                self.assertEqual(peers[0].subscribe(f"paho/{name}", 2), [2])
                for qos, payload in ((0, b"small"), (1, os.urandom(LARGE)), (2, b"y" * LARGE)):
                    peers[1].publish(f"paho/{name}", payload, qos)
                    self.assertTrue(peers[0].message().payload == payload, (name, version, qos))
                for peer in peers:
                    peer.disconnect()

    def test_cpp(self):
        # Over WebSockets Debian's version (1.3.11 of the part in C) takes one packet a frame.
        for uri in (f"ssl://127.0.0.1:{self.tls}", f"ws://127.0.0.1:{self.ws}/mqtt",
                    f"wss://127.0.0.1:{self.wss}/mqtt"):
            for conversation in ("async", "sync", "will"):
                done = subprocess.run([PAHO_PEER, uri, conversation, "5", self.authority.file],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""), (uri, conversation))


class Files(House):
    def get(self, connection, path, method="GET", **fields):
        connection.request(method, path, headers=fields)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers

    def test_files_beside_the_web_socket(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.ws, timeout=20)
        self.addCleanup(connection.close)
        status, body, headers = self.get(connection, "/")
        self.assertEqual((status, body), (200, PAGE))
        self.assertEqual(headers.get_content_type(), "text/html")
        # All over one connection.
        self.assertEqual(self.get(connection, "/index.html", "HEAD")[:2], (200, b""))
        self.assertEqual(self.get(connection, "/", If_None_Match="x")[0], 200)
        tag = {"If-None-Match": headers["ETag"]}
        self.assertEqual(self.get(connection, "/", **tag)[0], 304)
        self.assertEqual(self.get(connection, "/", Range="bytes=0-3")[:2], (206, PAGE[:4]))
        self.assertEqual(self.get(connection, "/missing")[0], 404)
        self.assertEqual(self.get(connection, "/", "DELETE")[0], 405)
        self.client(over_web(self.ws), "beside").ping()

    def test_a_door_without_files(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.wss, timeout=20,
                                                 context=trusting(self.authority))
        self.addCleanup(connection.close)
        self.assertEqual(self.get(connection, "/")[0], 404)


class Life(House):
    def test_status_shows_the_doors(self):
        client = self.client(over_unix(self.unix), "on-this-machine")
        client.ping()
        rows = {row["address"]: (row["kind"], row["connections"])
                for row in self.gateway.status()["listeners"]}
        kinds = {f"127.0.0.1:{self.port}": "mqtt", f"127.0.0.1:{self.tls}": "mqtts",
                 f"127.0.0.1:{self.ws}": "ws", f"127.0.0.1:{self.wss}": "wss"}
        for address, kind in kinds.items():
            self.assertEqual(rows[address][0], kind)
        self.assertEqual(rows[str(self.unix)], ("unix", 1))
        self.assertIn(f"unix on {self.unix}, 1 connection\n", self.gateway.ask("status"))


class Alone(unittest.TestCase):
    def test_a_web_socket_is_the_only_listener(self):
        with Gateway(listener("ws", allow_anonymous=True)) as gateway:
            with Client(over_web(gateway.port), "alone") as client:
                client.subscribe("t", 1)
                client.publish("t", b"to myself", 0)
                self.assertEqual(client.message().payload, b"to myself")

    def test_the_file_of_a_unix_socket(self):
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            path = Path(folder) / "mqtt.sock"
            config = listener("mqtt") + listener("unix", path=str(path))
            with Gateway(config) as gateway:
                Client(over_unix(path), "first").disconnect()
                gateway.kill()
                self.assertTrue(path.exists())
                gateway.start()
                Client(over_unix(path), "second").disconnect()
            self.assertFalse(path.exists())


if __name__ == "__main__":
    main()
