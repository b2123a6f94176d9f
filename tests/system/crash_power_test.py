"""F3, F4: a power cut at any moment loses nothing that was acknowledged.

What was not synced is lost, in whole or in part, and the last write is torn (support/power).
KLEBER_CUTS says how often the power is cut in the loop; the default is what ./test can afford.
"""
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from support.case import ALL_LINES, main
from support.fleet import Fleet
from support.gateway import Gateway
from support.members import Publisher, Subscriber
from support.power import Power

CUTS = int(os.environ.get("KLEBER_CUTS", "20"))
ROUNDS = 3  # of those that may lose something
CONFIG = ALL_LINES + '[limits]\ninflight = 100\nqueue = { messages = 1000000, bytes = "1 GB" }\n'


class PowerCut(unittest.TestCase):
    def setUp(self):
        seed = random.randrange(1 << 32)
        print(f"seed {seed}", flush=True)
        self.lots = random.Random(seed)
        self.state = self.enterContext(tempfile.TemporaryDirectory(prefix="kleber-test-"))
        self.power = self.enterContext(Power(self.state, seed))
        self.unsynced = 0

    def start(self, durability):
        return Gateway(CONFIG + f'[store]\ndurability = "{durability}"\n', state=self.state,
                       environment=self.power.environment())

    def cut(self, gateway, fleet):
        gateway.kill()
        fleet.hear_out()
        self.unsynced += self.power.cut()[0]

    def check_file(self):
        """A copy of it: looking would be the first to mend it."""
        with tempfile.TemporaryDirectory(prefix="kleber-test-") as folder:
            for path in Path(self.state).glob("kleber.db*"):
                shutil.copy(path, folder)
            database = sqlite3.connect(Path(folder) / "kleber.db")
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            database.close()

    def test_f3_f4_nothing_is_lost(self):
        publishers = [Publisher(f"publisher-{qos}", f"cut/{qos}", qos, 1000) for qos in (1, 2)]
        subscribers = [Subscriber(name, "cut/#", qos) for name, qos in
                       (("online-1", 1), ("online-2", 2), ("offline", 2))]
        fleet = Fleet(publishers, subscribers)
        early = 0
        with self.start("power") as gateway:
            fleet.connect(gateway.port, *subscribers)
            self.assertTrue(fleet.run(20, fleet.is_subscribed))
            fleet.leave(subscribers[-1])
            fleet.connect(gateway.port, *publishers)
            for _ in range(CUTS):
                fleet.run(self.lots.uniform(0.05, 0.8), lambda: gateway.process.poll() is not None)
                self.cut(gateway, fleet)
                self.check_file()
                # Every other time in the middle of a change to the file, often while it starts.
                stop_at = int(2 ** self.lots.uniform(0, 9)) if self.lots.random() < 0.5 else None
                gateway.environment = self.power.environment(stop_at)
                if gateway.start(may_be_killed=True):
                    fleet.connect(gateway.port, *publishers, *subscribers[:-1])
                else:
                    early += 1
            self.cut(gateway, fleet)
            gateway.environment = self.power.environment()
            gateway.start()
            fleet.connect(gateway.port, *fleet.members)
            fleet.drain(20 + CUTS / 10)
            counts = fleet.counts()
            fleet.leave(*fleet.members)
            log = gateway.log()
        print(f"{CUTS + 1} power cuts, {early} at a start: {counts}, {self.unsynced} sectors were "
              "not synced", flush=True)
        self.assertNotIn("damaged", log)
        self.assertGreater(counts["acknowledged"], 20 * CUTS)
        self.assertGreater(self.unsynced, CUTS)
        for name in ("lost", "doubled", "out_of_order", "sessions_lost"):
            self.assertEqual(counts[name], 0, f"{name}: {counts}")

    def test_f3_f4_the_same_cuts_lose_something_where_that_is_allowed(self):
        """Else the cuts would prove nothing."""
        acknowledged = lost = rounds_with_loss = 0
        for number in range(ROUNDS):
            publisher = Publisher("publisher", f"cut/{number}", 1, 1000)
            subscriber = Subscriber(f"offline-{number}", publisher.topic, 1)
            fleet = Fleet([publisher], [subscriber])
            with self.start("process") as gateway:
                fleet.connect(gateway.port, subscriber)
                self.assertTrue(fleet.run(20, fleet.is_subscribed))
                fleet.leave(subscriber)
                fleet.run(1.5)  # what this durability promises to keep is older than a second
                fleet.connect(gateway.port, publisher)
                fleet.run(self.lots.uniform(0.2, 0.9))
                self.cut(gateway, fleet)
                self.check_file()
                gateway.start()
                fleet.connect(gateway.port, subscriber)
                fleet.run(20, lambda: subscriber.is_online)
                fleet.run(1, lambda: not subscriber.lost(publisher))
                fleet.leave(subscriber)
            acknowledged += publisher.acknowledged
            lost += subscriber.lost(publisher)
            rounds_with_loss += subscriber.lost(publisher) > 0
            self.assertEqual(subscriber.sessions_lost, 0)
            self.power.cut()
        print(f'"process": {acknowledged} acknowledged, {lost} lost in {rounds_with_loss} of {ROUNDS} '
              "power cuts")
        self.assertGreater(rounds_with_loss, 0)


if __name__ == "__main__":
    main()
