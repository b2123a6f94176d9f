"""kleber import mosquitto: an imported set-up, and mosquitto beside it, let the same clients in and
the same messages through; every option of the manual is in one of the lists."""
import gzip
import os
import re
import ssl
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.certificates import Authority
from support.client import Client, Closed
from support.doors import over_tls, over_unix, over_web, trusting
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.mosquitto import Mosquitto, as_root, free_port, password_line
from support.tools import UNPACKED, tool
from support.wire import V5

MANUALS = (Path("/usr/share/man"), UNPACKED / "share/man")
REFUSED = "refused"

# Each has the name as password.
USERS = ("anna", "ben", "boss")
ACL = """\
topic read weather/#

user boss
topic #

user anna
topic home/#
topic deny home/safe
topic read home/safe/state
topic readwrite +/+/both
topic deny +/secret/+

user ben
topic read home/+
topic write home/lamp/#

pattern read end
pattern deny home/secret
pattern write sensor/%u/#
pattern deny sensor/+/raw
pattern read sensor/%u/raw/x
pattern readwrite id/%c/x
"""
TOPICS = ("weather", "weather/today", "home", "home/lamp", "home/lamp/set", "home/safe",
          "home/safe/state", "home/secret", "a/b/both", "a/secret/both", "sensor/anna/x",
          "sensor/anna/raw", "sensor/ben/raw", "sensor/anna/raw/x", "id/c/x", "id/d/x", "garden")


def kleber(*arguments, folder=None):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
                          timeout=60, cwd=folder, env={**os.environ, **ENVIRONMENT})


class ImportCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o755)
        self.conf = self.folder / "mosquitto.conf"

    def write(self, name, text):
        (self.folder / name).write_text(text)
        return self.folder / name

    def imported(self, conf, *arguments):
        """The exit status, what was printed, and the folder."""
        self.conf.write_text(conf)
        folder = self.folder / "new"
        done = kleber("import", "mosquitto", self.conf, "--output", folder, *arguments)
        return done.returncode, done.stdout + done.stderr, folder


class Command(ImportCase):
    def test_writes_beside_what_it_reads_and_never_over_it(self):
        passwords = self.write("passwords", "anna:$6$AAAAAAAAAAAAAAAA$" + "A" * 86 + "==\n")
        conf = f"listener 1883\npassword_file {passwords}\n"
        before = passwords.read_bytes(), passwords.stat().st_mtime_ns
        status, said, folder = self.imported(conf)
        self.assertEqual(status, 0, said)
        self.assertEqual({file.name for file in folder.iterdir()}, {"kleber.toml", "users.toml"})
        self.assertEqual(stat.S_IMODE((folder / "users.toml").stat().st_mode), 0o600)
        self.assertEqual(stat.S_IMODE(folder.stat().st_mode), 0o700)
        self.assertNotIn("AAAAAA", said)
        check = kleber("check", "--config", folder / "kleber.toml")
        self.assertEqual((check.returncode, check.stderr), (0, ""))
        # What somebody has changed meanwhile stays.
        (folder / "kleber.toml").write_text("# mine\n")
        status, said, _ = self.imported(conf)
        self.assertEqual(status, 1)
        self.assertIn("kleber.toml is there already: --force replaces it", said)
        self.assertEqual((folder / "kleber.toml").read_text(), "# mine\n")
        self.assertEqual(self.imported(conf, "--force")[0], 0)
        self.assertIn("[[listener]]", (folder / "kleber.toml").read_text())
        # Nor is what is imported replaced, whatever it is called.
        source = self.write("users.toml", "anna:x\n")
        self.conf.write_text(f"listener 1883\npassword_file {source}\n")
        done = kleber("import", "mosquitto", self.conf, "--output", self.folder, "--force")
        self.assertEqual(done.returncode, 1)
        self.assertIn("users.toml is what is imported", done.stderr)
        self.assertEqual(source.read_text(), "anna:x\n")
        self.assertEqual((passwords.read_bytes(), passwords.stat().st_mtime_ns), before)

    def test_says_by_its_status_what_was_lost(self):
        for conf, status, words in (
                ("listener 1\n", 0, "Not supported: nothing"),
                ("listener 1\nmemory_limit 1000\n", 0, "Not supported:\n"),
                ("listener 1\nplugin /p.so\n", 3, "is missing: see ! above"),
                ("listener 1\nmount_point a/\n", 1, "no listener is left"),
                ("listener 1\npassword_file /none\n", 2, "/none cannot be read: No such file"),
                ("listener\n", 2, "mosquitto.conf:1:1: error: listener: expected a port")):
            found, said, _ = self.imported(conf, "--force")
            self.assertEqual(found, status, said)
            self.assertIn(words, said)
        done = kleber("import", "mosquitto", self.folder / "none")
        self.assertEqual(done.returncode, 2)
        self.assertIn("none: error: cannot be read: No such file", done.stderr)
        self.assertIn("Exit status: 0 when nobody may more than before",
                      kleber("import", "mosquitto", "--help").stdout)

    def test_every_option_of_the_manual_is_in_a_list(self):
        names = self.names_in_the_manual()
        self.assertGreater(len(names), 100)
        self.write("file", "")
        (self.folder / "folder").mkdir()
        values = {"[ true | false ]": "true", "[ true | false]": "true", "file path": "file",
                  "dir": "folder", "destinations": "stderr", "types": "all", "duration": "2w",
                  "[ ipv4 | ipv6 ]": "ipv4", "address": "127.0.0.1", "[ pem | engine ]": "pem", "version": "tlsv1.2"}
        lines, places = [], {}
        for number, (name, argument, frame) in enumerate(names):
            # Not after what says who may come in.
            value = {"protocol": "websockets", "max_qos": "2", "per_listener_settings": "false"}.get(
                name, values.get(argument, "20"))
            # Each in a listener or a bridge of its own.
            lines += [line.format(number=1000 + number) for line in frame]
            lines.append(f"{name} {value}")
            places[name] = f"mosquitto.conf:{len(lines)}: {name}"
        self.write("mosquitto.conf", "\n".join(lines) + "\n")
        done = kleber("import", "mosquitto", "mosquitto.conf", "--output", "new", folder=self.folder)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual([name for name, place in places.items() if place not in done.stdout], [])
        self.assertNotIn("no such option is known", done.stdout)

    @staticmethod
    def names_in_the_manual():
        """Each with its argument, and what must stand above it."""
        found = [folder / "man5" / name for folder in MANUALS
                 for name in ("mosquitto.conf.5.gz", "mosquitto.conf.5")]
        found = [file for file in found if file.exists()]
        assert found, "the manual is not there; ./test fetches it"
        read = gzip.open if found[0].suffix == ".gz" else open
        with read(found[0], "rt") as file:
            manual = re.sub(r"\\f[IR]|\\&", "", file.read().replace("\\-", "-"))
        names, frame = [], []
        for heading, entry in re.findall(r'^\.SH "(.+)"$|^\.PP\n(\\fB[a-z_*]+ .+)$', manual,
                                         re.MULTILINE):
            if heading:
                frame = {"LISTENERS": ["listener {number}"],
                         "CONFIGURING BRIDGES": ["connection x{number}"]}.get(heading, [])
                continue
            for part in entry.split(", "):
                name, _, argument = part.replace("\\fB", "").partition(" ")
                names.append((name.replace("*", "x"), argument, frame))
        return names


def outcome(connect):
    """A client that was let in; else a word."""
    try:
        return connect()
    except (AssertionError, Closed, EOFError, OSError, ssl.SSLError):
        return REFUSED


class SideBySide(ImportCase):
    """`ask` gets the ports of the listeners, of mosquitto's and of the gateway's."""

    def setUp(self):
        super().setUp()
        self.passwords = self.write("passwords", "".join(password_line(name, name)
                                                         for name in USERS) + "plain:plain\n")
        self.acl = self.write("acl", ACL)

    def compare(self, conf, ask, listeners=1, sockets=None):
        """What both answered."""
        ports = [free_port() for _ in range(listeners)]
        text = as_root() + conf.format(*ports, folder=self.folder, passwords=self.passwords,
                                       acl=self.acl)
        status, said, folder = self.imported(text, "--force")
        self.assertEqual(status, 0, said)
        mosquitto = Mosquitto(self.conf, ports)
        self.addCleanup(mosquitto.close)
        ours = (folder / "kleber.toml").read_text()
        for port in ports:
            ours = ours.replace(f"port = {port}\n", "port = 0\n")
        ours = ours.replace('first_start = "nothing"\n', "")  # Gateway says it itself
        for name in ("users.toml", "acl.toml", "psk.txt"):
            ours = ours.replace(f'"{name}"', f'"{folder / name}"')
        for theirs, other in (sockets or {}).items():
            ours = ours.replace(theirs, other)
        with Gateway(ours) as gateway:
            mine = ask(gateway.ports(listeners))
        self.assertEqual(ask(ports), mine)
        return mine

    @staticmethod
    def logins(port, doors=lambda port: port):
        """Who is let in."""
        answers = {}
        for user, password in ((None, None), ("anna", "anna"), ("anna", "wrong"), ("anna", None),
                               ("nobody", "x"), ("plain", "plain"), ("anna", "")):
            client = outcome(lambda: Client(doors(port), "c", user=user, password=password,
                                            version=V5))
            answers[user, password] = client == REFUSED
            if client != REFUSED:
                client.close()
        return answers

    @staticmethod
    def rights(port, users=(None, *USERS)):
        """What each may publish, and what comes to it."""
        answers = {}
        boss = Client(port, "boss", user="boss", password="boss", version=V5)
        for user in users:
            client = outcome(lambda: Client(port, "c", user=user, password=user, version=V5))
            if client == REFUSED:
                answers[user] = REFUSED
                continue
            client.subscribe("#")
            heard = set()
            for topic in (*TOPICS, "end"):
                assert boss.publish(topic, b"x", qos=1) < 0x80, topic
            while (topic := client.message().topic) != "end":
                heard.add(topic)
            client.close()
            client = Client(port, "c", user=user, password=user, version=V5)
            answers[user] = heard, {topic for topic in TOPICS
                                    if client.publish(topic, b"x", qos=1) < 0x80}
            client.close()
        boss.close()
        return answers

    def test_passwords_with_and_without_anonymous_clients(self):
        conf = "listener {0} 127.0.0.1\npassword_file {passwords}\n"
        answers = self.compare(conf, lambda ports: self.logins(ports[0]))
        self.assertEqual([who for who, is_refused in answers.items() if not is_refused],
                         [("anna", "anna")])
        answers = self.compare(conf + "allow_anonymous true\n",
                               lambda ports: self.logins(ports[0]))
        self.assertFalse(answers[None, None])
        self.assertTrue(answers["nobody", "x"])

    def test_without_passwords_all_or_nobody(self):
        answers = self.compare("listener {0} 127.0.0.1\n", lambda ports: self.logins(ports[0]))
        self.assertTrue(all(answers.values()))
        answers = self.compare("listener {0} 127.0.0.1\nallow_anonymous true\n",
                               lambda ports: self.logins(ports[0]))
        self.assertFalse(any(answers.values()))

    def test_rights(self):
        for anonymous in ("true", "false"):
            answers = self.compare("listener {0} 127.0.0.1\npassword_file {passwords}\n"
                                   f"acl_file {{acl}}\nallow_anonymous {anonymous}\n",
                                   lambda ports: self.rights(ports[0]))
            self.assertEqual(answers[None] == REFUSED, anonymous == "false")
            # An allow that is more specific than the deny of the same user, which still holds.
            self.assertNotIn("a/secret/both", answers["anna"][0])
            # A user's own line, in spite of a pattern that denies; and where there is none.
            self.assertIn("home/secret", answers["ben"][0])
            self.assertNotIn("sensor/anna/raw", answers["anna"][1])
            self.assertGreater(sum(map(len, answers["anna"] + answers["ben"])), 12)

    def test_an_empty_file_of_rights_gives_none(self):
        self.acl.write_text("# nothing\n")
        conf = "listener {0} 127.0.0.1\nallow_anonymous true\nacl_file {acl}\n"

        def ask(ports):
            client = Client(ports[0], "c", version=V5)
            code = client.publish("home", b"x", qos=1)
            client.close()
            return code
        self.assertEqual(self.compare(conf, ask), 0x87)

    def test_listeners_with_settings_of_their_own(self):
        answers = self.compare(
            "per_listener_settings true\n"
            "listener {0} 127.0.0.1\npassword_file {passwords}\n"
            "listener {1} 127.0.0.1\npassword_file {passwords}\nallow_anonymous true\n",
            lambda ports: [self.logins(port) for port in ports], listeners=2)
        self.assertEqual([answer[None, None] for answer in answers], [True, False])

    def test_certificates_of_clients(self):
        home, other = Authority(self.folder, "home"), Authority(self.folder, "other")
        server = home.issue("localhost")
        anna, void = home.issue("/O=House/CN=anna"), home.issue("ben")
        revoked = home.revoke(void)
        stranger = other.issue("anna", "stranger")
        for file in self.folder.glob("**/*.key"):
            file.chmod(0o644)
        self.acl.write_text("user anna\ntopic write x\nuser CN=anna,O=House\ntopic write y\n")
        tls = (f"cafile {home.file}\ncertfile {server.file}\nkeyfile {server.key}\n"
               f"crlfile {revoked}\nrequire_certificate true\n")

        def ask_with(**credentials):
            def ask(ports):
                answers = {}
                for name, certificate in (("anna", anna), ("void", void), ("stranger", stranger),
                                          ("none", None)):
                    client = outcome(lambda: Client(
                        over_tls(ports[0], trusting(home, certificate)), "c", version=V5,
                        **credentials))
                    answers[name] = client if client == REFUSED else [
                        client.publish(topic, b"x", qos=1) for topic in ("x", "y")]
                    if client != REFUSED:
                        client.close()
                return answers
            return ask
        conf = "listener {0} 127.0.0.1\n" + tls
        for name, codes in (("identity", [0, 0x87]), ("subject", [0x87, 0])):
            answers = self.compare(
                conf + f"use_{name}_as_username true\nacl_file {{acl}}\n", ask_with())
            # The first code without subscribers is another, which is no refusal.
            self.assertEqual([code & 0x80 for code in answers.pop("anna")],
                             [code & 0x80 for code in codes])
            self.assertEqual(set(answers.values()), {REFUSED})
        conf += "password_file {passwords}\n"
        self.assertEqual(set(map(str, self.compare(conf, ask_with()).values())), {REFUSED})
        answers = self.compare(conf, ask_with(user="ben", password="ben"))
        self.assertNotEqual(answers.pop("anna"), REFUSED)
        self.assertEqual(set(map(str, answers.values())), {REFUSED})

    def test_pre_shared_keys(self):
        self.write("psk", "anna:00112233445566778899aabbccddeeff\n"
                          "ben:ffeeddccbbaa99887766554433221100\n")

        def ask(ports):
            answers = {}
            for name, key in (("anna", "00112233445566778899aabbccddeeff"),
                              ("ben", "ffeeddccbbaa99887766554433221100"),
                              ("anna", "00112233445566778899aabbccddeefe"),
                              ("nobody", "00112233445566778899aabbccddeeff")):
                for topic in ("home/lamp/set", "home/safe"):
                    done = subprocess.run(
                        [tool("mosquitto_pub"), "-p", str(ports[0]), "-V", "5", "-q", "1", "-t",
                         topic, "-m", "x", "--psk-identity", name, "--psk", key],
                        capture_output=True, text=True, timeout=60)
                    answers[name, key, topic] = (done.returncode == 0,
                                                 "Not authorized" in done.stderr)
            return list(answers.values())
        answers = self.compare("listener {0} 127.0.0.1\npsk_hint house\npsk_file {folder}/psk\n"
                               "use_identity_as_username true\nacl_file {acl}\n", ask)
        self.assertEqual(answers[:4], [(True, False), (True, True)] * 2)
        self.assertFalse(any(is_in for is_in, _ in answers[4:]))

    def test_web_sockets_and_unix_sockets(self):
        # Mosquitto 2.0.11 does not start with WebSockets alone.
        self.compare("listener {0} 127.0.0.1\nlistener {1} 127.0.0.1\nprotocol websockets\n"
                     "password_file {passwords}\n", lambda ports: self.logins(ports[1], over_web),
                     listeners=2)
        theirs, ours = self.folder / "theirs.sock", self.folder / "ours.sock"

        def ask(ports):
            del ports
            # Whose turn it is shows which of the two is there.
            path = ours if ours.exists() else theirs
            return self.logins(path, over_unix)
        self.compare(f"listener {{0}} 127.0.0.1\nlistener 0 {theirs}\n"
                     "password_file {passwords}\nallow_anonymous true\n", ask,
                     sockets={str(theirs): str(ours)})


class Tried(ImportCase):
    """kleber run --mosquitto-conf."""

    def start(self, *arguments):
        self.state = self.folder / "state"
        log = open(self.folder / "log", "w+b")
        self.addCleanup(log.close)
        return subprocess.Popen(
            [PROGRAM, "run", "--mosquitto-conf", str(self.conf), "--state", str(self.state),
             *arguments], stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, **ENVIRONMENT})

    def log(self):
        return (self.folder / "log").read_text()

    def test_starts_at_once_at_another_port(self):
        passwords = self.write("passwords", password_line("anna", "anna"))
        self.conf.write_text(f"listener 1883\npassword_file {passwords}\n")
        process = self.start("-p", "0")
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        found = wait_until(lambda: re.search(r"listening for mqtt on \S+:(\d+)", self.log()) or
                           process.poll() is not None, 60)
        self.assertNotEqual(found, True, self.log())
        client = Client(int(found[1]), "c", user="anna", password="anna")
        client.ping()
        client.close()
        self.assertEqual(outcome(lambda: Client(int(found[1]), "c")), REFUSED)
        users = self.state / "mosquitto" / "users.toml"
        self.assertEqual(stat.S_IMODE(users.stat().st_mode), 0o600)
        # A right password gets a better hash, which the source does not.
        self.assertIn("$7$", passwords.read_text())

    def test_does_not_start_with_less_than_mosquitto_keeps_out(self):
        for conf, status, words in (
                ("listener 1883\nplugin /p.so\nmemory_limit 1000\n", 3,
                 "kleber: not started; `kleber import mosquitto"),
                ("listener 1883\nallow_anonymous perhaps\n", 2, "expected true or false"),
                ("listener 1883\nprotocol http_api\n", 1, "kleber: not started: no listener")):
            self.conf.write_text(conf)
            self.assertEqual(self.start().wait(60), status, self.log())
            self.assertIn(words, self.log())
            self.assertNotIn("memory_limit", self.log())
            self.assertFalse(self.state.exists())
        done = kleber("run", "--mosquitto-conf", self.conf, "--config", self.conf)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--config", done.stderr + done.stdout)


if __name__ == "__main__":
    main()
