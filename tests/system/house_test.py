"""The first steps of a newcomer, and what the program does with what it is told: start, check,
configuration, reload, stop."""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import GatewayCase, main
from support.client import Client, Closed, address_of_this_machine
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.wire import V31, V311, V5

SOURCE = Path(__file__).parents[2]


def kleber(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **ENVIRONMENT})


class Newcomer(unittest.TestCase):
    def test_hello_world(self):
        """The demo's configuration, and mosquitto's tools, as the README says."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as state:
            running = subprocess.Popen(
                [PROGRAM, "run", "--config", str(SOURCE / "etc/kleber.demo.toml"), "--state", state,
                 "--port-base", str(port)], stderr=subprocess.PIPE, text=True,
                env={**os.environ, **ENVIRONMENT})
            try:
                for line in running.stderr:
                    if "listening for mqtt" in line:
                        break
                self.assertIn(f":{port}", line)
                listening = subprocess.Popen(
                    ["mosquitto_sub", "-p", str(port), "-t", "piandmore/#", "-v", "-C", "1"],
                    stdout=subprocess.PIPE, text=True)
                watcher = Client(port, "")
                watcher.subscribe("$SYS/broker/subscriptions/count")

                def is_subscribed():
                    out = kleber("status", "--state", state, "--json").stdout
                    return '"subscriptions":2' in out.replace(" ", "")

                wait_until(is_subscribed)
                subprocess.run(["mosquitto_pub", "-p", str(port), "-t", "piandmore/test", "-m",
                                "Hello World"], check=True, timeout=20)
                heard = listening.communicate(timeout=20)[0]
                self.assertEqual(heard, "piandmore/test Hello World\n")
                watcher.close()
            finally:
                running.send_signal(signal.SIGINT)
                log = running.communicate(timeout=20)[1]
            self.assertEqual(running.returncode, 0, log)

    def test_version_and_help(self):
        self.assertRegex(kleber("--version").stdout, r"^kleber \d+\.\d+\.\d+\n$")
        for command in ((), ("run",), ("check",), ("pub",), ("sub",), ("status",)):
            done = kleber(*command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertIn("Usage:", done.stdout)

    def test_the_configurations_that_come_with_it_are_right(self):
        for name in ("etc/kleber.toml", "etc/kleber.demo.toml"):
            done = kleber("check", "--config", str(SOURCE / name))
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)


class BadConfiguration(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))

    def test_all_errors_at_once_and_nothing_listens(self):
        file = self.folder / "kleber.toml"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        file.write_text(f'[gatway]\nname = "x"\n[[listener]]\naddress = "127.0.0.1"\nport = {port}\n'
                        'allow_anonymous = "locl"\n[limits]\nconections = 5\npacket = "900 GiB"\n')
        for command in (("run", "--state", str(self.folder / "state")), ("check",)):
            done = kleber(command[0], "--config", str(file), *command[1:])
            self.assertEqual(done.returncode, 2)
            errors = re.findall(rf"^{re.escape(str(file))}:(\d+):\d+: error: ", done.stderr,
                                re.MULTILINE)
            self.assertEqual(sorted(map(int, errors)), [1, 6, 8, 9], done.stderr)
            self.assertIn("did you mean", done.stderr)
            self.assertFalse((self.folder / "state").exists(), "check touches nothing")
            with self.assertRaises(ConnectionRefusedError):
                Client(port)

    def test_a_fragment_in_conf_d_is_read_too(self):
        (self.folder / "kleber.toml").write_text("")
        (self.folder / "conf.d").mkdir()
        fragment = self.folder / "conf.d" / "10-mine.toml"
        fragment.write_text("[limits]\ninflight = 0\n")
        done = kleber("check", "--config", str(self.folder / "kleber.toml"))
        self.assertEqual(done.returncode, 2)
        self.assertIn(f"{fragment}:2:", done.stderr)

    def test_a_file_that_is_not_there_or_a_folder(self):
        for name in ("missing.toml", "."):
            done = kleber("run", "--config", str(self.folder / name))
            self.assertEqual(done.returncode, 2)
            self.assertIn("cannot be read", done.stderr)

    def test_a_port_that_is_taken_starts_nothing(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            file = self.folder / "kleber.toml"
            file.write_text('[[listener]]\naddress = "127.0.0.1"\nport = 0\n[[listener]]\n'
                            f'address = "127.0.0.1"\nport = {taken.getsockname()[1]}\n')
            done = kleber("run", "--config", str(file), "--state", str(self.folder / "state"))
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{file}:4:1", done.stderr)
            self.assertIn("Address already in use", done.stderr)

    def test_limits_at_their_edges_work(self):
        """S25's small half: the least of everything is little, but a gateway."""
        with Gateway('[gateway]\nsys_interval = "0s"\n[limits]\npacket = 1000\n'
                     'connect_packet = 256\ninflight = 1\nsubscriptions = 1\ntopic_levels = 1\n'
                     'topic_length = 16\n'
                     'topic_aliases = 0\nuser_properties = 0\nsession_expiry = "0s"\n'
                     'queue = { messages = 1, bytes = "1 KiB" }\n'
                     'retained = { messages = 1, bytes = "1 KiB" }\n') as gateway:
            with Client(gateway.port, "least", version=V5) as client:
                self.assertEqual(client.subscribe("t", 2), 2)
                for number in range(3):
                    client.send(wire.publish("t", str(number), 2, 1, version=V5))
                    got = set()
                    while len(got) < 4:
                        packet = client.receive()
                        got.add(packet.type)
                        if packet.type == wire.PUBREC:
                            client.send(wire.ack(wire.PUBREL, 1))
                        if packet.type == wire.PUBLISH:
                            self.assertEqual(packet.message().payload, str(number).encode())
                            client.send(wire.ack(wire.PUBREC, packet.message().packet_id))
                        if packet.type == wire.PUBREL:
                            client.send(wire.ack(wire.PUBCOMP, packet.packet_id))
                    self.assertEqual(got, {wire.PUBREC, wire.PUBLISH, wire.PUBREL, wire.PUBCOMP})


class Reload(unittest.TestCase):
    def reload(self, gateway, config, expected):
        seen = gateway.log().count(expected)
        gateway.write_config(config)
        gateway.signal(signal.SIGHUP)
        wait_until(lambda: gateway.log().count(expected) > seen, what=expected)

    @staticmethod
    def ports(gateway):
        """By address."""
        return dict(row["address"].rsplit(":", 1) for row in gateway.status()["listeners"])

    def listener(self, address):
        return f'[[listener]]\naddress = "{address}"\nport = 0\n'

    def test_listeners_come_and_go_and_clients_stay(self):
        one, two = self.listener("127.0.0.1"), self.listener("127.0.0.2")
        with Gateway(one) as gateway:
            first_port = gateway.port
            client = Client(first_port, "stays")
            client.subscribe("t")
            self.reload(gateway, one + two, "configuration reloaded")
            ports = self.ports(gateway)
            self.assertEqual(ports["127.0.0.1"], str(first_port))
            other = Client(int(ports["127.0.0.2"]), "other", host="127.0.0.2")
            other.publish("t", b"hello", 1)
            self.assertEqual(client.message().payload, b"hello")

            self.reload(gateway, two, "configuration reloaded")
            self.assertEqual(list(self.ports(gateway)), ["127.0.0.2"])
            with self.assertRaises(ConnectionRefusedError):
                Client(first_port)
            other.publish("t", b"still", 1)
            self.assertEqual(client.message().payload, b"still")

            # A bad file, and one that asks for what cannot be had: nothing changes.
            taken = self.enterContext(socket.create_server(("127.0.0.3", 0))).getsockname()[1]
            for bad in (one + "[limits]\nconnections = 0\nport = 1\n", one + "[[listener",
                        two + self.listener("127.0.0.3").replace("port = 0", f"port = {taken}")):
                self.reload(gateway, bad, "the old configuration stays")
                self.assertEqual(list(self.ports(gateway)), ["127.0.0.2"])
            other.publish("t", b"again", 1)
            self.assertEqual(client.message().payload, b"again")
            client.close()
            other.close()

    def test_a_listener_moves_to_another_address_on_its_port(self):
        with Gateway(self.listener("127.0.0.1")) as gateway:
            client = Client(gateway.port, "stays")
            fixed = f'[[listener]]\naddress = "127.0.0.1"\nport = {gateway.port}\n'
            self.reload(gateway, fixed, "configuration reloaded")
            self.reload(gateway, fixed.replace("127.0.0.1", "0.0.0.0"), "configuration reloaded")
            with Client(gateway.port, "elsewhere", host="127.0.0.3"):
                pass
            # Where another door cannot be opened, the old one is open again.
            taken = self.enterContext(socket.create_server(("127.0.0.4", 0))).getsockname()[1]
            self.reload(gateway, fixed + self.listener("127.0.0.4").replace("= 0", f"= {taken}"),
                        "the old configuration stays")
            with Client(gateway.port, "still", host="127.0.0.3"):
                pass
            # An address that is not here yet is waited for.
            self.reload(gateway, fixed.replace("127.0.0.1", "192.0.2.77"), "configuration reloaded")
            gateway.wait_for_log(r"does not have the address 192\.0\.2\.77 \(yet\)")
            client.ping()
            client.close()

    def test_limits_and_the_log_level_change(self):
        with Gateway("[limits]\ntopic_aliases = 10\n") as gateway:
            with Client(gateway.port, "before", version=V5) as client:
                self.assertIn(b"\x22\x00\x0a", client.connack.body)
            self.reload(gateway, "[limits]\ntopic_aliases = 3\nconnections = 1\n",
                        "configuration reloaded")
            with Client(gateway.port, "after", version=V5) as client:
                self.assertIn(b"\x22\x00\x03", client.connack.body)
                with self.assertRaises(Closed):
                    Client(gateway.port, "too-many")


class Strangers(unittest.TestCase):
    LISTENERS = '[[listener]]\naddress = "0.0.0.0"\nport = 0\n'

    def test_from_elsewhere_only_where_it_is_allowed(self):
        here = address_of_this_machine()
        with Gateway(self.LISTENERS) as gateway:
            for version, code in ((V31, 5), (V311, 5), (V5, 0x87)):
                with Client(gateway.port, host=here, version=version) as client:
                    client.send(wire.connect("stranger", version))
                    answer = client.end_of_connection()
                    self.assertEqual((answer.type, answer.reason), (wire.CONNACK, code))
                with Client(gateway.port, "at-home", version=version) as client:
                    client.ping()
            said = gateway.wait_for_log(r"warning: .*stranger.*not authorized.*allow_anonymous.*")
            self.assertIn(str(gateway.config_file) + ":1:1", said[0])
            gateway.write_config(self.LISTENERS + "allow_anonymous = true\n")
            gateway.signal(signal.SIGHUP)
            gateway.wait_for_log("configuration reloaded")
            with Client(gateway.port, "stranger", host=here) as client:
                client.ping()
        with Gateway(self.LISTENERS + "allow_anonymous = false\n") as gateway:
            with Client(gateway.port, version=V5) as client:
                client.send(wire.connect("at-home", V5))
                self.assertEqual(client.end_of_connection().reason, 0x87)

    def test_ipv4_and_ipv6(self):
        with Gateway('[[listener]]\naddress = "::"\nport = 0\n') as gateway:
            for host in ("127.0.0.1", "::1"):
                with Client(gateway.port, f"by-{host}", host=host) as client:
                    client.ping()
            gateway.wait_for_log(r"client by-::1 connected from \[::1\]:\d+")
            gateway.wait_for_log(r"client by-127.0.0.1 connected from 127.0.0.1:\d+")
        with Gateway('[[listener]]\naddress = "::1"\nport = 0\n[[listener]]\n'
                     'address = "127.0.0.1"\nport = 0\nversions = ["5"]\n') as gateway:
            six, four = gateway.ports(2)
            Client(six, "six", host="::1").disconnect()
            Client(four, "four", version=V5).disconnect()
            with Client(four) as client:
                client.send(wire.connect("old"))
                self.assertEqual(client.end_of_connection().reason, 1)


if __name__ == "__main__":
    main()
