"""What users may do by themselves, by their passwords or certificates."""
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import main
from support.certificates import Authority
from support.client import Client
from support.doors import listener, over_tls, trusting, with_certificate
from support.gateway import ENVIRONMENT, Gateway, PROGRAM, wait_until
from support.users import device_hash, write_users
from support.wire import V5

NOT_AUTHORIZED = 0x87
BAD_LOGIN = 0x86


class OwnFilters(unittest.TestCase):
    """Without an ACL file: `kleber user` says what somebody may do, and that holds at once."""
    LANES = 1

    def setUp(self):
        self.gateway = Gateway(f"[gateway]\nlanes = {self.LANES}\n")
        self.gateway.__enter__()
        self.addCleanup(self.gateway.__exit__, None, None, None)

    def user(self, *arguments):
        password = ["--password-stdin"] if arguments[0] == "add" else []
        done = subprocess.run(
            [PROGRAM, "user", *arguments, *password, "--config",
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
        self.assertLess(anna.publish("door", qos=1), 0x80)
        self.assertEqual(anna.subscribe("#"), 0)

    def test_who_is_removed_gets_no_rights_by_it(self):
        self.user("add", "guest", "--publish", "bell")
        self.user("add", "anna")
        anna = self.client("a", "anna")
        anna.subscribe("#")
        guest = Client(self.gateway.port, version=V5)
        self.addCleanup(guest.close)
        guest.send(wire.connect("g", version=V5, user="guest", password="secret",
                                will=wire.Will("bell")))
        self.assertEqual(guest.expect(wire.CONNACK).reason, 0)
        self.user("remove", "guest")
        guest.end_of_connection()
        # Nobody is left whom anything restricts; still the will is not that of somebody free.
        wait_until(lambda: self.gateway.status()["dropped"]["not_allowed"] == 1)
        anna.publish("door")
        self.assertEqual(anna.message().topic, "door")

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


class ByCertificate(unittest.TestCase):
    """Whom a certificate names needs no password, and may do what that user may. Its name is %n."""
    RULES = """
[everybody]
write = ["names/%n/state"]
[user.lamp]
write = ["home/lamp"]
[user.anna]
write = ["home/anna"]
"""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="kleber-test-")
        self.addCleanup(folder.cleanup)
        (Path(folder.name) / "acl.toml").write_text(self.RULES)
        users = Path(folder.name) / "users.toml"
        write_users(users, {"anna": device_hash("anna")})
        authority = Authority(folder.name)
        tls = {**with_certificate(authority.issue("server")), "tls_ca": str(authority.file),
               "tls_client_certificate": "required", "allow_anonymous": False}
        self.lamp = trusting(authority, authority.issue("lamp"))
        self.gateway = Gateway(f'[auth]\nacl = "{folder.name}/acl.toml"\nusers = "{users}"\n' +
                               listener("mqtts", **tls) + listener("mqtts", **tls, tls_user="none"))
        self.gateway.__enter__()
        self.addCleanup(self.gateway.__exit__, None, None, None)
        self.named, self.unnamed = self.gateway.ports(2)

    def client(self, port, client_id=None, **options):
        client = Client(over_tls(port, self.lamp), client_id, version=V5, **options)
        self.addCleanup(client.close)
        return client

    def assert_may_publish(self, client, *allowed):
        topics = {"home/lamp", "home/anna", "names/lamp/state", "names/anna/state"}
        self.assertEqual({topic for topic in topics if client.publish(topic, qos=1) < 0x80},
                         set(allowed))

    def test_it_is_the_user(self):
        for says in ({}, {"user": "anna", "password": "anna"}, {"user": "anna", "password": "x"}):
            self.assert_may_publish(self.client(self.named, "c", **says), "home/lamp",
                                    "names/lamp/state")

    def test_it_is_not_the_user_but_has_a_name(self):
        anna = self.client(self.unnamed, "c", user="anna", password="anna")
        self.assert_may_publish(anna, "home/anna", "names/lamp/state")
        for says, reason in (({}, NOT_AUTHORIZED), ({"user": "lamp", "password": "lamp"}, BAD_LOGIN)):
            stranger = self.client(self.unnamed)
            stranger.send(wire.connect("c", version=V5, **says))
            self.assertEqual(stranger.expect(wire.CONNACK).reason, reason)

    def test_who_is_in_no_users_file_stays_when_others_are_removed(self):
        lamp = self.client(self.named, "lamp")
        anna = self.client(self.unnamed, "anna", user="anna", password="anna")
        self.gateway.ask("user", "remove", "anna")
        anna.end_of_connection()
        lamp.ping()


if __name__ == "__main__":
    main()
