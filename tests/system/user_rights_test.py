"""What users may do by themselves."""
import os
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import main
from support.client import Client
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.wire import V5

NOT_AUTHORIZED = 0x87


class OwnFilters(unittest.TestCase):
    """Without an ACL file: `kleber user` says what somebody may do, and that holds at once."""
    LANES = 1

    def setUp(self):
        self.gateway = Gateway(f"[gateway]\nlanes = {self.LANES}\n")
        self.gateway.__enter__()
        self.addCleanup(self.gateway.__exit__, None, None, None)

    def user(self, *arguments):
        done = subprocess.run(
            [PROGRAM, "user", *arguments, "--password-stdin", "--config",
             str(self.gateway.config_file), "--state", str(self.gateway.state)],
            capture_output=True, text=True, timeout=120, input="secret\n",
            env={**os.environ, **ENVIRONMENT})
        self.assertEqual(done.returncode, 0, done)

    def client(self, client_id, user):
        client = Client(self.gateway.port, client_id, user=user, password="secret", version=V5)
        self.addCleanup(client.close)
        return client

    def test_filters_of_their_own(self):
        self.user("add", "guest", "--subscribe", "weather/#", "--publish", "bell")
        self.user("add", "anna")
        anna = self.client("a", "anna")
        guest = self.client("g", "guest")
        self.assertEqual(guest.subscribe("weather/#"), 0)
        self.assertEqual(guest.subscribe("#"), NOT_AUTHORIZED)
        self.assertLess(guest.publish("bell", qos=1), 0x80)
        self.assertEqual(guest.publish("door", qos=1), NOT_AUTHORIZED)
        self.assertEqual(anna.subscribe("#"), 0)
        self.assertLess(anna.publish("door", qos=1), 0x80)

    def test_another_users_file_is_obeyed_by_those_who_are_there(self):
        self.user("add", "guest")
        guest = self.client("g", "guest")
        self.assertLess(guest.publish("door", qos=1), 0x80)
        file = self.gateway.state / "users.toml"
        plain = file.read_text()
        file.write_text(plain + 'publish = ["bell"]\n')
        self.gateway.ask("reload")
        wait_until(lambda: guest.publish("door", qos=1) == NOT_AUTHORIZED)
        self.assertLess(guest.publish("bell", qos=1), 0x80)
        # With an admin it is the other way round.
        file.write_text(plain + 'publish = ["bell"]\nadmin = true\n')
        self.gateway.ask("reload")
        wait_until(lambda: guest.publish("door", qos=1) < 0x80)


class OwnFiltersOnFurtherLanes(OwnFilters):
    """The same where connections live on other threads than the broker."""
    LANES = 3


if __name__ == "__main__":
    main()
