"""Sockets that listen before the gateway is there: those of systemd, and of a parent like it."""
import os
import re
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import tomllib
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client, connected
from support.doors import listener, over_unix, over_web, reserved
from support.gateway import Gateway, LISTENER, wait_until
from support.passed import passing

ETC = Path(__file__).parents[2] / "etc"


def port_of(made):
    return made.getsockname()[1]


class Passed(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))

    def tcp(self, address="127.0.0.1"):
        return self.enterContext(socket.create_server(
            (address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            dualstack_ipv6=address == "::"))

    def unix(self, name="mqtt.sock"):
        made = self.enterContext(socket.socket(socket.AF_UNIX))
        made.bind(str(self.folder / name))
        made.listen()
        return made

    def sockets_of(self, gateway):
        """The inodes of its sockets, and the flags of their descriptors."""
        folder = Path(f"/proc/{gateway.process.pid}")
        found = {}
        for number in os.listdir(folder / "fd"):
            inode = re.match(r"socket:\[(\d+)\]", os.readlink(folder / "fd" / number))
            if inode:
                text = (folder / "fdinfo" / number).read_text()
                found.setdefault(int(inode[1]), []).append(
                    int(re.search(r"flags:\s+(\d+)", text)[1], 8))
        return found

    @staticmethod
    def inode(made):
        return os.fstat(made.fileno()).st_ino

    def early(self, door, client_id):
        """A client of a gateway that is not there yet."""
        made = Client(door)
        self.addCleanup(made.close)
        made.send(wire.connect(client_id))
        return made

    def test_they_are_taken_instead_of_opened(self):
        web, file = self.tcp(), self.unix()
        mqtt = self.tcp()
        path = str(self.folder / "mqtt.sock")
        config = (ALL_LINES + listener("mqtt", port=port_of(mqtt)) + listener("unix", path=path)
                  + listener("ws", port=port_of(web), allow_anonymous=True) + LISTENER)
        waiting = [self.early(port_of(mqtt), "early-tcp"), self.early(over_unix(path), "early-unix")]
        sockets = {"web": web, "mqtt.socket": mqtt, "file": file}
        with Gateway(config, **passing(sockets)) as gateway:
            for client in waiting:
                self.assertEqual(client.expect(wire.CONNACK).reason, 0)
            waiting[0].subscribe("t", 1)
            with Client(over_web(port_of(web)), "by-web") as client:
                client.publish("t", b"through three doors", 1)
            self.assertEqual(waiting[0].message().payload, b"through three doors")
            for place in (f"127.0.0.1:{port_of(mqtt)}", path, f"127.0.0.1:{port_of(web)}"):
                gateway.wait_for_log(rf"kleber.toml:\d+:1: takes the socket that was passed for {place}\n")
            self.assertEqual(gateway.log().count("takes the socket"), 3)
            self.assertNotIn("no listener is", gateway.log())
            # The last one is opened as ever.
            Client(gateway.ports(3)[2], "by-own").disconnect()
            own = self.sockets_of(gateway)
            for made in sockets.values():
                for flags in own[self.inode(made)]:
                    self.assertEqual(flags & (os.O_CLOEXEC | os.O_NONBLOCK),
                                     os.O_CLOEXEC | os.O_NONBLOCK)
        # It is not ours to remove.
        self.assertTrue(stat.S_ISSOCK(os.stat(path).st_mode))

    def test_nobody_is_turned_away_by_a_restart(self):
        made = self.tcp()
        config = ALL_LINES + listener("mqtt", port=port_of(made))
        with Gateway(config, **passing({"mqtt": made})) as gateway:
            for number in range(3):
                gateway.end()
                client = self.early(port_of(made), f"meanwhile-{number}")
                gateway.start()
                self.assertEqual(client.expect(wire.CONNACK).reason, 0)

    def test_those_without_a_listener_are_closed(self):
        mqtt, other, file = self.tcp(), self.tcp(), self.unix("other.sock")
        datagrams = self.enterContext(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        datagrams.bind(("127.0.0.1", port_of(mqtt)))
        spoken = self.enterContext(connected(port_of(other)))
        nameless = self.enterContext(socket.socket(socket.AF_UNIX))
        nameless.bind(f"\0kleber-{os.getpid()}")
        nameless.listen()
        unused = {"other": other, "file": file, "datagrams": datagrams, "spoken": spoken,
                  "nameless": nameless}
        config = ALL_LINES + listener("mqtt", port=port_of(mqtt))
        with Gateway(config, **passing({**unused, "mqtt": mqtt})) as gateway:
            Client(port_of(mqtt), "in").disconnect()
            log = gateway.log()
            told = re.findall(r"warning: no listener is where the socket is that was passed, it is "
                              r'closed: "(\w+)" \((.*)\)\n', log)
            self.assertEqual([name for name, _ in told], list(unused))
            self.assertEqual(told[0][1], f"127.0.0.1:{port_of(other)}")
            self.assertEqual(told[1][1], str(self.folder / "other.sock"))
            own = self.sockets_of(gateway)
            for name, made in unused.items():
                self.assertNotIn(self.inode(made), own, name)

    def test_of_another_address_they_are_not_taken(self):
        """Who listens for this machine only does not get what listens for all."""
        everywhere, free = self.tcp("::"), self.enterContext(reserved())
        config = ALL_LINES + listener("mqtt", port=port_of(free))
        with Gateway(config, **passing({"everywhere": everywhere})) as gateway:
            gateway.wait_for_log(r'it is closed: "everywhere" \(\[::\]:')
            Client(port_of(free), "in").disconnect()

    def test_ipv6_and_names(self):
        six, all_of_them = self.tcp("::1"), self.tcp("::")
        config = (ALL_LINES + listener("mqtt", address="::1", port=port_of(six))
                  + listener("mqtt", address="::", port=port_of(all_of_them)))
        with Gateway(config, **passing({"six": six, "all": all_of_them})) as gateway:
            self.assertNotIn("no listener is", gateway.log())
            Client(port_of(six), "six", host="::1").disconnect()
            Client(port_of(all_of_them), "four").disconnect()

    def test_a_reload_keeps_them(self):
        made, file = self.tcp(), self.unix()
        path = str(self.folder / "mqtt.sock")
        mqtt, unix = listener("mqtt", port=port_of(made)), listener("unix", path=path)
        with Gateway(ALL_LINES + mqtt + unix, **passing({"mqtt": made, "file": file})) as gateway:
            resident = Client(port_of(made), "resident")
            self.addCleanup(resident.close)

            def reload(config):
                gateway.write_config(ALL_LINES + config)
                gateway.ask("reload")
                resident.ping()

            reload(mqtt + unix + "allow_anonymous = true\n")
            Client(port_of(made), "after").disconnect()
            Client(over_unix(path), "after").disconnect()
            # They are closed and opened again, here: not where they come from.
            reload(LISTENER)
            self.assertEqual([row["kind"] for row in gateway.status()["listeners"]], ["mqtt"])
            waiting = [self.early(port_of(made), "tcp"), self.early(over_unix(path), "unix")]
            reload(mqtt + unix)
            for client in waiting:
                self.assertEqual(client.expect(wire.CONNACK).reason, 0)
            # The same port for another kind.
            reload(listener("ws", port=port_of(made), allow_anonymous=True) + unix)
            Client(over_web(port_of(made)), "by-web").disconnect()
            reload(mqtt + unix)
            Client(port_of(made), "again").disconnect()


class Systemd(unittest.TestCase):
    def test_systemd_passes_them(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        path = folder / "mqtt.sock"
        port = port_of(self.enterContext(reserved()))
        answers = []

        def knock():
            # The first connection is what it starts the program for.
            with wait_until(self.try_client(port), what="systemd's socket") as client:
                client.send(wire.connect("first"))
                answers.append(client.expect(wire.CONNACK, 60).reason)

        thread = threading.Thread(target=knock)
        thread.start()
        config = ALL_LINES + listener("mqtt", port=port) + listener("unix", path=str(path))
        with Gateway(config, prefix=["systemd-socket-activate", "-l", f"127.0.0.1:{port}", "-l",
                                     str(path), "--fdname=mqtt:file"]) as gateway:
            thread.join()
            self.assertEqual(answers, [0])
            Client(over_unix(path), "by-unix").disconnect()
            self.assertEqual(gateway.log().count("takes the socket that was passed for"), 2)

    @staticmethod
    def try_client(port):
        def attempt():
            try:
                return Client(port)
            except ConnectionRefusedError:
                return None
        return attempt

    def test_the_example_is_one_and_has_the_default_listener(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        unit = folder / "kleber.socket"
        unit.write_text((ETC / "kleber.socket").read_text())
        (folder / "kleber.service").write_text("[Service]\nExecStart=/bin/true\n")
        done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True,
                              text=True, timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        sockets = re.findall(r"^ListenStream=(.*)$", unit.read_text(), re.MULTILINE)
        default, = tomllib.loads((ETC / "kleber.toml").read_text())["listener"]
        self.assertEqual((default["kind"], default["address"]), ("mqtt", "::"))
        self.assertEqual(sockets, ["1883"])


if __name__ == "__main__":
    main()
