"""Users: who is let in, `kleber user`, the file, and what becomes of both over reloads and restarts."""
import contextlib
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client, Closed
from support.disk import Injection
from support.gateway import ENVIRONMENT, Gateway, LISTENER, LISTENING, PROGRAM, wait_until
from support.tools import tool
from support.users import device_hash, write_users
from support.wire import V31, V311, V5

BAD_LOGIN = {V31: 4, V311: 4, V5: 0x86}
TWO_LANES = "[gateway]\nlanes = 2\n"


def kleber(gateway, *arguments, data=None):
    return subprocess.run([PROGRAM, *arguments, "--config", str(gateway.config_file), "--state",
                           str(gateway.state)], capture_output=True, text=True, timeout=120,
                          input=data, env={**os.environ, **ENVIRONMENT})


def add(gateway, name, password, *arguments):
    done = kleber(gateway, "user", "add", name, "--password-stdin", *arguments, data=password + "\n")
    assert done.returncode == 0, done
    return done


def type_in(gateway, *arguments, lines):
    """At a terminal: each line once something is asked. The exit status, and all that was shown."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(PROGRAM, [PROGRAM, *arguments, "--config", str(gateway.config_file), "--state",
                            str(gateway.state)], {**os.environ, **ENVIRONMENT})
    shown = b""
    for count, line in enumerate(lines, 1):
        while shown.count(b": ") < count:
            shown += os.read(terminal, 1000)
        os.write(terminal, line)
    with contextlib.suppress(OSError):  # as a terminal says that nobody is left
        while more := os.read(terminal, 1000):
            shown += more
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), shown.decode()


def connack_code(gateway, version=V311, **credentials):
    """What a client with these credentials hears: 0 if it is let in."""
    with Client(gateway.port, version=version) as client:
        client.send(wire.connect("c", version=version, **credentials))
        return client.expect(wire.CONNACK).reason


class CommandLine(unittest.TestCase):
    def test_ps_shows_no_passwords(self):
        for words in (["-P", "sésame"], ["-Psésame"], ["--password", "sésame"],
                      ["--password=sésame"]):
            with Gateway(ALL_LINES) as gateway:
                add(gateway, "anna", "sésame")
                process = subprocess.Popen(
                    [PROGRAM, "sub", "-p", str(gateway.port), "-t", "t", "-i", "me", "-u", "anna",
                     *words], stdout=subprocess.DEVNULL, env={**os.environ, **ENVIRONMENT})
                try:
                    gateway.wait_for_log("client me connected .* user anna")
                    shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                    self.assertIn(b"-i\0me\0-u\0anna\0", shown)
                    self.assertNotIn("sésame".encode(), shown)
                finally:
                    process.terminate()
                    process.wait(20)


class Users(unittest.TestCase):
    def test_as_long_as_there_are_no_users_a_name_means_nothing(self):
        with Gateway(ALL_LINES) as gateway:
            for version in (V31, V311, V5):
                self.assertEqual(connack_code(gateway, version), 0)
                self.assertEqual(connack_code(gateway, version, user="anna", password="x"), 0)
            self.assertFalse((gateway.state / "users.toml").exists())
            self.assertEqual(gateway.ask("user", "list"), "no users\n")

    def test_users_are_let_in_by_their_passwords_at_once(self):
        for config in ("", TWO_LANES):
            with Gateway(ALL_LINES + config) as gateway:
                add(gateway, "anna", "sésame, öffne dich")
                for version in (V31, V311, V5):
                    right = {"user": "anna", "password": "sésame, öffne dich"}
                    self.assertEqual(connack_code(gateway, version, **right), 0)
                    for user, password in (("anna", "sesame"), ("anna", ""), ("anna", None),
                                           ("Anna", right["password"]), ("", right["password"]),
                                           ("nobody", "x"), ("anna", right["password"] + "\0")):
                        code = connack_code(gateway, version, user=user, password=password)
                        self.assertEqual(code, BAD_LOGIN[version], (user, password))
                    # On this machine nobody needs a name.
                    self.assertEqual(connack_code(gateway, version), 0)
                gateway.wait_for_log("refused: bad user name or password: wrong password of anna; "
                                     "kleber user passwd anna sets another")
                gateway.wait_for_log("no user nobody; kleber user add nobody makes one")
                self.assertNotIn("sésame", gateway.log())
                self.assertNotIn("argon2id", gateway.log())

    def test_mosquitto_pub_hears_why(self):
        with Gateway(ALL_LINES) as gateway:
            add(gateway, "anna", "secret")
            for version, code in (("mqttv31", 4), ("mqttv311", 4), ("mqttv5", 0x86)):
                for password, expected in (("secret", 0), ("Secret", code)):
                    done = subprocess.run(
                        ["mosquitto_pub", "-p", str(gateway.port), "-V", version, "-u", "anna",
                         "-P", password, "-t", "t", "-m", "m", "-q", "1"],
                        capture_output=True, timeout=60)
                    self.assertEqual(done.returncode, expected, done)

    def test_generated_passwords_and_what_is_shown_of_users(self):
        with Gateway(ALL_LINES) as gateway:
            done = kleber(gateway, "user", "add", "lamp", "--generate", "--group", "hall",
                          "--publish", "home/hall/#", "--publish", "log", "--subscribe", "+/x")
            self.assertEqual(done.returncode, 0, done.stderr)
            password = done.stdout.strip()
            self.assertEqual(len(password), 26)
            self.assertEqual(connack_code(gateway, user="lamp", password=password), 0)
            add(gateway, "anna", "secret", "--admin")
            self.assertEqual(gateway.ask("user", "list"), "anna (admin)\nlamp\n")
            self.assertEqual(gateway.ask("user", "show", "lamp"),
                             "lamp\n    groups: hall\n    may publish: home/hall/#, log\n"
                             "    may subscribe: +/x\n")
            self.assertEqual(gateway.ask("user", "show", "anna", "--json"),
                             '[{"name":"anna","admin":true,"groups":[],"publish":[],'
                             '"subscribe":[]}]\n')
            file = gateway.state / "users.toml"
            self.assertEqual(stat.S_IMODE(file.stat().st_mode), 0o600)
            self.assertNotIn(password, file.read_text() + gateway.log())
            again = kleber(gateway, "user", "passwd", "lamp", "--generate")
            self.assertEqual(again.returncode, 0, again.stderr)
            self.assertEqual(connack_code(gateway, user="lamp", password=password), 4)
            self.assertEqual(connack_code(gateway, user="lamp", password=again.stdout.strip()), 0)
            self.assertIn("may publish: home/hall/#, log", gateway.ask("user", "show", "lamp"))

    def test_passwords_are_asked_for_and_not_shown(self):
        with Gateway(ALL_LINES) as gateway:
            typed = "séx\x7f\x7f\x7fsécret\r".encode()
            status, shown = type_in(gateway, "user", "add", "anna", lines=[typed, typed])
            self.assertEqual((status, shown), (0, "Password for anna: \r\nThe same again: \r\n"
                                                  "user anna added\r\n"))
            self.assertEqual(connack_code(gateway, user="anna", password="sécret"), 0)
            for lines, reason in (([b"one\n", b"two\n"], "the two passwords differ"),
                                  ([b"\n", b"\n"], "an empty password would protect nothing"),
                                  ([b"on\x03"], "no password was typed"),
                                  ([b"\x04"], "no password was typed"),
                                  ([b"x" * 1001 + b"\n"], "a password has at most 1000 bytes")):
                status, shown = type_in(gateway, "user", "passwd", "anna", lines=lines)
                self.assertEqual(status, 1)
                self.assertTrue(shown.endswith(f"kleber: {reason}\r\n"), shown)
            self.assertEqual(connack_code(gateway, user="anna", password="sécret"), 0)

    def test_what_makes_no_sense_is_refused(self):
        with Gateway(ALL_LINES) as gateway:
            add(gateway, "anna", "secret")
            for arguments, reason in (
                    (("add", "anna", "--generate"), "there is a user anna already"),
                    (("passwd", "bert", "--generate"), "there is no user bert"),
                    (("remove", "bert"), "there is no user bert"),
                    (("show", "bert"), "there is no user bert"),
                    (("add", "a\nb", "--generate"), "contains control characters"),
                    (("add", "", "--generate"), "must not be empty"),
                    (("add", "bert", "--generate", "--publish", "a/#/b"), "is no topic filter"),
                    (("add", "bert", "--password-stdin"), "an empty password"),
                    (("passwd", "anna", "--password-stdin"), "an empty password")):
                done = kleber(gateway, "user", *arguments, data="\n")
                self.assertEqual(done.returncode, 1, done)
                self.assertIn(reason, done.stderr)
                self.assertEqual(done.stdout, "")
            self.assertEqual(gateway.ask("user", "list"), "anna\n")

    def test_removed_users_lose_their_connections(self):
        for config in ("", TWO_LANES):
            with Gateway(ALL_LINES + config) as gateway:
                add(gateway, "anna", "secret")
                add(gateway, "bert", "secret")
                annas = [Client(gateway.port, f"a{number}", user="anna", password="secret")
                         for number in range(3)]
                with Client(gateway.port, "b", user="bert", password="secret") as bert, \
                        Client(gateway.port, "nobody") as nobody:
                    done = kleber(gateway, "user", "remove", "anna")
                    self.assertEqual(done.returncode, 0, done.stderr)
                    for client in annas:
                        with self.assertRaises(Closed):
                            client.expect(wire.PUBLISH)
                        client.close()
                    for client in (bert, nobody):
                        client.ping()
                self.assertEqual(connack_code(gateway, user="anna", password="secret"), 4)
                # Whoever removed the last one wants nobody in, not everybody.
                kleber(gateway, "user", "remove", "bert")
                self.assertEqual(connack_code(gateway, user="bert", password="secret"), 4)

    def test_a_reload_takes_what_was_written_by_hand_or_keeps_the_old_users(self):
        with Gateway(ALL_LINES) as gateway:
            file = gateway.state / "users.toml"
            write_users(file, {"lamp": device_hash("k3y")})
            self.assertEqual(connack_code(gateway, user="lamp", password="wrong"), 0)
            gateway.ask("reload")
            self.assertEqual(connack_code(gateway, user="lamp", password="wrong"), 4)
            lamp = Client(gateway.port, "l", user="lamp", password="k3y")
            file.write_text(file.read_text() + '[[user]]\nname = "x"\npasword = "hunter2"\n')
            done = kleber(gateway, "reload")
            self.assertEqual(done.returncode, 2, done)
            self.assertIn(f"{file}:6:1: error: unknown key \"pasword\"", done.stderr)
            self.assertIn(f"{file}:4:1: error: a user without a password", done.stderr)
            self.assertNotIn("hunter2", done.stderr + gateway.log())
            gateway.wait_for_log("users.toml:6:1: error")
            done = kleber(gateway, "user", "add", "y", "--generate")
            self.assertEqual(done.returncode, 1)
            self.assertIn(f"{file}:6:1", done.stderr)
            lamp.ping()
            self.assertEqual(connack_code(gateway, user="lamp", password="k3y"), 0)
            self.assertEqual(connack_code(gateway, user="x", password="hunter2"), 4)
            file.chmod(0o644)
            self.assertIn(f"chmod 600 {file}", kleber(gateway, "reload").stderr)
            # Nobody is left: the one that is there has to go.
            write_users(file, {})
            gateway.ask("reload")
            with self.assertRaises(Closed):
                lamp.expect(wire.PUBLISH)
            lamp.close()

    def test_the_file_stays_where_the_state_is_until_the_next_start(self):
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            config, log = Path(folder, "kleber.toml"), Path(folder, "log")
            text = LISTENER + ALL_LINES + '[control]\nsocket = "c.sock"\n[gateway]\nstate = "old"\n'
            config.write_text(text)
            Path(folder, "old").mkdir(mode=0o700)
            write_users(Path(folder, "old/users.toml"), {"lamp": device_hash("k3y")})
            with open(log, "wb") as lines, subprocess.Popen(
                    [PROGRAM, "run", "--config", str(config)], stderr=lines,
                    env={**os.environ, **ENVIRONMENT}) as process:
                try:
                    port = int(wait_until(lambda: LISTENING.search(log.read_text()), 60)[2])
                    config.write_text(text.replace("old", "new"))
                    process.send_signal(signal.SIGHUP)
                    wait_until(lambda: "configuration reloaded" in log.read_text())
                    for password, code in (("wrong", 4), ("k3y", 0)):
                        with Client(port) as client:
                            client.send(wire.connect("c", user="lamp", password=password))
                            self.assertEqual(client.expect(wire.CONNACK).reason, code)
                finally:
                    process.terminate()

    def test_the_built_in_demo_obeys_other_users_too(self):
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder, socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("", 0))
            port, log = free.getsockname()[1], Path(folder, "log")
            free.close()
            with open(log, "wb") as lines, subprocess.Popen(
                    [PROGRAM, "run", "--state", folder, "--port-base", str(port)], stderr=lines,
                    env={**os.environ, **ENVIRONMENT}) as process:
                try:
                    wait_until(lambda: LISTENING.search(log.read_text()), 60)
                    write_users(Path(folder, "users.toml"), {"lamp": device_hash("k3y")})
                    process.send_signal(signal.SIGHUP)
                    wait_until(lambda: "configuration reloaded" in log.read_text())
                    for password, code in (("wrong", 4), ("k3y", 0)):
                        with Client(port) as client:
                            client.send(wire.connect("c", user="lamp", password=password))
                            self.assertEqual(client.expect(wire.CONNACK).reason, code)
                finally:
                    process.terminate()

    def test_without_a_gateway_the_file_is_written_for_its_start(self):
        with Gateway(ALL_LINES) as gateway:
            gateway.end()
            add(gateway, "anna", "secret")
            done = kleber(gateway, "user", "list")
            self.assertEqual(done.stdout, "anna\n", done)
            self.assertEqual(kleber(gateway, "user", "show", "bert").returncode, 1)
            gateway.start()
            self.assertEqual(connack_code(gateway, user="anna", password="secret"), 0)
            self.assertEqual(connack_code(gateway, user="anna", password="wrong"), 4)

    def test_a_named_file_is_obeyed_before_the_first_user_is_there(self):
        with Gateway(ALL_LINES + '[auth]\nusers = "locks/people.toml"\n') as gateway:
            self.assertEqual(connack_code(gateway), 0)
            self.assertEqual(connack_code(gateway, user="anna", password="x"), 4)
            add(gateway, "anna", "x")
            self.assertEqual(connack_code(gateway, user="anna", password="x"), 0)
            self.assertTrue((gateway.folder / "locks/people.toml").exists())

    def test_what_is_written_and_not_yet_safe_is_said_and_obeyed_after_a_reload(self):
        with Gateway(ALL_LINES + '[store]\ndurability = "memory"\n') as gateway:
            add(gateway, "anna", "secret")
            # Each change syncs the file and then its folder.
            with Injection(gateway, "fsync:error=EIO:when=2+2"):
                done = kleber(gateway, "user", "add", "lamp", "--password-stdin", data="k3y\n")
            self.assertEqual(done.returncode, 1, done)
            self.assertIn("users.toml is written, but a power cut may undo that: "
                          "Input/output error; `kleber reload` obeys it", done.stderr)
            gateway.ask("reload")
            self.assertEqual(connack_code(gateway, user="lamp", password="k3y"), 0)

    def test_a_file_that_others_may_read_stops_the_start(self):
        with Gateway(ALL_LINES) as gateway:
            add(gateway, "anna", "secret")
            gateway.end()
            file = gateway.state / "users.toml"
            for spoil, reason in ((lambda: file.chmod(0o640), f"chmod 600 {file}"),
                                  (lambda: (file.chmod(0o600), file.write_text("anna:x\n")),
                                   f"{file}:1:")):
                spoil()
                done = kleber(gateway, "run")
                self.assertEqual(done.returncode, 1)
                self.assertIn(reason, done.stderr)
            file.unlink()
            gateway.start()

    def test_hashes_of_mosquitto_are_known_and_replaced_at_the_login(self):
        with Gateway(ALL_LINES) as gateway:
            file = gateway.state / "users.toml"
            hashes = {}
            for algorithm in ("sha512", "sha512-pbkdf2"):
                passwords = gateway.folder / "passwords"
                passwords.write_text(f"{algorithm}:secret\n")
                subprocess.run([tool("mosquitto_passwd"), "-H", algorithm, "-U", str(passwords)],
                               check=True, timeout=60)
                hashes[algorithm] = passwords.read_text().strip().partition(":")[2]
            write_users(file, hashes)
            gateway.ask("reload")
            for user, old in hashes.items():
                self.assertEqual(connack_code(gateway, user=user, password="wrong"), 4)
                self.assertIn(old, file.read_text())
                self.assertEqual(connack_code(gateway, user=user, password="secret"), 0)
                wait_until(lambda: old not in file.read_text())
                gateway.wait_for_log(f"the password of user {user} has a better hash now")
                self.assertEqual(connack_code(gateway, user=user, password="secret"), 0)
                self.assertEqual(connack_code(gateway, user=user, password="wrong"), 4)
            self.assertEqual(file.read_text().count("$argon2id$v=19$m=19456,t=2,p=1$"), 2)

    def test_a_thousand_devices_come_back_at_once_after_a_restart(self):
        with Gateway(ALL_LINES) as gateway:
            write_users(gateway.state / "users.toml",
                        {f"d{number}": device_hash(f"k{number}") for number in range(1000)})
            gateway.end()
            gateway.start()
            begin = time.monotonic()
            clients = [Client(gateway.port) for _ in range(1000)]
            for number, client in enumerate(clients):
                client.send(wire.connect(f"d{number}", user=f"d{number}", password=f"k{number}"))
            for client in clients:
                self.assertEqual(client.expect(wire.CONNACK).reason, 0)
            took = time.monotonic() - begin
            print(f"1000 devices in {took:.2f} s", flush=True)
            self.assertLess(took, 5)
            for client in clients:
                client.close()

    def test_devices_and_known_users_do_not_wait_behind_guesses(self):
        with Gateway(ALL_LINES) as gateway:
            add(gateway, "anna", "secret")
            file = gateway.state / "users.toml"
            file.write_text(file.read_text() + f'[[user]]\nname = "lamp"\npassword = "'
                            f'{device_hash("k3y")}"\n')
            gateway.ask("reload")
            self.assertEqual(connack_code(gateway, user="anna", password="secret"), 0)
            guesses = [Client(gateway.port) for _ in range(400)]
            for number, client in enumerate(guesses):
                client.send(wire.connect(f"g{number}", user=f"g{number}", password="guess"))
            begin = time.monotonic()
            self.assertEqual(connack_code(gateway, user="anna", password="secret"), 0)
            self.assertEqual(connack_code(gateway, user="lamp", password="k3y"), 0)
            self.assertLess(time.monotonic() - begin, 2)
            # Bad login, or that the gateway is busy; nobody is let in, and nobody left waiting.
            codes = {client.expect(wire.CONNACK).reason for client in guesses}
            self.assertLessEqual(codes, {3, 4})
            for client in guesses:
                client.close()


if __name__ == "__main__":
    main()
