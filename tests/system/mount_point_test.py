"""Listeners whose clients see a part of the tree, and take it for the whole."""
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client
from support.doors import listener, over_web
from support.gateway import Gateway
from support.wire import V311, V5


class Guests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(
            ALL_LINES + listener("mqtt") + listener("ws", mount_point="guests/",
                                                    allow_anonymous=True))
        cls.house, cls.guests = cls.gateway.ports(2)

    @classmethod
    def tearDownClass(cls):
        cls.gateway.stop()

    def guest(self, name, **options):
        made = Client(over_web(self.guests), name, **options)
        self.addCleanup(made.close)
        return made

    def inhabitant(self, name, **options):
        made = Client(self.house, name, **options)
        self.addCleanup(made.close)
        return made

    def test_both_ways_and_nothing_else(self):
        for version in (V311, V5):
            house = self.inhabitant(f"house-{version}", version=version)
            speaker = self.inhabitant(f"speaker-{version}", version=version)
            guest = self.guest(f"guest-{version}", version=version)
            friend = self.guest(f"friend-{version}", version=version)
            house.subscribe("#", 1)
            guest.subscribe("#", 1)
            self.assertEqual(friend.publish("lamp", b"on", 1), 0)
            for client, topic in ((guest, "lamp"), (house, "guests/lamp")):
                got = client.message()
                self.assertEqual((got.topic, got.payload), (topic, b"on"))
            speaker.publish("safe/code", b"1234", 1)
            speaker.publish("guests/door", b"open", 1)
            self.assertEqual(guest.message().topic, "door", "and nothing of the safe")
            # There is no way out.
            for way_out in ("guests/#", "$SYS/#", "../#", "/#"):
                friend.subscribe(way_out)
            guest.send(wire.unsubscribe(9, "#", version=version))
            guest.expect(wire.UNSUBACK)
            speaker.publish("guests/door", b"shut", 1)
            for client in (friend, guest):
                client.ping()

    def test_retained_messages_and_the_will(self):
        house = self.inhabitant("house")
        guest = self.guest("guest", will=wire.Will("gone", b"yes", 1, True))
        guest.publish("kept", b"1", 1, retain=True)
        house.subscribe("guests/#", 1)
        got = house.message()
        self.assertEqual((got.topic, got.payload, got.retain), ("guests/kept", b"1", True))
        guest.close()
        got = house.message()
        self.assertEqual((got.topic, got.payload), ("guests/gone", b"yes"))
        again = self.guest("again")
        again.subscribe("+", 1)
        self.assertEqual({again.message().topic, again.message().topic}, {"kept", "gone"})

    def test_a_group_that_house_and_guests_share(self):
        house = self.inhabitant("in-house")
        speaker = self.inhabitant("speaker")
        guest = self.guest("helper")
        house.subscribe("$share/g/guests/work")
        guest.subscribe("$share/g/work")
        for _ in range(10):
            speaker.publish("guests/work", b"x", 1)
        topics = []
        for client in (house, guest):
            client.send(wire.pingreq())
            while (packet := client.receive()).type == wire.PUBLISH:
                topics.append(packet.message().topic)
        self.assertEqual(sorted(topics), ["guests/work"] * 5 + ["work"] * 5)


if __name__ == "__main__":
    main()
