"""F5: after kill -9, retained messages, subscriptions, wills and sessions are as acknowledged last.

KLEBER_KILLS says how often the gateway is killed; the default is what ./test can afford.
"""
import os
import random
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support import wire
from support.case import ALL_LINES, main
from support.client import Client, Closed
from support.clocks import Clocks
from support.fleet import Fleet
from support.gateway import Gateway
from support.members import Subscriber
from support.wire import V5

KILLS = int(os.environ.get("KLEBER_KILLS", "10"))
FOREVER = wire.properties(wire.session_expiry(0xFFFFFFFF))
SUBSCRIPTION_ID = b"\x0b"
KEYS = range(20)


class Actor:
    """Changes one thing after the other, and knows what each may be: what was acknowledged last, or
    what it has asked for since."""

    def __init__(self, name, seed):
        self.name = name
        self.lots = random.Random(seed)
        self.possible = {key: {None} for key in KEYS}
        self.changes = 0
        self.error = None
        self.sessions_lost = 0
        self.may_be_new = True

    def connect(self, port):
        client = Client(port, self.name, V5, clean=False, props=FOREVER)
        self.sessions_lost += not self.may_be_new and not client.connack.session_present
        self.may_be_new = False
        return client

    def live(self, port):
        """Until the gateway goes."""
        try:
            with self.connect(port) as client:
                while True:
                    key, value = self.lots.choice(KEYS), self.draw()
                    self.possible[key] = self.possible[key] | {value}
                    self.change(client, key, value)
                    self.possible[key] = {value}
                    self.changes += 1
        except (Closed, OSError):
            pass
        except (Exception, AssertionError) as error:  # told when the test asks
            self.error = error

    def differences(self, port):
        """Looks at what is there; takes it as acknowledged from now on."""
        seen = self.look(port)
        wrong = {key: (seen.get(key), self.possible[key]) for key in KEYS
                 if seen.get(key) not in self.possible[key]}
        self.possible = {key: {seen.get(key)} for key in KEYS}
        return wrong


class Retainer(Actor):
    """Sets and clears retained messages."""

    last_id = 0

    def connect(self, port):
        client = super().connect(port)
        if self.last_id:
            # Of QoS 2 it may still be in use, and must be ended first.
            client.send(wire.ack(wire.PUBREL, self.last_id))
            client.expect(wire.PUBCOMP)
        return client

    def draw(self):
        return None if self.lots.random() < 0.3 else str(self.changes)

    def change(self, client, key, value):
        self.last_id = client.last_id + 1
        client.publish(f"{self.name}/{key}", (value or "").encode(), self.lots.choice((1, 2)), True)

    def look(self, port):
        with Client(port, f"look-{self.name}") as client:
            client.subscribe(f"{self.name}/#")
            seen = {}
            client.send(wire.publish(f"{self.name}/end"))
            # What is retained may come after that.
            while not self._is_done(client, seen):
                pass
            return seen

    def _is_done(self, client, seen):
        client.send(wire.pingreq())
        is_done = True
        while (packet := client.receive()).type == wire.PUBLISH:
            message = packet.message()
            if message.retain:
                seen[int(message.topic.split("/")[1])] = message.payload.decode()
            is_done = False
        assert packet.type == wire.PINGRESP
        return is_done


class Chooser(Actor):
    """Subscribes, under a new identifier each time, and unsubscribes."""

    def draw(self):
        return None if self.lots.random() < 0.3 else self.changes + 1

    def change(self, client, key, value):
        filter_ = f"{self.name}/{key}"
        if value is not None:
            qos = self.lots.choice((0, 1, 2))
            assert client.subscribe(filter_, qos, wire.properties(SUBSCRIPTION_ID
                                                                  + wire.varint(value))) == qos
            return
        client.send(wire.unsubscribe(client.next_id(), filter_, version=V5))
        assert client.expect(wire.UNSUBACK).codes[0] in (0, 0x11)

    def look(self, port):
        client = self.connect(port)
        client.subscribe(f"{self.name}/end")
        with Client(port, "teller") as teller:
            for key in (*KEYS, "end"):
                teller.publish(f"{self.name}/{key}")
        seen = {}
        while (message := client.message()).topic != f"{self.name}/end":
            assert message.properties[:1] == SUBSCRIPTION_ID, message
            seen[int(message.topic.split("/")[1])] = wire.read_varint(message.properties, 1)[0]
        client.close()
        return seen


class States(unittest.TestCase):
    def test_f5_what_is_there_is_what_was_acknowledged(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        lots = random.Random(seed)
        actors = [kind(f"{kind.__name__.lower()}-{number}", seed + number)
                  for kind in (Retainer, Chooser) for number in range(2)]
        differences = []
        with Gateway(ALL_LINES) as gateway:
            for _ in range(KILLS):
                threads = [threading.Thread(target=actor.live, args=(gateway.port,))
                           for actor in actors]
                for thread in threads:
                    thread.start()
                threads[0].join(lots.uniform(0.05, 0.6))
                gateway.kill()
                for thread in threads:
                    thread.join()
                gateway.start()
                for actor in actors:
                    self.assertIsNone(actor.error, repr(actor.error))
                    differences += actor.differences(gateway.port).items()
        changes = sum(actor.changes for actor in actors)
        lost = sum(actor.sessions_lost for actor in actors)
        print(f"{KILLS} kills: {changes} changes acknowledged, {len(differences)} differences, "
              f"{lost} sessions lost")
        self.assertEqual(differences, [])
        self.assertEqual(lost, 0)
        self.assertGreater(changes, 20 * KILLS)


class WillsAndSessions(unittest.TestCase):
    """With a clock that can be set, since a minute passes before somebody is taken for lost."""

    def setUp(self):
        self.clocks = self.enterContext(Clocks())
        self.gateway = self.enterContext(Gateway(ALL_LINES, environment=self.clocks.environment()))

    def client(self, name, will_delay=None, expiry=3600):
        will = None
        if will_delay is not None:
            # As a fleet's subscriber understands it.
            will = wire.Will(f"will/{name}", f"{name} 0 x".encode(), 2, properties=wire.properties(
                b"\x18" + wire.u32(will_delay)))
        client = Client(self.gateway.port, name, V5, clean=False, will=will,
                        props=wire.properties(wire.session_expiry(expiry)))
        self.addCleanup(client.close)
        return client

    def restart(self):
        self.gateway.kill()
        self.gateway.start()

    def commit(self):
        """What was changed before is safe when this returns."""
        with self.client("commit") as client:
            client.subscribe("commit")

    def test_f5_each_will_comes_once_and_in_its_time(self):
        watcher = Subscriber("watcher", "will/#", 2)
        fleet = Fleet([], [watcher])

        def watch():
            fleet.connect(self.gateway.port, watcher)
            self.assertTrue(fleet.run(20, lambda: watcher.is_online and watcher.is_subscribed))

        def restart():
            self.gateway.kill()
            fleet.hear_out()
            self.gateway.start()
            watch()

        def see(*names):
            fleet.run(10, lambda: set(watcher.expected) >= set(names))
            self.assertEqual(watcher.expected, dict.fromkeys(names, 1))

        watch()
        self.client("stays-away", 0)
        self.client("comes-back", 0)
        self.client("comes-late", 100)
        self.client("has-left", 0).disconnect()
        self.client("was-cut", 100).close()
        self.client("was-cut-at-once", 0).close()
        see("was-cut-at-once")
        self.commit()
        restart()
        self.assertTrue(self.client("comes-back", 0).connack.session_present)
        self.clocks.pass_by(62)
        self.commit()
        see("was-cut-at-once", "stays-away")
        restart()
        self.client("comes-back", 0).disconnect()
        self.clocks.pass_by(90)
        self.commit()
        see("was-cut-at-once", "stays-away", "comes-late", "was-cut")
        restart()
        self.clocks.pass_by(1000)
        self.commit()
        fleet.run(0.5)
        see("was-cut-at-once", "stays-away", "comes-late", "was-cut")
        self.assertEqual((watcher.doubled, watcher.sessions_lost), (0, 0))
        fleet.leave(watcher)

    def test_f5_sessions_end_in_their_time(self):
        self.client("short", expiry=100).close()
        self.client("ended", expiry=0).close()
        self.client("long", expiry=5000).close()
        self.client("online", expiry=10)
        self.commit()
        self.restart()
        with self.client("online", expiry=10) as client:
            self.assertTrue(client.connack.session_present)
        with self.client("ended") as client:
            self.assertFalse(client.connack.session_present)
        self.commit()
        self.clocks.pass_by(50)
        self.restart()
        with self.client("short", expiry=100) as client:
            self.assertTrue(client.connack.session_present)
        self.commit()
        self.clocks.pass_by(102)
        self.restart()
        for name, is_there in (("short", False), ("online", False), ("long", True)):
            with self.client(name) as client:
                self.assertEqual(client.connack.session_present, is_there, name)


if __name__ == "__main__":
    main()
