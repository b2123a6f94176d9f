"""The first start: a lock, and a key that only the gateway's owner has."""
import contextlib
import os
import pty
import signal
import stat
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import main
from support.client import Client, address_of_this_machine
from support.gateway import ENVIRONMENT, Gateway, PROGRAM
from support.wire import V5

LISTENERS = '[[listener]]\naddress = "0.0.0.0"\nport = 0\n'


def reason(gateway, host, **credentials):
    """What a client of MQTT 5 hears: 0 if it is let in."""
    with Client(gateway.port, host=host, version=V5) as client:
        client.send(wire.connect("c", version=V5, **credentials))
        return client.expect(wire.CONNACK).reason


def password_in(state):
    return (state / "initial-password").read_text().rstrip("\n")


class FirstStart(unittest.TestCase):
    def test_strangers_need_the_password_that_it_makes(self):
        here = address_of_this_machine()
        with Gateway(LISTENERS, first_start="user") as gateway:
            password = password_in(gateway.state)
            self.assertRegex(password, r"^[0-9a-z]{26}$")
            for name in ("initial-password", "users.toml"):
                mode = (gateway.state / name).stat().st_mode
                self.assertEqual(stat.S_IMODE(mode), 0o600, name)
            self.assertNotIn(password, (gateway.state / "users.toml").read_text())
            self.assertEqual(reason(gateway, here), 0x87)
            self.assertEqual(reason(gateway, here, user="kleber", password="x" * 26), 0x86)
            self.assertEqual(reason(gateway, here, user="kleber", password=password), 0)
            self.assertEqual(reason(gateway, "127.0.0.1"), 0)
            self.assertEqual(gateway.ask("user", "list"), "kleber (admin)\n")
            # The log is read by others, too.
            gateway.wait_for_log(f"with the password in {gateway.state}/initial-password")
            self.assertNotIn(password, gateway.log())
            gateway.end()
            said = len(gateway.log())
            gateway.start()
            self.assertNotIn("the first start", gateway.log()[said:])
            self.assertEqual(password_in(gateway.state), password)
            self.assertEqual(reason(gateway, here, user="kleber", password=password), 0)

    def test_who_has_users_or_state_keeps_them_as_they_are(self):
        with Gateway(LISTENERS) as gateway:
            gateway.end()
            (gateway.folder / "conf.d" / "first_start.toml").unlink()
            gateway.start()  # the default, with a store that is there
            self.assertFalse((gateway.state / "users.toml").exists())
            self.assertFalse((gateway.state / "initial-password").exists())
            gateway.end()
            # Somebody has made users before the first start: an empty file lets nobody in.
            for file in gateway.state.iterdir():
                file.unlink()
            users = gateway.state / "users.toml"
            users.touch(mode=0o600)
            gateway.start()
            self.assertEqual(users.read_text(), "")
            self.assertFalse((gateway.state / "initial-password").exists())

    def test_what_a_crash_has_left_is_made_anew(self):
        with Gateway(LISTENERS) as gateway:
            gateway.end()
            for file in gateway.state.iterdir():
                file.unlink()
            (gateway.state / "initial-password").write_text("of no user\n")
            (gateway.folder / "conf.d" / "first_start.toml").unlink()
            gateway.start()
            self.assertNotEqual(password_in(gateway.state), "of no user")
            self.assertEqual(reason(gateway, "127.0.0.1", user="kleber",
                                    password=password_in(gateway.state)), 0)

    def test_a_link_in_the_place_of_the_password_is_not_followed(self):
        with Gateway(LISTENERS) as gateway:
            gateway.end()
            for file in gateway.state.iterdir():
                file.unlink()
            victim = gateway.folder / "victim"
            victim.write_text("precious")
            (gateway.state / "initial-password").symlink_to(victim)
            (gateway.folder / "conf.d" / "first_start.toml").unlink()
            gateway.start()
            self.assertEqual(victim.read_text(), "precious")
            self.assertFalse((gateway.state / "initial-password").is_symlink())

    def test_a_person_at_a_terminal_is_shown_the_password(self):
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            state = Path(folder) / "state"
            config = Path(folder) / "kleber.toml"
            config.write_text('[[listener]]\naddress = "127.0.0.1"\nport = 0\n')
            process, terminal = pty.fork()
            if process == 0:
                os.execve(PROGRAM, [PROGRAM, "run", "--config", str(config), "--state", str(state)],
                          {**os.environ, **ENVIRONMENT})
            shown = b""
            while b"listening for mqtt" not in shown:
                shown += os.read(terminal, 1000)
            os.kill(process, signal.SIGTERM)
            with contextlib.suppress(OSError):  # as a terminal says that nobody is left
                while os.read(terminal, 1000):
                    pass
            os.close(terminal)
            self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), 0)
            self.assertIn(f"with the password {password_in(state)}, which is kept in",
                          shown.decode())

    def test_where_it_cannot_be_made_nobody_is_let_in_and_the_log_says_so(self):
        with Gateway(LISTENERS) as gateway:
            gateway.end()
            for file in gateway.state.iterdir():
                file.unlink()
            (gateway.state / "initial-password").mkdir()
            (gateway.folder / "conf.d" / "first_start.toml").unlink()
            gateway.start()
            gateway.wait_for_log("warning: nobody can log in from the network .*: cannot write")
            self.assertFalse((gateway.state / "users.toml").exists())
            here = address_of_this_machine()
            self.assertEqual(reason(gateway, here), 0x87)
            self.assertEqual(reason(gateway, here, user="kleber", password=""), 0x87)


if __name__ == "__main__":
    main()
