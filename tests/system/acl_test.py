"""Who may do what: acl.toml in force, changed while clients are there, and explained."""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import main
from support.client import Client
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.tools import tool
from support.users import device_hash, write_users
from support.wire import V311, V5

NOT_AUTHORIZED = 0x87
QUOTA_EXCEEDED = 0x97
LASTING = b"\5\x11\0\0\0\x3C"  # a session that outlives its connection for a minute

LISTENER = ('[[listener]]\naddress = "127.0.0.1"\nport = 0\nallow_anonymous = true\n'
            '[gateway]\nlanes = {lanes}\n[auth]\nacl = "{acl}"\nusers = "{users}"\n')
# The password of each is the name.
USERS = ("boss", "anna", "ben", "#", "+", "anna/ben")

RULES = """
[everybody]
read = ["weather/#"]
[user.boss]
read = ["#", "$SYS/#"]
write = ["#"]
[user.anna]
read = ["home/#"]
write = ["home/+/set"]
deny = ["home/safe/#"]
[client.lamp]
write = ["home/%c/state"]
subscribe = ["home/%c/set"]
"""


def write_everybody(folder):
    """The users' file with all of them."""
    write_users(folder / "users.toml", {name: device_hash(name) for name in USERS})
    return folder / "users.toml"


def kleber(*arguments):
    return subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, timeout=60,
                          env={**os.environ, **ENVIRONMENT})


class AclCase(unittest.TestCase):
    LANES = 1

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        self.acl = Path(folder.name) / "acl.toml"
        self.acl.write_text(RULES)
        self.users = write_everybody(Path(folder.name))
        self.gateway = Gateway(LISTENER.format(lanes=self.LANES, acl=self.acl, users=self.users))
        self.gateway.__enter__()
        self.addCleanup(self.gateway.__exit__, None, None, None)

    def client(self, client_id, user=None, **options):
        client = Client(self.gateway.port, client_id, user=user, password=user, **options)
        self.addCleanup(client.close)
        return client

    def reload(self, rules, expected="configuration reloaded"):
        self.acl.write_text(rules)
        before = self.gateway.log().count(expected)
        self.gateway.signal(signal.SIGHUP)
        wait_until(lambda: self.gateway.log().count(expected) > before, what=expected)


class InForce(AclCase):
    def test_publishes_are_refused_in_words_counted_and_logged(self):
        boss = self.client("b", "boss")
        boss.subscribe("#")
        anna = self.client("a", "anna", version=V5)
        self.assertEqual(anna.publish("home/lamp/set", b"on", qos=1), 0)
        for qos in (1, 2):
            self.assertEqual(anna.publish("home/safe/set", b"open", qos=qos), NOT_AUTHORIZED)
        anna.publish("home/lamp", b"on")
        anna.ping()
        old = self.client("o", "anna", version=V311)
        old.publish("home/safe/set", b"open", qos=1)  # acknowledged, or it would come again
        self.assertEqual(boss.message().topic, "home/lamp/set")
        self.client("b2", "boss").publish("end")
        self.assertEqual(boss.message().topic, "end")
        self.gateway.wait_for_log(r"warning: client a from \S+ user anna may not publish to "
                                  r"home/safe/set; kleber acl explain says why")
        self.assertEqual(self.gateway.status()["dropped"]["refused"], 4)

    def test_subscriptions_bring_what_may_be_read_and_no_more(self):
        boss = self.client("b", "boss")
        boss.publish("home/safe/door", b"kept", retain=True)
        boss.publish("home/lamp/state", b"kept", retain=True)
        boss.ping()
        anna = self.client("a", "anna", version=V5)
        for filter_, code in (("home/safe/#", NOT_AUTHORIZED), ("$share/g/garden/#", NOT_AUTHORIZED),
                              ("$SYS/#", NOT_AUTHORIZED), ("#", 0)):
            self.assertEqual(anna.subscribe(filter_), code, filter_)
        self.assertEqual(anna.message().topic, "home/lamp/state")
        for topic in ("home/safe/door", "garden", "weather"):
            boss.publish(topic)
        self.assertEqual(anna.message().topic, "weather")
        lamp = self.client("lamp")
        self.assertEqual(lamp.subscribe("home/lamp/#"), 0x80)
        self.assertEqual(lamp.subscribe("home/lamp/set"), 0)

    def test_a_packet_full_of_filters(self):
        anna = self.client("a", "anna", version=V5)
        filters = [("home/safe/#", 0), ("home/#", 0), ("b", 0)] * 30_000
        anna.send(wire.subscribe(7, *filters, version=V5))
        codes = anna.expect(wire.SUBACK).codes
        self.assertEqual(list(codes[:6]), [NOT_AUTHORIZED, 0, NOT_AUTHORIZED] * 2)
        # Beyond what a session may have it is not even asked.
        self.assertEqual(list(codes[20_000:]), [QUOTA_EXCEEDED] * 70_000)

    def test_a_will_that_is_not_allowed(self):
        for version, code in ((V311, 5), (V5, NOT_AUTHORIZED)):
            refused = Client(self.gateway.port, version=version)
            self.addCleanup(refused.close)
            refused.send(wire.connect("a", version=version, user="anna", password="anna",
                                      will=wire.Will("home/safe/set")))
            self.assertEqual(refused.expect(wire.CONNACK).reason, code)
        self.gateway.wait_for_log("not allowed to publish its will to home/safe/set")

    def test_clients_are_not_called_what_matches_more(self):
        # S16, CVE-2017-7650
        boss = self.client("b", "boss")
        self.reload(RULES + '[everybody]\n'.replace("[everybody]", "[group.x]") +
                    'users = ["#", "+"]\nread = ["home/%u/#", "home/%c/#"]\n')
        for name in ("#", "+"):
            sly = self.client(name, name, version=V5)
            self.assertEqual(sly.subscribe("home/#"), NOT_AUTHORIZED)
            self.assertEqual(sly.subscribe("#"), 0)
            boss.publish("home/secret")
            boss.publish("weather")
            self.assertEqual(sly.message().topic, "weather")

    def test_mosquittos_tools_are_told(self):
        port = str(self.gateway.port)
        anna = ["-p", port, "-V", "5", "-u", "anna", "-P", "anna"]
        done = subprocess.run(["mosquitto_pub", *anna, "-q", "1", "-t", "home/safe/set", "-m",
                               "open"], capture_output=True, text=True, timeout=60)
        self.assertIn("Not authorized", done.stdout + done.stderr)
        done = subprocess.run(["mosquitto_sub", *anna, "-W", "10", "-t", "home/safe/#"],
                              capture_output=True, text=True, timeout=60)
        self.assertIn("denied", done.stdout + done.stderr)


class Changed(AclCase):
    def test_subscriptions_and_publishers_obey_at_once(self):
        boss = self.client("b", "boss")
        anna = self.client("a", "anna", version=V5)
        anna.subscribe("home/#")
        self.reload(RULES.replace("home/+/set", "other").replace('"home/#"', '"home/lamp"'))
        boss.publish("home/door")
        boss.publish("home/lamp")
        self.assertEqual(anna.message().topic, "home/lamp")
        self.assertEqual(anna.publish("home/lamp/set", qos=1), NOT_AUTHORIZED)
        self.reload(RULES)
        boss.publish("home/door")
        self.assertEqual(anna.message().topic, "home/door")
        anna.send(wire.unsubscribe(9, "home/#", version=V5))
        anna.expect(wire.UNSUBACK)
        self.assertLess(anna.publish("home/lamp/set", qos=1), 0x80)

    def test_what_waits_for_the_absent_obeys_too_even_after_a_restart(self):
        # S18, CVE-2021-34434
        for restarts in (False, True):
            anna = self.client("absent", "anna", clean=False)
            anna.subscribe("home/#", 1)
            anna.disconnect()
            boss = self.client("b", "boss")
            boss.publish("home/door", b"1", qos=1)
            boss.publish("home/lamp", b"2", qos=1)
            self.reload(RULES.replace('"home/#"', '"home/lamp"'))
            if restarts:
                boss.close()
                self.gateway.end()
                self.gateway.start()
            anna = self.client("absent", "anna", clean=False)
            self.assertEqual(anna.message().topic, "home/lamp")
            anna.disconnect()
            self.assertEqual(self.gateway.status()["dropped"]["not_allowed"], 1)
            self.reload(RULES)
            if not restarts:
                self.gateway.end()
                self.gateway.start()

    def test_the_id_of_a_refused_repeat_is_free_for_another_message(self):
        # What arrives under an id that the gateway still knows is a repeat, and swallowed.
        boss = self.client("b", "boss")
        boss.subscribe("#")
        first = self.client("kept", "anna", version=V5, clean=False, props=LASTING)
        first.send(wire.publish("home/lamp/set", b"1", 2, 5, version=V5))
        self.assertEqual(first.expect(wire.PUBREC).reason, 0)
        first.close()
        self.assertEqual(boss.message().payload, b"1")
        self.reload(RULES.replace("home/+/set", "other"))
        anna = self.client("kept", "anna", version=V5, clean=False, props=LASTING)
        # As if that had been lost: what has arrived is not refused any more.
        anna.send(wire.publish("home/lamp/set", b"1", 2, 5, dup=True, version=V5))
        self.assertEqual(anna.expect(wire.PUBREC).reason, 0)
        anna.send(wire.ack(wire.PUBREL, 5))
        anna.expect(wire.PUBCOMP)
        # What has not is.
        anna.send(wire.publish("home/lamp/set", b"2", 2, 5, dup=True, version=V5))
        self.assertEqual(anna.expect(wire.PUBREC).reason, NOT_AUTHORIZED)
        anna.send(wire.publish("other", b"3", 2, 5, version=V5))
        self.assertLess(anna.expect(wire.PUBREC).reason, 0x80)
        self.assertEqual(boss.message().payload, b"3")

    def test_a_will_that_was_allowed(self):
        boss = self.client("b", "boss")
        boss.subscribe("#")
        anna = self.client("a", "anna", will=wire.Will("home/lamp/set"))
        self.reload(RULES.replace("home/+/set", "other"))
        anna.close()
        wait_until(lambda: self.gateway.status()["dropped"]["not_allowed"] == 1)
        self.client("b2", "boss").publish("end")
        self.assertEqual(boss.message().topic, "end")

    def test_a_broken_file_changes_nothing(self):
        # S17
        anna = self.client("a", "anna", version=V5)
        for rules, place in (("[anna]\nread = ['#']\n[user.ben]\nred = ['#']\n", "acl.toml:4"),
                             ("[everybody]\r\nread = ['#'\r\n", "acl.toml:"),
                             ("\x00\x01", "acl.toml:1"), ("[[user]]\nname='x'\n", "acl.toml:1")):
            self.reload(rules, "reload failed, the old configuration stays")
            self.gateway.wait_for_log(place)
            self.assertLess(anna.publish("home/lamp/set", qos=1), 0x80)
            self.assertEqual(anna.publish("home/safe/set", qos=1), NOT_AUTHORIZED)
        self.acl.unlink()
        self.acl.mkdir()
        self.gateway.signal(signal.SIGHUP)
        self.gateway.wait_for_log("acl.toml: error: cannot be read")
        self.assertEqual(anna.publish("home/safe/set", qos=1), NOT_AUTHORIZED)

    def test_an_empty_file_allows_nothing(self):
        # S17, CVE-2018-12550
        anna = self.client("a", "anna", version=V5)
        for rules in ("", "# only words\n", "[everybody]\nread = []\n"):
            self.reload(rules)
            self.assertEqual(anna.publish("home/lamp/set", qos=1), NOT_AUTHORIZED)
            self.assertEqual(anna.subscribe("weather"), NOT_AUTHORIZED)
        self.gateway.wait_for_log("allows nothing to anybody")


class OnFurtherLanes(Changed):
    """The same where connections live on other threads than the broker."""
    LANES = 3


class Explained(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.config = self.folder / "kleber.toml"
        self.config.write_text('[gateway]\nstate = "."\n[auth]\nacl = "acl.toml"\n')
        (self.folder / "acl.toml").write_text(RULES)

    def explain(self, *words):
        done = kleber("acl", "explain", *words, "--config", str(self.config))
        return done.returncode, done.stdout.replace(str(self.folder) + "/", ""), done.stderr

    def test_says_which_line_decides(self):
        for words, status, out in (
                (("anna", "read", "home/lamp"), 0,
                 'anna may read home/lamp\n  acl.toml:8: [user.anna] read "home/#"\n'),
                (("anna", "publish", "home/safe/set"), 1,
                 "anna may not publish to home/safe/set\n"
                 '  acl.toml:10: [user.anna] deny "home/safe/#"\n'),
                (("ben", "publish", "x"), 1,
                 "ben may not publish to x\n  no entry allows it\n"),
                (("--anonymous", "read", "weather"), 0,
                 'an anonymous client may read weather\n  acl.toml:3: [everybody] read "weather/#"\n'),
                (("--anonymous", "--client-id", "lamp", "publish", "home/lamp/state"), 0,
                 "an anonymous client may publish to home/lamp/state\n"
                 '  acl.toml:12: [client.lamp] write "home/%c/state"\n'),
                (("ben", "subscribe", "home/#", "--client-id", "lamp"), 1,
                 "ben may not subscribe to home/#\n"
                 '  acl.toml:13: [client.lamp] subscribe "home/%c/set"\n'
                 "  and the filter reaches beyond it\n"),
                (("ben", "subscribe", "#"), 0,
                 'ben may subscribe to #\n  acl.toml:3: [everybody] read "weather/#"\n'
                 "  of what it matches only that comes which may be read\n"),
                (("boss", "publish", "$SYS/x"), 1,
                 "nobody may publish to this topic\n"
                 "  those that start with $ are the gateway's own\n")):
            self.assertEqual(self.explain(*words), (status, out, ""), words)
        (self.folder / "acl.toml").write_text(
            '[user.anna]\nwrite = ["home/kitchen/#"]\n[everybody]\n'
            'read = ["home/kitchen/lock"]\ndeny = ["home/+/lock/#"]\n')
        self.assertEqual(self.explain("anna", "publish", "home/kitchen/lock/set"), (
            1, "anna may not publish to home/kitchen/lock/set\n"
            '  acl.toml:5: [everybody] deny "home/+/lock/#"\n', ""))
        self.assertEqual(self.explain("anna", "read", "home/kitchen/lock"), (
            0, "anna may read home/kitchen/lock\n"
            '  acl.toml:4: [everybody] read "home/kitchen/lock"\n'
            '  is an exception to acl.toml:5: [everybody] deny "home/+/lock/#"\n', ""))
        self.config.write_text('[gateway]\nstate = "."\n')
        self.assertEqual(self.explain("anna", "read", "x")[1],
                         "anna may read x\n"
                         "  there is no ACL file, and no filters restrict it\n")

    def test_says_what_the_users_file_decides(self):
        file = self.folder / "users.toml"
        write_users(file, {"guest": device_hash("x")})
        file.write_text(file.read_text() + 'subscribe = ["weather/#", "garden"]\n')
        self.assertEqual(self.explain("guest", "read", "garden"), (
            0, 'guest may read garden\n  users.toml: [user.guest] subscribe "garden"\n', ""))
        self.assertEqual(self.explain("guest", "publish", "garden")[0], 1)
        file.write_text(file.read_text() + "admin = true\n")
        self.assertEqual(self.explain("guest", "publish", "garden"), (
            0, "guest may publish to garden\n  admins may do everything\n", ""))
        # Without the other file: whom nobody restricts, and whom nobody knows beside those.
        self.config.write_text('[gateway]\nstate = "."\n')
        self.assertEqual(self.explain("stranger", "publish", "garden")[0], 0)
        write_users(file, {"guest": device_hash("x")})
        file.write_text(file.read_text() + 'subscribe = ["garden"]\n')
        self.assertEqual(self.explain("guest", "publish", "garden")[0], 1)
        self.assertEqual(self.explain("stranger", "publish", "garden"), (
            1, "stranger may not publish to garden\n"
            "  there is no ACL file, and the users' file does not know the name\n", ""))
        file.chmod(0o644)
        status, _, said = self.explain("guest", "publish", "garden")
        self.assertEqual(status, 2)
        self.assertIn("users.toml: error: cannot be read: others may read it", said)

    def test_says_what_is_wrong_with_the_question(self):
        for words, error in ((("anna", "read"), "write: kleber acl explain USER"),
                             (("--anonymous", "anna", "read", "x"), "--anonymous publish"),
                             (("anna", "write", "x"), "one of publish, subscribe and read"),
                             (("anna", "read", "x/#"), "this is no topic"),
                             (("anna", "subscribe", "x#"), "this is no topic filter"),
                             (("anna", "subscribe", "$share/g"), "this is no topic filter")):
            status, out, said = self.explain(*words)
            self.assertEqual((status, out), (2, ""), words)
            self.assertIn(error, said)

    def test_check_and_run_read_the_file_too(self):
        self.assertEqual(kleber("check", "--config", str(self.config)).returncode, 0)
        (self.folder / "acl.toml").write_text("[anna]\n[user.ben]\nred = ['#']\n")
        for command in (("check",), ("run", "--state", str(self.folder)),
                        ("acl", "explain", "anna", "read", "x")):
            done = kleber(*command, "--config", str(self.config))
            self.assertEqual(done.returncode, 2, done)
            self.assertIn("acl.toml:1:2: error: nobody is called anna", done.stderr)
            self.assertIn("acl.toml:3:1: error: unknown key red\n", done.stderr)
        (self.folder / "acl.toml").unlink()
        done = kleber("run", "--state", str(self.folder), "--config", str(self.config))
        self.assertEqual(done.returncode, 2)
        self.assertIn("acl.toml: error: cannot be read: No such file", done.stderr)


class Mosquitto:
    """The broker of that name, with an ACL file of its own."""

    def __init__(self, acl):
        self._folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        folder = Path(self._folder.name)
        os.chmod(folder, 0o755)
        (folder / "acl").write_text(acl)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        (folder / "conf").write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n"
                                     f"acl_file {folder}/acl\n")
        self._process = subprocess.Popen([tool("mosquitto"), "-c", str(folder / "conf")],
                                         stderr=subprocess.DEVNULL)
        wait_until(self._is_up, what="mosquitto")

    def _is_up(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def close(self):
        self._process.terminate()
        self._process.wait(20)
        self._folder.cleanup()


class AsMosquitto(unittest.TestCase):
    """The same rules, written for mosquitto 2.0, and the same questions: the same answers."""

    MOSQUITTO = """
topic read weather/#
pattern write devices/%c/state
pattern readwrite users/%u/#

user boss
topic readwrite #
topic read $SYS/#

user anna
topic readwrite home/#
topic deny home/safe/#

user ben
topic read home/+/temperature
topic write home/lamp
"""
    KLEBER = """
[everybody]
write = ["devices/%c/state", "users/%u/#"]
read = ["users/%u/#"]
[anonymous]
read = ["weather/#"]
[user.boss]
read = ["#", "$SYS/#"]
write = ["#"]
[user.anna]
read = ["home/#"]
write = ["home/#"]
deny = ["home/safe/#"]
[user.ben]
read = ["home/+/temperature"]
write = ["home/lamp"]
"""
    TOPICS = ("weather", "weather/today", "home", "home/lamp", "home/safe", "home/safe/door",
              "home/kitchen/temperature", "home/temperature", "devices/c/state",
              "devices/other/state", "users/anna/x", "users/ben/x", "users/x", "garden", "/", "a//b")
    CLIENTS = (("c", None), ("c", "anna"), ("other", "ben"), ("#", "+"), ("a/b", "anna/ben"),
               ("+", "#"))

    def answers(self, port):
        """What each client may publish and what comes to it."""
        answers = {}
        boss = Client(port, "boss", user="boss", password="boss", version=V5)
        for client_id, user in self.CLIENTS:
            client = Client(port, client_id, user=user, password=user, version=V5)
            client.subscribe("#")
            answers[client_id, user, "read"] = heard = set()
            for topic in self.TOPICS:
                self.assertEqual(boss.publish(topic, b"x", qos=1) & 0x80, 0, topic)
            client.send(wire.pingreq())
            while (packet := client.receive()).type == wire.PUBLISH:
                heard.add(packet.message().topic)
            client.close()
            client = Client(port, client_id, user=user, password=user, version=V5)
            answers[client_id, user, "publish"] = {
                topic for topic in self.TOPICS if client.publish(topic, b"x", qos=1) < 0x80}
            client.close()
        boss.close()
        return answers

    def test_both_say_the_same(self):
        mosquitto = Mosquitto(self.MOSQUITTO)
        self.addCleanup(mosquitto.close)
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            acl = Path(folder) / "acl.toml"
            acl.write_text(self.KLEBER)
            users = write_everybody(Path(folder))
            with Gateway(LISTENER.format(lanes=1, acl=acl, users=users)) as gateway:
                ours = self.answers(gateway.port)
            theirs = self.answers(mosquitto.port)
        self.assertEqual(ours, theirs)
        self.assertGreater(sum(len(topics) for topics in ours.values()), 15)


if __name__ == "__main__":
    main()
