"""`kleber import mosca`, beside the real Mosca: the same users are let in, and may do the same."""
import os
import stat
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client, Closed
from support.gateway import ENVIRONMENT, Gateway, LISTENER, PROGRAM, wait_until
from support.old_brokers import Mosca, install_mosca, mosca_add_user
from support.wire import V311, V5

LOCKED = ALL_LINES + LISTENER + "allow_anonymous = false\n"
REFUSED = 0x80

# Name, password, the globs of publishing and of subscribing; none: what Mosca does without.
USERS = [("anna", "sésame", None, None),
         ("bert", "b", "home/{lamp,door}/*", "home/**"),
         ("carla", "c", "$SYS/x", "{a/#,a/*/b,$SYS/**}"),
         ("dave", "d", "a/**", "*"),
         ("emil", "e", "**/lamp", "[ab]")]
TOPICS = ["a", "a/b", "a/b/c", "home", "home/lamp", "home/lamp/set", "home/lamp/set/now",
          "home/door/x", "home/other/x", "/", "/a", "a/", "lamp", "$SYS/x"]
FILTERS = ["#", "+", "a", "a/#", "a/b", "a/+/b", "a/x/b", "a/x/c", "home/#", "home/lamp", "home/+/x",
           "home", "yard/#", "/#", "$SYS/#", "$SYS/x"]
# What the lists tell: not in Mosca's way, and always less.
LESS = {("anna", "publish", "$SYS/x"), ("anna", "subscribe", "$SYS/#"),
        ("anna", "subscribe", "$SYS/x"), ("carla", "publish", "$SYS/x"),
        # * stood for the # of a filter.
        ("dave", "subscribe", "#"),
        # Neither glob can be said.
        ("emil", "login", ""), ("emil", "publish", "lamp"), ("emil", "publish", "home/lamp"),
        ("emil", "subscribe", "a")}
# Mosca looks at the filter's text, not at what it brings: less of the same is no more.
MORE = {("carla", "subscribe", "a"), ("carla", "subscribe", "a/b"), ("carla", "subscribe", "a/x/c"),
        ("bert", "subscribe", "home")}


def import_mosca(*arguments):
    return subprocess.run([PROGRAM, "import", "mosca", *map(str, arguments)], capture_output=True,
                          text=True, timeout=60, env={**os.environ, **ENVIRONMENT})


def connack(port, **credentials):
    with Client(port) as client:
        client.send(wire.connect("c", **credentials))
        return client.expect(wire.CONNACK).reason


def login(port, version, name, password):
    return Client(port, f"{name}-asks", version=version, user=name, password=password)


def may(port, version, name, password):
    """All that this user may do."""
    if connack(port, user=name, password=password) != 0:
        return set()
    allowed = {(name, "login", "")}
    for topic in TOPICS:
        with login(port, version, name, password) as client:
            try:
                if client.publish(topic, b"x", qos=1) < REFUSED:
                    allowed.add((name, "publish", topic))
            except Closed:  # Mosca's way to say no
                pass
    with login(port, version, name, password) as client:
        for text in FILTERS:
            if client.subscribe(text) < REFUSED:
                allowed.add((name, "subscribe", text))
    return allowed


class ImportMosca(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        install_mosca()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kleber-test-")))
        cls.credentials = cls.folder / "credentials.json"
        for name, password, publish, subscribe in USERS:
            mosca_add_user(cls.credentials, name, password, publish, subscribe)

    def imported(self, *arguments):
        """The folder with the new file."""
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        done = import_mosca(self.credentials, "--output", f"{folder.name}/new", *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return Path(folder.name) / "new"

    def gateway(self, config=LOCKED):
        """One with the imported users."""
        made = self.enterContext(Gateway(config))
        made.end()
        (self.imported() / "users.toml").rename(made.state / "users.toml")
        made.start()
        return made

    def test_the_same_are_let_in_and_may_do_the_same(self):
        gateway = self.gateway()
        mosca = self.enterContext(Mosca(self.credentials))
        for name, password, _, _ in USERS:
            with self.subTest(name):
                theirs = may(mosca.port, V311, name, password)
                ours = may(gateway.port, V5, name, password)
                self.assertIn((name, "login", ""), theirs)
                self.assertEqual(theirs - ours, {one for one in LESS if one[0] == name})
                self.assertEqual(ours - theirs, {one for one in MORE if one[0] == name})

    def test_the_same_are_kept_out(self):
        gateway = self.gateway()
        mosca = self.enterContext(Mosca(self.credentials))
        for credentials in ({}, {"user": "anna"}, {"user": "anna", "password": ""},
                            {"user": "anna", "password": "sesame"}, {"user": "Anna", "password": "b"},
                            {"user": "nobody", "password": "b"}, {"user": "bert", "password": "sésame"}):
            for port in (mosca.port, gateway.port):
                self.assertIn(connack(port, **credentials), (4, 5), credentials)

    def test_a_hash_is_replaced_at_the_first_login(self):
        gateway = self.gateway()
        file = gateway.state / "users.toml"
        self.assertEqual(file.read_text().count("$pbkdf2-sha1$10000$"), 4)
        self.assertEqual(connack(gateway.port, user="anna", password="sésame"), 0)
        wait_until(lambda: file.read_text().count("$pbkdf2-sha1$10000$") == 3)
        gateway.end()
        gateway.start()
        self.assertEqual(connack(gateway.port, user="anna", password="sésame"), 0)
        self.assertEqual(connack(gateway.port, user="anna", password="sesame"), 4)

    def test_the_new_file_is_a_secret_and_replaced_only_when_told(self):
        before = self.credentials.read_bytes()
        folder = self.imported()
        file = folder / "users.toml"
        self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
        written = file.read_text()
        done = import_mosca(self.credentials, "--output", folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("is there already: --force replaces it", done.stderr)
        other = self.folder / "other.json"
        other.write_text("{}")
        self.assertEqual(import_mosca(other, "--output", folder, "--force").returncode, 0)
        self.assertNotEqual(file.read_text(), written)
        self.assertEqual(self.credentials.read_bytes(), before)

    def test_what_is_lost_is_told_by_the_exit_status(self):
        file = self.folder / "hidden.json"
        mosca_add_user(file, "anna", "a")
        mosca_add_user(file, "bert", "b", publish="home/.secret/*")
        done = import_mosca(file, "--output", self.folder / "hidden")
        self.assertEqual(done.returncode, 3)
        self.assertIn('! ' + str(file) + ': user "bert": authorizePublish "home/.secret/*"\n',
                      done.stdout)
        self.assertIn("see ! above", done.stderr)

    def test_what_is_no_such_file_makes_none(self):
        bad = self.folder / "bad.json"
        for text in ("", "{", "[]", '{"anna": '):
            bad.write_text(text)
            done = import_mosca(bad, "--output", self.folder / "none")
            self.assertEqual((done.returncode, done.stdout), (2, ""), text)
            self.assertTrue(done.stderr.startswith(f"kleber: {bad}: "), done.stderr)
        missing = import_mosca(self.folder / "missing", "--output", self.folder / "none")
        self.assertEqual(missing.returncode, 2)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    main()
