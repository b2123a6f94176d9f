"""`kleber import retained`: what mosquitto, Mosca and another Kleber keep, into a running gateway."""
import os
import re
import socket
import subprocess
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client
from support.gateway import ENVIRONMENT, Gateway, LISTENER, PROGRAM
from support.old_brokers import Mosca, Mosquitto, install_mosca
from support.users import device_hash, write_users
from support.wire import V311, V5

# More than mosquitto keeps for one receiver of QoS 1.
MANY = 1500


def import_retained(old, gateway, *arguments, data=None, host="127.0.0.1"):
    command = [PROGRAM, "import", "retained", "-h", host, "-p", str(old), "--to", "127.0.0.1",
               "--to-port", str(gateway), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, input=data,
                          env={**os.environ, **ENVIRONMENT})


def keep(port, messages, version=V311, qos=1):
    with Client(port, "keeper", version=version) as client:
        for topic, payload in messages.items():
            client.publish(topic, payload, qos=qos, retain=True)


def kept(port, count, filter_="#", version=V311):
    """That many retained messages: topic and payload."""
    with Client(port, "looker", version=version) as client:
        client.subscribe(filter_)
        messages = [client.expect(wire.PUBLISH).message() for _ in range(count)]
        assert all(message.retain for message in messages)
        return {message.topic: message.payload for message in messages}


class ImportRetained(unittest.TestCase):
    def assert_copied(self, done, count):
        noun = "message" if count == 1 else "messages"
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (0, f"{count} retained {noun} copied\n", ""))

    def gateway(self, config=ALL_LINES, **options):
        return self.enterContext(Gateway(config, **options))

    def mosquitto(self, config="allow_anonymous true\n"):
        return self.enterContext(Mosquitto(config))

    def test_from_mosquitto(self):
        messages = {f"home/{number}": f"{number}".encode() for number in range(MANY)}
        mosquitto, gateway = self.mosquitto(), self.gateway()
        keep(mosquitto.port, messages)
        keep(gateway.port, {"home/1": b"of before", "mine": b"stays"})
        self.assert_copied(import_retained(mosquitto.port, gateway.port), MANY)
        self.assertEqual(kept(gateway.port, MANY + 1), {**messages, "mine": b"stays"})
        # Nothing is changed there, and again does no harm.
        self.assertEqual(kept(mosquitto.port, MANY), messages)
        self.assert_copied(import_retained(mosquitto.port, gateway.port, "-V", "3.1.1"), MANY)

    def test_from_another_kleber_which_sends_in_slices(self):
        messages = {f"home/{number}": b"x" * 300 for number in range(MANY)}
        old, gateway = self.gateway(), self.gateway()
        keep(old.port, messages)
        self.assert_copied(import_retained(old.port, gateway.port), MANY)
        self.assertEqual(kept(gateway.port, MANY), messages)

    def test_from_mosca(self):
        install_mosca()
        messages = {f"home/{number}": b"x" for number in range(200)}
        mosca, gateway = self.enterContext(Mosca()), self.gateway()
        keep(mosca.port, messages)
        unmarked = import_retained(mosca.port, gateway.port, "-V", "3.1.1")
        self.assertEqual((unmarked.returncode, unmarked.stdout), (0, "0 retained messages copied\n"))
        self.assertIn("from Mosca, take them with --unmarked", unmarked.stderr)
        self.assert_copied(
            import_retained(mosca.port, gateway.port, "-V", "3.1.1", "--unmarked"), 200)
        self.assertEqual(kept(gateway.port, 200), messages)

    def test_large_messages_and_binary_ones(self):
        messages = {"large": os.urandom(900_000), "größe": bytes(range(256)), "/": b"0"}
        mosquitto, gateway = self.mosquitto(), self.gateway()
        keep(mosquitto.port, messages)
        self.assert_copied(import_retained(mosquitto.port, gateway.port), 3)
        self.assertEqual(kept(gateway.port, 3), messages)

    def test_mqtt_5_properties_and_what_is_left_of_an_expiry(self):
        mosquitto, gateway = self.mosquitto(), self.gateway()
        props = wire.properties(b"\x03" + wire.text("text/plain"), b"\x02" + (900).to_bytes(4, "big"),
                                b"\x26" + wire.text("room") + wire.text("hall"))
        with Client(mosquitto.port, "keeper", version=V5) as client:
            client.publish("a", b"1", qos=1, retain=True, props=props)
        self.assert_copied(import_retained(mosquitto.port, gateway.port), 1)
        with Client(gateway.port, "looker", version=V5) as client:
            client.subscribe("#", 1)
            message = client.expect(wire.PUBLISH).message()
        self.assertEqual((message.topic, message.payload, message.qos), ("a", b"1", 1))
        props = message.properties
        self.assertIn(b"\x03" + wire.text("text/plain"), props)
        self.assertIn(b"\x26" + wire.text("room") + wire.text("hall"), props)
        at = props.index(b"\x02") + 1
        self.assertTrue(800 < int.from_bytes(props[at:at + 4], "big") <= 900)

    def test_a_part_and_nothing(self):
        mosquitto, gateway = self.mosquitto(), self.gateway()
        self.assert_copied(import_retained(mosquitto.port, gateway.port), 0)
        keep(mosquitto.port, {"home/a": b"1", "yard/a": b"2"})
        self.assert_copied(import_retained(mosquitto.port, gateway.port, "--topic", "home/#"), 1)
        keep(gateway.port, {"z": b"last"})
        self.assertEqual(kept(gateway.port, 2), {"home/a": b"1", "z": b"last"})

    def test_ends_while_others_go_on_publishing(self):
        mosquitto, gateway = self.mosquitto(), self.gateway()
        keep(mosquitto.port, {f"home/{number}": b"x" for number in range(200)})
        is_over = threading.Event()

        def publish():
            with Client(mosquitto.port, "busy") as client:
                while not is_over.is_set():
                    client.publish("busy", b"x", qos=1, retain=True)

        busy = threading.Thread(target=publish)
        busy.start()
        try:
            done = import_retained(mosquitto.port, gateway.port)
        finally:
            is_over.set()
            busy.join()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn(done.stdout, ("200 retained messages copied\n",
                                    "201 retained messages copied\n"))

    def test_with_users_at_both_ends(self):
        gateway = self.gateway(ALL_LINES + LISTENER + "allow_anonymous = false\n")
        gateway.end()
        write_users(gateway.state / "users.toml", {"anna": device_hash("here")})
        gateway.start()
        old = self.gateway(ALL_LINES + LISTENER + "allow_anonymous = false\n")
        old.end()
        write_users(old.state / "users.toml", {"bert": device_hash("there")})
        old.start()
        with Client(old.port, "keeper", user="bert", password="there") as client:
            client.publish("home/a", b"1", qos=1, retain=True)
        secret = gateway.folder / "secret"
        secret.write_text("here\n")
        here = ("--to-user", "anna", "--to-password-file", str(secret))
        there = ("-u", "bert", "--password-stdin")
        self.assert_copied(
            import_retained(old.port, gateway.port, *here, *there, data="there\n"), 1)
        wrong = import_retained(old.port, gateway.port, *here, *there, data="no\n")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("check the user (-u) and the password", wrong.stderr)
        wrong = import_retained(old.port, gateway.port, *there, data="there\n")
        self.assertEqual(wrong.returncode, 1)
        self.assertIn("this is the gateway: --to, --to-port, --to-user", wrong.stderr)

    def test_what_the_gateway_refuses_is_told(self):
        mosquitto = self.mosquitto()
        gateway = self.gateway(ALL_LINES + "[limits]\nretained = { messages = 200 }\n")
        keep(mosquitto.port, {f"home/{number}": b"x" for number in range(300)})
        done = import_retained(mosquitto.port, gateway.port)
        self.assertEqual(done.returncode, 1)
        copied, refused = map(int, re.fullmatch(
            r"(\d+) retained messages copied, (\d+) refused\n", done.stdout).groups())
        self.assertEqual(copied + refused, 300)
        self.assertEqual(len(kept(gateway.port, copied, "home/#")), copied)
        self.assertEqual(done.stderr.count("the gateway takes not all: "), 1)

    def test_what_makes_no_sense_is_refused(self):
        gateway = self.gateway()
        for arguments, why in ((("--topic", "a#"), "not a topic filter"),
                               (("--topic", "$SYS/#"), "are not copied"),
                               (("--topic", "$share/g/a"), "not a topic filter"),
                               (("-P", "x", "--password-stdin"), "give one of")):
            done = import_retained(gateway.port + 1, gateway.port, *arguments)
            self.assertEqual((done.returncode, done.stdout), (1, ""), arguments)
            self.assertIn(why, done.stderr)
        same = import_retained(gateway.port, gateway.port)
        self.assertEqual(same.returncode, 1)
        self.assertIn("are the same", same.stderr)

    def test_nobody_there_and_somebody_who_says_nothing(self):
        mosquitto, gateway = self.mosquitto(), self.gateway()
        for old, new in ((1, gateway.port), (mosquitto.port, 1)):
            done = import_retained(old, new)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("cannot connect to 127.0.0.1:1: Connection refused", done.stderr)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            done = import_retained(silent.getsockname()[1], gateway.port, "-W", "0.5")
        self.assertEqual((done.returncode, done.stderr), (27, "kleber: timed out\n"))


if __name__ == "__main__":
    main()
